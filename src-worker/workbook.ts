import { parentPort, workerData } from 'node:worker_threads';
import type { FileLook } from '../src-main/core/manufacturing/imports/find-header.ts';
import type { WorkbookAnswer } from '../src-main/core/manufacturing/imports/workbook-thread.ts';
import { csvOfWorkbook } from '../src-main/core/manufacturing/imports/workbook-to-csv.ts';
import { AppError } from '../src-main/core/platform/errors.ts';

// Entry of a worker thread that reads one Excel workbook and ends. The workbook may hold private keys, so errors say
// nothing of what is in it. It is a thread on the desktop too: it has no state to be started again with, running out of
// its bounded heap ends the thread alone, and the bytes move to it without a copy that would have to be zeroed.
const port = parentPort;
if (!port) throw new Error('the workbook reader runs as a worker thread');

port.once('message', async (bytes: Uint8Array) => {
  try {
    const read = await csvOfWorkbook(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), workerData as FileLook);
    const answer: WorkbookAnswer = { ok: true, ...read };
    port.postMessage(answer);
  } catch (error) {
    const known = error instanceof AppError && error.code === 'bad-request';
    const message = known ? error.message : 'The workbook could not be read. Send it as CSV (UTF-8).';
    const answer: WorkbookAnswer = { ok: false, code: known ? 'bad-request' : 'internal', message };
    port.postMessage(answer);
  }
});
