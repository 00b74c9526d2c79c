import { parentPort } from 'node:worker_threads';
import { p224Engine } from '../../src-main/core/keys/p224/load-engine.ts';

/** What a thread of the two-core figures is asked: so many rounds of one computation, on input of its own. */
export interface EngineRounds {
  rounds: number;
  scalars: Uint8Array;
  /** Without points it is key pairs, with them derive + ECDH. */
  points: Uint8Array | null;
}

const engine = p224Engine((reason) => console.warn(reason));
parentPort!.on('message', ({ rounds, scalars, points }: EngineRounds) => {
  for (let round = 0; round < rounds; round++) {
    engine.derivePublicX(scalars);
    if (points) engine.sharedX(scalars, points);
  }
  parentPort!.postMessage('done');
});
