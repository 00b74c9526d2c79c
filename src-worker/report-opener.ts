import { parentPort } from 'node:worker_threads';
import type { EcdhAnswer, EcdhRequest } from '../src-main/core/fetching/opening/report-opening-pool.ts';
import { openSealed } from '../src-main/core/fetching/opening/sealed-reports.ts';
import { p224Engine } from '../src-main/core/keys/p224/load-engine.ts';

// Entry of a worker thread that decrypts reports for the fetcher. Scalars are zeroed after use, and shared secrets
// never leave this thread. It is a thread on the desktop too, so that scalars stay in the fetcher's own process.
const port = parentPort;
if (!port) throw new Error('ECDH runs as a worker thread');
const engine = p224Engine((reason) => process.emitWarning(reason));

port.on('message', ({ id, scalars, sealed }: EcdhRequest) => {
  try {
    const answer = openSealed(engine, scalars, sealed);
    const transfer = [answer.plaintexts.buffer, answer.states.buffer];
    port.postMessage({ id, ok: true, answer } satisfies EcdhAnswer, transfer);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown error';
    port.postMessage({ id, ok: false, message } satisfies EcdhAnswer);
  } finally {
    scalars.fill(0);
  }
});
