import { Worker } from 'node:worker_threads';
import { AppError } from '../../platform/errors.ts';
import type { FileLook } from './find-header.ts';
import { MAX_WORKBOOK_BYTES, type ReadSheet, workbookTooLarge } from './workbook-to-csv.ts';

export type WorkbookAnswer =
  | { ok: true; csv: Uint8Array; sheets: ReadSheet['sheets'] }
  | { ok: false; code: 'bad-request' | 'internal'; message: string };
/** Turns a sheet of an Excel workbook into CSV (UTF-8). */
export type ReadWorkbook = (bytes: AsyncIterable<Uint8Array>, look: FileLook) => Promise<ReadSheet>;

/** Far more than a workbook within the limits takes; one that needs more ends this thread and not the console. */
const HEAP_MB = 1024;

/** Reads workbooks in a thread of their own, one each: seconds of work that must not stop the console. */
export function workbookReader(workerUrl: URL): ReadWorkbook {
  return async (chunks, look) => {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > MAX_WORKBOOK_BYTES) throw workbookTooLarge(`is larger than ${MAX_WORKBOOK_BYTES / 1024 / 1024} MB`);
      parts.push(chunk);
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const answer = await new Promise<WorkbookAnswer>((resolve, reject) => {
      const worker = new Worker(workerUrl, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB }, workerData: look });
      worker.once('message', (message: WorkbookAnswer) => {
        resolve(message);
        void worker.terminate();
      });
      worker.once('error', (error: Error & { code?: string }) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? workbookTooLarge('takes too much memory') : error),
      );
      worker.once('exit', () =>
        reject(new AppError('internal', 'The workbook could not be read. Send it as CSV (UTF-8).')),
      );
      worker.postMessage(bytes, [bytes.buffer]);
    });
    if (answer.ok)
      return { csv: Buffer.from(answer.csv.buffer, answer.csv.byteOffset, answer.csv.length), sheets: answer.sheets };
    throw new AppError(answer.code, answer.message);
  };
}
