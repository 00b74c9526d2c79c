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
/** How much of the first line is looked at to guess the delimiter: more than any header of a device table. */
const SNIFFED = 64 * 1024;
const delimiters = [',', ';', '\t'] as const;

/** The delimiter that is most frequent in the first line, outside of quotes. */
export function detectDelimiter(firstLine: string): string {
  const bare = firstLine.replace(/"(?:[^"]|"")*"?/g, '');
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] as string;
}

/**
 * Takes pieces until the first line that is not blank has ended, or is long enough, and looks at each once. `head` is
 * all that was taken.
 */
async function beginning(text: AsyncGenerator<string, void, undefined>) {
  let head = '';
  let line = '';
  while (head.length < MAX_ROW && line.length < SNIFFED) {
    const { done, value } = await text.next();
    if (done) break;
    head += value;
    const added = line === '' ? value.trimStart() : value;
    line += added;
    if (/[\r\n]/.test(added)) break;
  }
  return { head, firstLine: line.slice(0, SNIFFED).split(/[\r\n]/, 1)[0] as string };
}

/** The rows of a CSV file, the header first; empty lines are skipped but counted. Throws AppError `bad-request`. */
export async function* csvRows(
  text: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<SentRow, void, undefined> {
  const { head, firstLine } = await beginning(text);
  const parser = parse({
    delimiter: detectDelimiter(firstLine),
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
      read = info.records + info.empty_lines;
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
      return `The file ends within a quoted cell (row ${row}): it was cut off. Send the whole file.`;
    case 'CSV_MAX_RECORD_SIZE':
      return `Row ${row} is longer than 1 MB. A quote was not closed, or this is not a table of devices. Check the row, and send the file again.`;
    default:
      return `The quotes of row ${row} do not match. Correct that row, or export the table as CSV again.`;
  }
}
