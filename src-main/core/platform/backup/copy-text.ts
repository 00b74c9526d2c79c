/** https://www.postgresql.org/docs/current/sql-copy.html, "Text Format": what stands for one character after a backslash. */
const letters: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const escaped = /\\(.)/g;

/**
 * One column of rows in COPY's text format as a PostgreSQL array of texts, which a server reads by the input function of
 * the column's type, as COPY does.
 */
export function arrayOf(rows: readonly string[][], column: number): string {
  let text = '';
  for (const row of rows) {
    const cell = row[column] as string;
    if (cell === '\\N') text += ',NULL';
    else text += `,"${cell.includes('\\') || cell.includes('"') ? element(cell) : cell}"`;
  }
  return `{${text.slice(1)}}`;
}

/** A backslash before any character stands for that character in an array; COPY has letters for some. */
const element = (cell: string) =>
  cell.replace(escaped, (both, after: string) => letters[after] ?? both).replaceAll('"', '\\"');
