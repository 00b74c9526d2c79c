/** Most codes a paste may carry: an order's worth, not a wrong clipboard. */
export const MAX_PASTED = 2_000;

/**
 * The codes of a pasted list: one a line, or the column of a table that has the most MACs in it. Blank lines and a
 * heading that is no code are left out; anything else is kept as it is, so that it is refused in sight.
 */
export function codesIn(text: string, normalise: (text: string) => string | null): string[] {
  const rows = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/[\t;,]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const macsIn = (column: number) => rows.filter((row) => normalise(row[column] ?? '') !== null).length;
  let best = 0;
  for (let column = 1; column < Math.min(columns, 64); column++) if (macsIn(column) > macsIn(best)) best = column;
  const oneLine = rows.length === 1 && columns > 1 && rows[0]!.every((cell) => cell === '' || normalise(cell) !== null);
  const codes = oneLine ? rows[0]! : rows.map((row) => row[row.length === 1 ? 0 : best] ?? '');
  const first = codes[0];
  const heading =
    codes.length > 1 &&
    first !== undefined &&
    normalise(first) === null &&
    /^[a-z_ ]*(mac|address|serial|code)/i.test(first);
  return codes.slice(heading ? 1 : 0).filter((code) => code !== '');
}
