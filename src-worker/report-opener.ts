import { parentPort } from 'node:worker_threads';
import type { OpeningAnswer, OpeningRequest } from '../src-main/core/fetching/opening/report-opening-pool.ts';
import { openSealed } from '../src-main/core/fetching/opening/sealed-reports.ts';
import { p224Engine } from '../src-main/core/keys/p224/load-engine.ts';

// Entry of a worker thread that decrypts reports for the fetcher. Scalars are zeroed after use, and shared secrets
// never leave this thread. It is a thread on the desktop too, so that scalars stay in the fetcher's own process.
const port = parentPort;
if (!port) throw new Error('reports are opened in a worker thread');
const engine = p224Engine((reason) => process.emitWarning(reason));

port.on('message', ({ id, scalars, sealed }: OpeningRequest) => {
  try {
    const answer = openSealed(engine, scalars, sealed);
    const transfer = [answer.plaintexts.buffer, answer.states.buffer];
    port.postMessage({ id, ok: true, answer } satisfies OpeningAnswer, transfer);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown error';
    port.postMessage({ id, ok: false, message } satisfies OpeningAnswer);
  } finally {
    scalars.fill(0);
  }
});
