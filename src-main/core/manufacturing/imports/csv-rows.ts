import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { AppError } from '../../platform/errors.ts';

/** A row as it was sent. `row` counts as a spreadsheet shows it: the header is row 1. */
export interface SentRow {
  row: number;
  cells: string[];
  /**
   * The last row of a file whose last line has no end: files that were cut off end like this, though others may too.
   */
  unended?: boolean;
}

/** Far above any row of a device table; anything longer is an unclosed quote, or not a table. */
const MAX_ROW = 1024 * 1024;
/** How much of the file is looked at to guess the delimiter: more than any header of a device table, and titles above it. */
const SNIFFED = 64 * 1024;
const SNIFFED_LINES = 30;
const delimiters = [',', ';', '\t', '|'] as const;

/** A first line for spreadsheet programs that names the delimiter, and that they don't show: `sep=;`. */
const separatorLine = /^"?sep=([^\p{L}\p{N}"\r\n])"?\s*$/iu;

/**
 * The delimiter that cuts most lines into the same number of cells, outside of quotes: titles above a table have none
 * of it, or another number. Of two, the one whose lines come later, then the one with more cells.
 */
export function detectDelimiter(lines: readonly string[]): string {
  const named = separatorLine.exec(lines[0] ?? '')?.[1];
  if (named !== undefined) return named;
  const bare = lines.map((line) => line.replace(/"(?:[^"]|"")*"?/g, ''));
  const scores = delimiters.map((delimiter) => {
    const runs = new Map<number, { lines: number; last: number }>();
    for (const [last, line] of bare.entries()) {
      const cells = line.split(delimiter).length;
      if (cells > 1) runs.set(cells, { lines: (runs.get(cells)?.lines ?? 0) + 1, last });
    }
    return Math.max(
      0,
      ...[...runs].map(([cells, { lines, last }]) => (lines * 100 + last) * 1000 + Math.min(cells, 999)),
    );
  });
  return delimiters[scores.indexOf(Math.max(...scores))] as string;
}

/** Takes pieces until there are lines enough to look at, or no more is wanted. `head` is all that was taken. */
async function beginning(text: AsyncGenerator<string, void, undefined>) {
  let head = '';
  let ends = 0;
  while (head.length < SNIFFED && ends <= SNIFFED_LINES) {
    const { done, value } = await text.next();
    if (done) break;
    head += value;
    ends += value.split(/\r\n|[\r\n]/).length - 1;
  }
  const lines = head.slice(0, SNIFFED).split(/\r\n|[\r\n]/);
  // The last one may be cut off, and so have fewer cells.
  if (lines.length > 1) lines.pop();
  return { head, lines: lines.filter((line) => line.trim() !== '').slice(0, SNIFFED_LINES) };
}

/** The delimiter of a CSV file, by its first lines. */
export async function delimiterOf(text: AsyncGenerator<string, void, undefined>): Promise<string> {
  const { lines } = await beginning(text);
  await text.return();
  return detectDelimiter(lines);
}

/** The rows of a CSV file, the header first; empty lines are skipped but counted. Throws AppError `bad-request`. */
export async function* csvRows(
  text: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<SentRow, void, undefined> {
  const { head, lines } = await beginning(text);
  const unshown = separatorLine.test(lines[0] ?? '') ? 1 : 0;
  const parser = parse({
    delimiter: detectDelimiter(lines),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // Spreadsheet programs write ="text" without quoting it again; what is really mixed up fails as a cell of its row.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW,
    info: true,
  });
  let lastCharacter = '';
  const source = Readable.from(
    (async function* () {
      lastCharacter = head.at(-1) ?? '';
      yield head;
      for await (const piece of text) {
        lastCharacter = piece.at(-1) ?? lastCharacter;
        yield piece;
      }
    })(),
  );
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let read = 0;
  let held: SentRow | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      read = info.records + info.empty_lines - unshown;
      if (read === 0 && unshown === 1) continue;
      if (!record.some((cell) => cell.trim() !== '')) continue;
      if (held) yield held;
      held = { row: read, cells: record };
    }
    if (held) yield /[\r\n]/.test(lastCharacter) ? held : { ...held, unended: true };
  } catch (error) {
    throw error instanceof CsvError ? new AppError('bad-request', sentence(error, read + 1), { cause: error }) : error;
  } finally {
    source.destroy();
    parser.destroy();
  }
}

function sentence(error: CsvError, row: number): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return `The file ends within a quoted cell (row ${row}): it is incomplete. Send the whole file.`;
    case 'CSV_MAX_RECORD_SIZE':
      return `Row ${row} is longer than 1 MB. A quote was not closed, or this is not a table of devices. Check the row, and send the file again.`;
    default:
      return `The quotes of row ${row} do not match. Correct that row, or export the table as CSV again.`;
  }
}
