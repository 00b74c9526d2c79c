import { z } from 'zod';
import { createDataKey, openDataKeys } from '../../keys/data-keys.ts';
import { PRIVATE_KEY_RECORD } from '../../keys/envelope.ts';
import type { KeyBatchPart } from '../../keys/generator/generate-keys.ts';
import type { KeyGeneratorPool } from '../../keys/generator/key-generator-pool.ts';
import type { Keyring } from '../../keys/keyring.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import { RetryLater } from '../../platform/jobs/job-end.ts';
import type { JobHandler, JobOptions } from '../../platform/jobs/queue.ts';
import { insertGeneratedTrackers, type StoredTrackers } from '../../trackers/new-trackers-store.ts';
import { addedAfter, lockKeyBatch, setBatchDataKey, storedTrackers } from './batch-keys-store.ts';
import { endKeyBatch } from './key-batches-store.ts';

export interface GenerationDeps {
  db: Database;
  events: EventBus;
  keyring: Keyring;
  pool: KeyGeneratorPool;
  randomBytes: (length: number) => Uint8Array;
  now: () => Date;
}

const inputSchema = z.object({ keyBatchId: z.number().int() });

/**
 * The job `key-generation`: makes what the batch still lacks, and stores each part in a transaction of its own, so that
 * it can be stopped anywhere and goes on from there: what is stored is counted, the rest is made.
 */
export function keyGenerationJob(deps: GenerationDeps): JobHandler<unknown> {
  const { db, pool } = deps;
  return async ({ input, signal, progress, advanced }) => {
    const { keyBatchId } = inputSchema.parse(input);
    signal.throwIfAborted();
    const { requestedCount, keysPerDevice, dataKey } = await openBatch(deps, keyBatchId);
    const batch = { keyBatchId, dataKeyId: dataKey.id, keysPerDevice };
    const total = requestedCount * keysPerDevice;
    try {
      let stored = await storedTrackers(db, keyBatchId);
      progress(stored.count * keysPerDevice, total);
      // A second round makes up for pairs that clashed with existing ones.
      while (stored.count < requestedCount) {
        const count = (requestedCount - stored.count) * keysPerDevice;
        const options = { count, unit: keysPerDevice, dataKey: dataKey.key, table: PRIVATE_KEY_RECORD, signal };
        for await (const part of pool.generate(options)) {
          stored = await storePart(deps, batch, part, stored);
          advanced();
          progress(stored.count * keysPerDevice, total);
        }
      }
      await endGeneration(deps, keyBatchId, 'ready');
      return { keyBatchId, generated: stored.count * keysPerDevice };
    } finally {
      dataKey.key.fill(0);
    }
  };
}

/** A batch whose job was cancelled or failed keeps its keys. */
export const giveUpGeneration =
  (deps: Pick<GenerationDeps, 'db' | 'events'>): NonNullable<JobOptions<unknown>['giveUp']> =>
  ({ input }) =>
    endGeneration(deps, inputSchema.parse(input).keyBatchId, 'cancelled');

async function endGeneration(
  { db, events }: Pick<GenerationDeps, 'db' | 'events'>,
  keyBatchId: number,
  state: 'ready' | 'cancelled',
): Promise<void> {
  await db.transaction(systemScope, (tx) => endKeyBatch(tx, keyBatchId, state));
  events.publish({ type: 'changed', resource: 'key-batches' });
}

/** After this long it looks whether the other console has made all keys. */
const LOOK_AGAIN_MS = 5000;

/** Makes the batch's data key at the first start, and opens it at a later one. */
async function openBatch(deps: GenerationDeps, keyBatchId: number) {
  const { db, keyring } = deps;
  return db.transaction(systemScope, async (tx) => {
    const { requestedCount, keysPerDevice, dataKeyId } = await lockKeyBatch(tx, keyBatchId);
    if (dataKeyId !== null) {
      const key = (await openDataKeys(tx, keyring, [dataKeyId])).get(dataKeyId) as Uint8Array;
      return { requestedCount, keysPerDevice, dataKey: { id: dataKeyId, key } };
    }
    const dataKey = await createDataKey(tx, keyring, deps);
    await setBatchDataKey(tx, keyBatchId, dataKey.id);
    return { requestedCount, keysPerDevice, dataKey };
  });
}

/** One part, stored only if nobody else works on the batch: a console that lost its lease must not add to it. */
function storePart(
  deps: GenerationDeps,
  batch: { keyBatchId: number; dataKeyId: number; keysPerDevice: number },
  part: KeyBatchPart,
  before: StoredTrackers,
): Promise<StoredTrackers> {
  return deps.db.transaction(systemScope, async (tx) => {
    await lockKeyBatch(tx, batch.keyBatchId);
    if (await addedAfter(tx, batch.keyBatchId, before.lastId)) throw new RetryLater(LOOK_AGAIN_MS);
    const stored = await insertGeneratedTrackers(tx, batch, part, deps.now());
    return { count: before.count + stored.count, lastId: Math.max(before.lastId, stored.lastId) };
  });
}
