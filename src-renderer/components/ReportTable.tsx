import { Anchor } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { ReportName, ReportRow } from '../../src-shared/contract/business-reports.ts';
import type { ReportColumn } from '../../src-shared/contract/report-cells.ts';
import { type Status, statuses } from '../../src-shared/contract/status.ts';
import type { OperationInput } from '../api/client.ts';
import { useOperation, usePages } from '../api/use-operation.ts';
import { ownZone } from '../dates/format.ts';
import { count, duration } from '../strings/format.ts';
import { reports as words } from '../strings/reports.ts';
import { type Column, DataTable } from './DataTable.tsx';
import { EmptyState } from './EmptyState.tsx';
import { StatusBadge } from './StatusBadge.tsx';
import { CalendarDate, Time } from './Time.tsx';

type Query = NonNullable<OperationInput<'getReport'>['query']>;

interface Props {
  report: ReportName;
  query: Query;
  /** Columns that the page says already, or has no room for. */
  without?: readonly string[];
  fill?: boolean;
  flush?: boolean;
}

/** A report as a table: what its columns hold decides how they look. */
export function ReportTable({ report, query, without = [], fill = false, flush = false }: Props) {
  const pages = usePages('getReport', { params: { report }, query });
  // The first page says which columns there are; the pages of the table carry only rows.
  const head = useOperation('getReport', { params: { report }, query: { ...query, limit: 1 } });
  const described = head.data?.columns;
  const columns = useMemo(
    () =>
      (described ?? []).flatMap((column, i) =>
        without.includes(column.id) ? [] : [columnOf(report, column, i, query.timeZone)],
      ),
    [report, described, without, query.timeZone],
  );
  return (
    <DataTable
      fill={fill}
      flush={flush}
      name={`report-${report}`}
      label={words.table(words.names[report][0])}
      columns={columns.length > 0 ? columns : waiting}
      pages={pages}
      rowKey={(row) => JSON.stringify(row.cells)}
      empty={<EmptyState title={words.empty} description={words.emptyHint} />}
    />
  );
}

const waiting: Column<ReportRow>[] = [{ id: 'waiting', header: '', cell: () => '' }];
const widths: Record<ReportColumn['type'], number> = {
  text: 160,
  integer: 106,
  hours: 158,
  share: 116,
  instant: 170,
  date: 110,
  flag: 80,
};

/** What a card on a phone says of a row: the column that heads it, and the facts below. */
const cards: Record<ReportName, readonly [heads: string, ...facts: string[]]> = {
  'run-summary': ['production_run', 'client', 'trackers', 'delivered'],
  'delivery-performance': ['location', 'production_run', 'deliveries', 'share_of_run'],
  deliveries: ['tracker', 'serial_number', 'location', 'confirmed'],
  orders: ['order', 'client', 'due_date', 'late', 'delivered'],
  'dwell-by-location': ['location', 'visits', 'median_hours', 'longest_hours'],
  'dwell-by-tracker': ['tracker', 'serial_number', 'storage_hours', 'delivery_hours'],
  'silent-trackers': ['tracker', 'serial_number', 'location', 'silent_hours'],
};

/** @param timeZone whose clock instants are read by: `run` for that of each row's run, the person's own without it */
const columnOf = (
  report: ReportName,
  column: ReportColumn,
  index: number,
  timeZone: string | undefined,
): Column<ReportRow> => ({
  id: column.id,
  heads: cards[report][0] === column.id,
  fact: cards[report].indexOf(column.id) > 0,
  header: words.columns[column.id] ?? column.id,
  width: widths[column.type],
  ...(['integer', 'hours', 'share'].includes(column.type) ? { align: 'right' as const } : {}),
  cell: (row) => cellOf(column, row, index, (timeZone === 'run' ? row.timeZone : timeZone) ?? ownZone),
});

function cellOf({ id, type }: ReportColumn, row: ReportRow, index: number, zone: string) {
  const value = row.cells[index] ?? null;
  if (value === null) return words.absent[id] ?? '';
  if (type === 'instant') return <Time value={String(value)} zone={zone} />;
  if (type === 'date') return <CalendarDate value={String(value)} />;
  if (type === 'flag') return value ? words.yes : words.no;
  if (type === 'hours') return duration(Number(value) * 3600);
  if (type === 'share') return words.share(Number(value));
  if (type === 'integer') return count(Number(value));
  if (id === 'tracker' && row.trackerId !== null)
    return (
      <Anchor component={Link} to={`/trackers/${row.trackerId}`} size="sm">
        {String(value)}
      </Anchor>
    );
  if (id === 'status' && statuses.includes(value as Status)) return <StatusBadge status={value as Status} />;
  return String(value);
}
