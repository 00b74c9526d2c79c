import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import { neutraliseCell } from '../../platform/files/csv-cell.ts';
import { streamOf } from '../../platform/files/stream-of.ts';
import type { FileAnswer, RequestContext } from '../../platform/http/handler.ts';
import { rejectedRows } from '../../platform/jobs/job-files-store.ts';
import { getJob } from '../../platform/jobs/jobs-store.ts';

const PAGE = 500;
const resultSchema = z.object({ header: z.array(z.string()) });
/** Name of the column that says what is wrong; the import ignores it when the corrected file comes back. */
const PROBLEM_COLUMN = 'problem';

const line = (cells: readonly string[]) => stringify([cells.map(neutraliseCell)], { record_delimiter: '\r\n' });

/** The rejected rows of an import in their own columns, with a last one that says what to correct. */
export async function rejectedRowsFile(context: RequestContext, jobId: number): Promise<FileAnswer> {
  const job = await context.transaction((tx) => getJob(tx, jobId, context.now));
  const result = resultSchema.safeParse(job.result);
  if (!result.success || job.state !== 'succeeded')
    throw new AppError('not-found', `Job ${jobId} has no rejected rows: it is not an import that has finished.`);
  const { header } = result.data;
  async function* lines() {
    yield `\ufeff${line([...header, PROBLEM_COLUMN])}`;
    for (let row = 0; ; ) {
      const rows = await context.transaction((tx) => rejectedRows(tx, jobId, row, PAGE));
      yield rows.map(({ raw, messages }) => line([...header.map((_, i) => raw[i] ?? ''), messages.join(' ')])).join('');
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      row = last.row;
    }
  }
  return {
    contentType: 'text/csv; charset=utf-8',
    fileName: `rejected-rows-job-${jobId}.csv`,
    body: streamOf(lines()),
  };
}
