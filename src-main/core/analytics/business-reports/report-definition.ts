import type { ReportScope } from '../../../../src-shared/contract/business-reports.ts';
import type { columnTypes, ReportCell, ReportColumn } from '../../../../src-shared/contract/report-cells.ts';
import { iso } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

export interface ReportRequest {
  scope: ReportScope;
  now: Date;
  /** Key of the last row before; 0 at the beginning. */
  after: number;
  limit: number;
  /** Of a part of a file: the keys of its rows, which `keys` has found. Nothing else is to be looked for. */
  among?: readonly number[];
}

/** A page of a report. `key` is where the next page begins. */
export interface ReportPage {
  rows: { cells: ReportCell[]; trackerId: number | null; timeZone: string | null; key: number }[];
  /** Whether there may be more. */
  hasMore: boolean;
}

/** A report as routes and files use it. */
export interface BusinessReport {
  columns: ReportColumn[];
  page(tx: Transaction, request: ReportRequest): Promise<ReportPage>;
  keys: KeysRead | null;
}

/** The keys of all rows of a report in order, eight bytes each. */
type KeysRead = (tx: Transaction, request: Omit<ReportRequest, 'after' | 'limit'>) => Promise<Float64Array>;

/** What a cell is made of, by the type of its column. Hours and shares are rounded when they are shown. */
interface CellValues {
  text: string;
  integer: number;
  hours: number;
  share: number;
  instant: Date;
  date: string;
  flag: boolean;
}
type ColumnType = (typeof columnTypes)[number];

/** A column of a report: its id, how it is to be read, and its value in a row of the database. */
export type ColumnOf<Row> = {
  [Type in ColumnType]: { id: string; type: Type; cell: (row: Row) => CellValues[Type] | null };
}[ColumnType];

/** Rows of the database for a page, and whether there may be more. */
export interface RowsRead<Row> {
  rows: Row[];
  hasMore: boolean;
}

/** Makes a report of one list of columns and of what reads its rows. */
export function defineReport<Row extends { key: number; zone?: string }>(definition: {
  columns: readonly ColumnOf<Row>[];
  /** What the key of a row is the id of. */
  rowsOf: 'trackers' | 'locations' | 'runs' | 'orders';
  read(tx: Transaction, request: ReportRequest): Promise<RowsRead<Row>>;
  /** Where finding the rows takes long: does it once for a whole file, whose parts `read` then reads by `among`. */
  keys?: KeysRead;
}): BusinessReport {
  const { columns, rowsOf, read, keys = null } = definition;
  return {
    keys,
    columns: columns.map(({ id, type }) => ({ id, type })),
    async page(tx, request) {
      const { rows, hasMore } = await read(tx, request);
      return {
        rows: rows.map((row) => ({
          key: row.key,
          trackerId: rowsOf === 'trackers' ? row.key : null,
          timeZone: row.zone ?? null,
          cells: columns.map((column) => cellOf(column, row)),
        })),
        hasMore,
      };
    },
  };
}

/** Cuts off the row that was read beyond the limit to learn whether there is more. */
export const withinLimit = <Row>(rows: readonly Row[], limit: number): RowsRead<Row> => ({
  rows: rows.slice(0, limit),
  hasMore: rows.length > limit,
});

function cellOf<Row>(column: ColumnOf<Row>, row: Row): ReportCell {
  switch (column.type) {
    case 'instant': {
      const at = column.cell(row);
      return at && iso(at);
    }
    case 'hours':
      return rounded(column.cell(row), 100);
    case 'share':
      return rounded(column.cell(row), 10_000);
    default:
      return column.cell(row);
  }
}

const rounded = (value: number | null, steps: number) => (value === null ? null : Math.round(value * steps) / steps);
