import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { p224Engine } from '../../src-main/core/keys/p224/engine.ts';
import { P224Point, randomScalars } from '../../src-main/core/keys/p224.ts';
import { median } from './figure.ts';

const BATCH = 2048;
/** Batches a round, shared by the threads. */
const BATCHES = 32;

/** Key pairs, and derive + ECDH, a second by the engine alone on one thread and on two, in turns. */
export async function ratesByThreads(rounds: number): Promise<{ pairs: [number, number]; both: [number, number] }> {
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url)));
  const seconds = { pairs: [[], []] as [number[], number[]], both: [[], []] as [number[], number[]] };
  for (let round = -1; round < rounds; round++) {
    for (const kind of ['pairs', 'both'] as const) {
      for (const threads of [1, 2] as const) {
        const started = performance.now();
        await Promise.all(
          workers.slice(0, threads).map(async (worker) => {
            worker.postMessage({ kind, batches: BATCHES / threads / (kind === 'both' ? 4 : 1) });
            await once(worker, 'message');
          }),
        );
        if (round >= 0) seconds[kind][threads - 1]!.push((performance.now() - started) / 1000);
      }
    }
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  const rates = (kind: 'pairs' | 'both') =>
    seconds[kind].map((all) => (BATCH * BATCHES) / (kind === 'both' ? 4 : 1) / median(all)) as [number, number];
  return { pairs: rates('pairs'), both: rates('both') };
}

if (!isMainThread) {
  const engine = p224Engine();
  const scalars = randomScalars(BATCH, randomBytes);
  const points = Buffer.alloc(BATCH * 57, P224Point.BASE.toBytes(false));
  parentPort?.on('message', ({ kind, batches }: { kind: 'pairs' | 'both'; batches: number }) => {
    for (let i = 0; i < batches; i++) {
      engine.derivePublicX(scalars);
      if (kind === 'both') engine.sharedX(scalars, points);
    }
    parentPort?.postMessage(null);
  });
}
