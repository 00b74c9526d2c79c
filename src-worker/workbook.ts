import { parentPort } from 'node:worker_threads';
import { AppError } from '../src-main/core/errors.ts';
import type { WorkbookAnswer } from '../src-main/core/services/imports-workbook.ts';
import { csvOfWorkbook } from '../src-main/core/services/imports-workbook-read.ts';

// Entry of a worker thread: reads one Excel workbook and ends. The workbook may hold private keys: nothing of it is in
// an error. A thread under every host: it lives for one workbook, so there is nothing to start again, its heap is
// bounded, which ends the thread alone, and the bytes move to it without a copy that somebody would have to zero.
const port = parentPort;
if (!port) throw new Error('the workbook reader runs as a worker thread');

port.once('message', async (bytes: Uint8Array) => {
  try {
    const csv = await csvOfWorkbook(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    const answer: WorkbookAnswer = { ok: true, csv };
    port.postMessage(answer);
  } catch (error) {
    const known = error instanceof AppError && error.code === 'bad-request';
    const message = known ? error.message : 'The workbook could not be read. Send it as CSV (UTF-8).';
    const answer: WorkbookAnswer = { ok: false, code: known ? 'bad-request' : 'internal', message };
    port.postMessage(answer);
  }
});
