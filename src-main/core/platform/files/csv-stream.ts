import { stringify } from 'csv-stringify/sync';
import type { ReportCell } from '../../../../src-shared/contract/report-cells.ts';
import { neutraliseCell } from './csv-cell.ts';

/** A CSV file as a stream, a page of rows in memory at a time. Cells that a spreadsheet would run are made harmless. */
export async function* csvStream(
  header: readonly string[],
  pages: AsyncIterable<readonly (readonly ReportCell[])[]>,
): AsyncGenerator<string, void, undefined> {
  const write = (rows: readonly (readonly ReportCell[])[]) =>
    stringify(
      rows.map((row) => [...row]),
      { record_delimiter: 'windows', cast: { string: neutraliseCell, boolean: (value) => (value ? 'yes' : 'no') } },
    );
  // The byte order mark is what makes Excel read UTF-8.
  yield `\ufeff${write([header])}`;
  for await (const rows of pages) if (rows.length > 0) yield write(rows);
}
