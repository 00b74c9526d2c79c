import { randomBytes } from 'node:crypto';
import type { GenerateAnswer, GenerateRequest } from '../src-main/core/keys/generator/generate-keys.ts';
import { generateKeyBatch } from '../src-main/core/keys/generator/generate-keys.ts';
import { p224Engine } from '../src-main/core/keys/p224/load-engine.ts';
import { workerParent } from '../src-main/core/platform/workers/parent.ts';

// Entry of a worker, a thread or a process of its own. It answers each request with key pairs whose private keys are
// sealed. Nothing else about the private keys leaves it: of an error it sends the message alone.
const host = await workerParent<unknown, GenerateRequest, GenerateAnswer>();
const engine = p224Engine((reason) => process.emitWarning(reason));

host.onMessage((request) => {
  try {
    host.say({ ok: true, ...generateKeyBatch(engine, request, randomBytes) });
  } catch (error) {
    host.say({ ok: false, message: error instanceof Error ? error.message : 'unknown error' });
  } finally {
    request.dataKey.fill(0);
  }
});
