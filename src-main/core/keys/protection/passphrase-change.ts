import { z } from 'zod';
import { appendAudit } from '../../audit/append-store.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { JobHandler, JobOptions } from '../../platform/jobs/queue.ts';
import { deleteRecoveryKit, keepOnlyKit } from '../recovery-kit.ts';
import { dropNextPassphrase, passphraseInUse, takeNextPassphrase } from './key-change-store.ts';

const passphraseInput = z.object({
  kekId: z.number().int(),
  /** Salt of the next wrapping, which tells it from any other. */
  salt: z.string(),
  kit: z.string(),
  askedBy: z.string(),
});
export type PassphraseInput = z.infer<typeof passphraseInput>;

/**
 * The job `passphrase-change`: replaces the key's wrapping by the one under the next passphrase, which was made and
 * tried when the person asked. The key itself stays, so enrolled consoles go on as they are.
 */
export function passphraseChangeJob(deps: {
  db: Database;
  events: EventBus;
  dataDir: string;
  now: () => Date;
}): JobHandler<unknown> {
  const { db, dataDir, events, now } = deps;
  return async ({ input: given, createdBy, signal, progress }) => {
    const { kekId, salt, kit, askedBy } = passphraseInput.parse(given);
    signal.throwIfAborted();
    await db.transaction(systemScope, async (tx) => {
      if (await takeNextPassphrase(tx, kekId, salt)) {
        await appendAudit(tx, {
          at: now(),
          userId: createdBy,
          username: askedBy,
          action: 'keys.passphrase-changed',
          resourceType: 'key-encryption-key',
          resourceId: kekId,
        });
      } else if (!(await passphraseInUse(tx, kekId, salt)))
        throw new AppError('conflict', 'The key was rotated in the meantime. The passphrase of that rotation applies.');
    });
    progress(1, 1);
    await keepOnlyKit(dataDir, kit);
    tellChanged(events);
    return { keyEncryptionKeyId: kekId };
  };
}

/** A change that was cancelled or failed leaves the former passphrase; one that was made already stays. */
export function giveUpPassphraseChange(deps: {
  db: Database;
  events: EventBus;
  dataDir: string;
}): NonNullable<JobOptions<unknown>['giveUp']> {
  const { db, dataDir, events } = deps;
  return async ({ input }) => {
    const { kekId, salt, kit } = passphraseInput.parse(input);
    if (await passphraseInUse(db, kekId, salt)) return;
    await dropNextPassphrase(db, kekId, salt);
    await deleteRecoveryKit(dataDir, kit);
    tellChanged(events);
  };
}

const tellChanged = (events: EventBus) => events.publish({ type: 'changed', resource: 'key-protection' });
