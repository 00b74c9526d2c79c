import { z } from 'zod';
import { appendAudit } from '../../audit/append-store.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { JobContext, JobHandler, JobOptions } from '../../platform/jobs/queue.ts';
import { open, type RandomBytes, type RecordName, unwrapDataKey, wrapDataKey } from '../envelope.ts';
import { matchesCheckValue } from '../key-encryption-key.ts';
import { findKek } from '../key-encryption-key-store.ts';
import type { Keyring } from '../keyring.ts';
import { deleteRecoveryKit, keepOnlyKit } from '../recovery-kit.ts';
import {
  countRewraps,
  dataKeysToRewrap,
  deletePendingKek,
  findPendingKek,
  insertRewraps,
  lockKekInUse,
  switchKek,
} from './key-change-store.ts';

export interface RotationDeps {
  db: Database;
  events: EventBus;
  keyring: Keyring;
  dataDir: string;
  randomBytes: RandomBytes;
  now: () => Date;
}

const rotationInput = z.object({
  kekId: z.number().int(),
  formerId: z.number().int(),
  /** File name of the new recovery kit, on the console that was asked. */
  kit: z.string(),
  askedBy: z.string(),
});
export type RotationInput = z.infer<typeof rotationInput>;

/** The record that a pending key is bound to while the former one wraps it. */
export const successorRecord = (kekId: number): RecordName => ({
  table: 'key_encryption_keys',
  id: `${kekId}/successor`,
});

const BATCH = 500;

/**
 * The job `key-rotation`. Data keys are wrapped anew beside their former wrapping, batch by batch; it can be stopped
 * anywhere and goes on from there, on any console that holds the former key. Then one transaction switches: until it
 * commits every data key opens with the former key, after it every one with the new. Cancelled or failed before that,
 * it leaves nothing behind. Other consoles notice and must be enrolled again.
 *
 * Data keys are kept, and private keys are not sealed again. A rotation answers a lost key file or passphrase. Whoever
 * has the former key and a copy of the database from before could read those private keys already, and they stay in
 * their devices for life: sealing them anew would take nothing back. From a later copy the former key opens nothing.
 */
export function keyRotationJob(deps: RotationDeps): JobHandler<unknown> {
  const { db, keyring } = deps;
  return async (job) => {
    const { createdBy, signal, progress } = job;
    const input = rotationInput.parse(job.input);
    if ((await findKek(db))?.id !== input.kekId) {
      signal.throwIfAborted();
      const kek = await openPending(deps, input);
      try {
        await rewrapAll(deps, input, kek, job);
        await keyring.stage({ kekId: input.kekId, kek });
        signal.throwIfAborted();
        await switchOver(deps, input, kek, createdBy);
      } finally {
        kek.fill(0);
      }
    }
    await keyring.refresh();
    await keepOnlyKit(deps.dataDir, input.kit);
    deps.events.publish({ type: 'changed', resource: 'key-protection' });
    const { total } = await countRewraps(db, input.kekId);
    progress(total, total);
    return { keyEncryptionKeyId: input.kekId, dataKeys: total };
  };
}

async function openPending({ db, keyring }: RotationDeps, input: RotationInput): Promise<Uint8Array> {
  const pending = await findPendingKek(db);
  if (pending?.id !== input.kekId) throw new AppError('conflict', 'This rotation was given up. Start a new one.');
  const kek = open(keyring.kek(), successorRecord(pending.id), pending.wrappedByFormer);
  if (matchesCheckValue(kek, pending.checkValue)) return kek;
  kek.fill(0);
  throw new AppError('corrupt-data', 'The new key was changed in the database. Nothing was rotated; start it again.');
}

async function rewrapAll(
  deps: RotationDeps,
  input: RotationInput,
  kek: Uint8Array,
  { signal, progress, advanced }: JobContext<unknown>,
): Promise<void> {
  for (;;) {
    const { done, total } = await countRewraps(deps.db, input.formerId);
    progress(done, total);
    signal.throwIfAborted();
    const wrapped = await deps.db.transaction(systemScope, (tx) => rewrap(tx, deps, input, kek, BATCH));
    if (wrapped === 0) return;
    advanced();
  }
}

/** Wraps up to `limit` data keys under the new key, and opens each again before it counts. Returns how many. */
async function rewrap(tx: Queryable, deps: RotationDeps, input: RotationInput, kek: Uint8Array, limit: number) {
  const rows = await dataKeysToRewrap(tx, input.formerId, limit);
  const former = rows.length > 0 ? deps.keyring.kek() : kek;
  const rewrapped = rows.map((row) => {
    const dataKey = unwrapDataKey(former, row.id, row.wrappedKey);
    const wrappedKey = wrapDataKey(kek, row.id, dataKey, deps.randomBytes);
    const again = unwrapDataKey(kek, row.id, wrappedKey);
    const same = Buffer.compare(again, dataKey) === 0;
    dataKey.fill(0);
    again.fill(0);
    if (!same) throw new AppError('internal', `Data key ${row.id} was wrapped wrongly. Nothing was rotated.`);
    return { id: row.id, wrappedKey };
  });
  if (rewrapped.length > 0) await insertRewraps(tx, input.kekId, rewrapped);
  return rewrapped.length;
}

function switchOver(deps: RotationDeps, input: RotationInput, kek: Uint8Array, createdBy: number | null) {
  return deps.db.transaction(systemScope, async (tx) => {
    const inUse = await lockKekInUse(tx);
    if (inUse?.id !== input.formerId || (await findPendingKek(tx))?.id !== input.kekId)
      throw new AppError('conflict', 'This rotation was given up, or finished by another console.');
    // Data keys made since the last look; no more can be added now.
    while ((await rewrap(tx, deps, input, kek, BATCH)) > 0);
    const dataKeys = await switchKek(tx, input.kekId, input.formerId, deps.now());
    const { total: left } = await countRewraps(tx, input.formerId);
    if (left > 0) throw new AppError('internal', `${left} data keys were left behind. Nothing was rotated.`);
    await appendAudit(tx, {
      at: deps.now(),
      userId: createdBy,
      username: input.askedBy,
      action: 'keys.rotated',
      resourceType: 'key-encryption-key',
      resourceId: input.kekId,
      details: { formerId: input.formerId, dataKeys },
    });
  });
}

/** A rotation that was cancelled or failed leaves nothing behind; one that has switched stays. */
export const giveUpRotation =
  (deps: Omit<RotationDeps, 'randomBytes' | 'now'>): NonNullable<JobOptions<unknown>['giveUp']> =>
  ({ input }) =>
    giveUp(deps, rotationInput.parse(input));

async function giveUp(deps: Omit<RotationDeps, 'randomBytes' | 'now'>, input: RotationInput): Promise<void> {
  const switched = await deps.db.transaction(systemScope, async (tx) => {
    const inUse = await lockKekInUse(tx);
    if (inUse?.id === input.kekId) return true;
    await deletePendingKek(tx, input.kekId);
    return false;
  });
  if (switched) return;
  await deps.keyring.stage(null);
  await deleteRecoveryKit(deps.dataDir, input.kit);
  deps.events.publish({ type: 'changed', resource: 'key-protection' });
}
