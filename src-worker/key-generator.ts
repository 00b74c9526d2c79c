import { randomBytes } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { GenerateAnswer, GenerateRequest } from '../src-main/core/keys/key-batch.ts';
import { generateKeyBatch } from '../src-main/core/keys/key-batch.ts';
import { p224Engine } from '../src-main/core/keys/p224/engine.ts';

// Entry of a worker thread: answers each request with one batch of key pairs, the private keys sealed. Nothing else of
// them leaves this thread; an error is reported by its sentence alone.
const port = parentPort;
if (!port) throw new Error('the key generator runs as a worker thread');
const engine = p224Engine((reason) => process.emitWarning(reason));

port.on('message', (request: GenerateRequest) => {
  try {
    const batch = generateKeyBatch(engine, request, randomBytes);
    const answer: GenerateAnswer = { ok: true, ...batch };
    port.postMessage(answer, [
      batch.advertisementKeys.buffer as ArrayBuffer,
      batch.hashedKeys.buffer as ArrayBuffer,
      batch.sealedPrivateKeys.buffer as ArrayBuffer,
    ]);
  } catch (error) {
    const answer: GenerateAnswer = { ok: false, message: error instanceof Error ? error.message : 'unknown error' };
    port.postMessage(answer);
  } finally {
    request.dataKey.fill(0);
  }
});
