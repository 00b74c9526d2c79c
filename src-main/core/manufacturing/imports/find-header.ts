import type { ImportField } from '../../../../src-shared/contract/device-imports.ts';
import { AppError } from '../../platform/errors.ts';
import { fieldNamed } from './columns.ts';
import type { SentRow } from './csv-rows.ts';
import type { KeyBlocks } from './keys-file.ts';

/** What to look for in a file: plain data, so that another process can look. */
export interface FileLook {
  /** What the import can make use of. */
  fields: readonly ImportField[];
  /** The row of the header, counted from 1, if a person chose it. */
  headerRow?: number | undefined;
  /** The name of the sheet, if a person chose it. */
  sheet?: string | undefined;
  /** Of a .keys file: whose keys are those that stand together. */
  keyBlocks?: KeyBlocks | undefined;
}

/** Titles, addresses and dates above a table take a few rows. */
const LOOKED_AT = 30;

/** How many different fields a row names. */
export const fieldsNamedIn = (cells: readonly string[], fields: readonly ImportField[]): number =>
  new Set(cells.map(fieldNamed).filter((field) => field !== undefined && fields.includes(field))).size;

/**
 * The row that names the columns: the one that was chosen, or among the first ones the first with the most names that
 * are known. Where none is known it is the first, which a person can then look at. Null for a file without rows.
 */
export async function findHeader(
  rows: AsyncGenerator<SentRow, void, undefined>,
  { fields, headerRow }: FileLook,
): Promise<SentRow | null> {
  let found: SentRow | null = null;
  let most = 0;
  let looked = 0;
  for await (const row of rows) {
    if (headerRow !== undefined) {
      if (row.row === headerRow) return row;
      if (row.row > headerRow) break;
      continue;
    }
    const named = fieldsNamedIn(row.cells, fields);
    if (found === null || named > most) [found, most] = [row, named];
    if (++looked === LOOKED_AT) break;
  }
  if (headerRow !== undefined)
    throw new AppError(
      'bad-request',
      `Row ${headerRow} was chosen for the names of the columns, but it is blank or not there.`,
    );
  return found;
}
