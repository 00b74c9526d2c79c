import { stringify } from 'csv-stringify/sync';
import iconv from 'iconv-lite';
import { z } from 'zod';
import { importContentTypes } from '../../../../src-shared/contract/device-imports.ts';
import { type ImportFormat, importGlimpse } from '../../../../src-shared/contract/jobs.ts';
import { AppError } from '../../platform/errors.ts';
import { neutraliseCell } from '../../platform/files/csv-cell.ts';
import { streamOf } from '../../platform/files/stream-of.ts';
import { xlsxStream } from '../../platform/files/xlsx-stream.ts';
import type { FileAnswer, RequestContext } from '../../platform/http/handler.ts';
import { type RejectedRow, rejectedRows } from '../../platform/jobs/job-files-store.ts';
import { getJob } from '../../platform/jobs/jobs-store.ts';

const PAGE = 500;
const resultSchema = z.object({ header: z.array(z.string()), format: importGlimpse.shape.format });
/** Name of the column that says what is wrong; the import ignores it when the corrected file comes back. */
const PROBLEM_COLUMN = 'problem';

type Pages = AsyncGenerator<string[][], void, undefined>;

/** The rejected rows of an import in the form of its file, with a last column that says what to correct. */
export async function rejectedRowsFile(context: RequestContext, jobId: number): Promise<FileAnswer> {
  const job = await context.transaction((tx) => getJob(tx, jobId, context.now));
  const result = resultSchema.safeParse(job.result);
  if (!result.success || job.state !== 'succeeded')
    throw new AppError('not-found', `Job ${jobId} has no rejected rows: it is not an import that has finished.`);
  const { format } = result.data;
  // A file that came back once has the column already.
  const header = result.data.header.at(-1) === PROBLEM_COLUMN ? result.data.header.slice(0, -1) : result.data.header;
  async function* pages(): Pages {
    for (let row = 0; ; ) {
      const rows = await context.transaction((tx) => rejectedRows(tx, jobId, row, PAGE));
      if (rows.length > 0) yield rows.map((rejected) => cellsOf(rejected, header));
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      row = last.row;
    }
  }
  const names = [...header, PROBLEM_COLUMN];
  const [csv, json, xlsx] = importContentTypes;
  const contentType = { csv: `${csv}; charset=${format.encoding}`, json, xlsx }[format.kind];
  const writers = { csv: csvOf, json: jsonOf, xlsx: workbookOf };
  return {
    contentType,
    fileName: `rejected-rows-job-${jobId}.${format.kind}`,
    body: streamOf(writers[format.kind](names, pages(), format)),
  };
}

const cellsOf = ({ raw, messages }: RejectedRow, header: readonly string[]) => [
  ...header.map((_, i) => raw[i] ?? ''),
  messages.join(' '),
];

/** In the encoding and with the delimiter of the file; UTF with a byte order mark, which spreadsheet programs need. */
async function* csvOf(names: string[], pages: Pages, { delimiter, encoding }: ImportFormat) {
  const write = (rows: string[][]) =>
    stringify(
      rows.map((cells) => cells.map(neutraliseCell)),
      { delimiter, record_delimiter: '\r\n' },
    );
  const marked = encoding === 'windows-1252' ? '' : '\ufeff';
  yield iconv.encode(marked + write([names]), encoding);
  for await (const rows of pages) yield iconv.encode(write(rows), encoding);
}

async function* jsonOf(names: string[], pages: Pages) {
  let before = '[\n';
  for await (const rows of pages)
    for (const cells of rows) {
      yield before + JSON.stringify(Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])));
      before = ',\n';
    }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

const workbookOf = (names: string[], pages: Pages) =>
  xlsxStream(
    names.map((id) => ({ id, type: 'text' as const })),
    pages,
  );
