import { splitTable } from './split-table.ts';

/** Most codes a paste or a file may carry: an order's worth, not a wrong clipboard. */
export const MAX_LISTED = 2_000;

/** Columns looked at; a MAC further right is in no table that a person made. */
const MAX_COLUMNS = 64;
/** What a column of MACs is called, in small letters without anything else. */
const macColumn =
  /^(device|ble|bluetooth|bt|wifi)?mac(id|addr|address|adresse)?$|^(ble|bluetooth|bt|bd|device)addr(ess)?$/;

/**
 * The codes of a pasted list or of a file: one a line, or the column of a table that is called like one of MACs and holds
 * some, else the column that has the most of them, of equals the first. Blank cells and a heading are left out; anything
 * else is kept as it is, so that it is refused in sight.
 */
export function codesIn(text: string, normalise: (text: string) => string | null): string[] {
  const rows = splitTable(text);
  const [first] = rows;
  if (!first) return [];
  const isMac = (cell: string | undefined) => cell !== undefined && normalise(cell) !== null;
  if (rows.length === 1 && first.every((cell) => cell === '' || isMac(cell))) return first.filter(Boolean);

  const columns = Array.from(
    { length: Math.min(MAX_COLUMNS, Math.max(...rows.map((row) => row.length))) },
    (_, at) => ({
      at,
      named: macColumn.test((first[at] ?? '').toLowerCase().replaceAll(/[^a-z]/g, '')),
      macs: rows.filter((row) => isMac(row[at])).length,
    }),
  );
  const most = (of: typeof columns) => of.reduce((best, next) => (next.macs > best.macs ? next : best));
  const named = columns.filter((column) => column.named && column.macs > 0);
  const chosen = most(named.length > 0 ? named : columns);
  const codes = rows.map((row) => row[row.length === 1 ? 0 : chosen.at] ?? '');
  return codes.slice(codes.length > 1 && isHeading(codes[0]!, chosen.named, isMac) ? 1 : 0).filter(Boolean);
}

/** A heading has letters that no address has, and no digit; half an address at the top is not one. */
function isHeading(cell: string, named: boolean, isMac: (cell: string) => boolean): boolean {
  if (isMac(cell)) return false;
  if (named || cell === '' || /^[a-z_ ]*(mac|address|serial|code)/i.test(cell)) return true;
  return /[g-z]/iu.test(cell) && !/\p{N}/u.test(cell);
}
