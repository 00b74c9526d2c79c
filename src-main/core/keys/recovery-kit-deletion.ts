import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { appendAudit } from '../audit/append-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { deleteRecoveryKit, findRecoveryKits, type RecoveryKitFile } from './recovery-kit.ts';
import { recordedKitDeletions } from './recovery-kit-deletion-store.ts';

export interface KitDeletionDeps {
  readonly db: Database;
  readonly config: { readonly dataDir: string };
  readonly now: () => Date;
  readonly log: Logger;
}

type Outcome = 'failed' | 'finished late';

/**
 * Deletes the kit from this machine. Its entry is committed before: without one nothing is deleted. Should the deletion
 * fail, a second entry says so and the person is told; should the console end in between, `finishKitDeletions` goes on.
 * @param audit writes the entry of the request, in a transaction of its own
 */
export async function deleteKit(
  deps: KitDeletionDeps,
  kit: RecoveryKitFile,
  audit: (details: Record<string, unknown>) => Promise<void>,
): Promise<void> {
  await audit({ recoveryKit: kit.name, console: hostname() });
  try {
    await deleteRecoveryKit(deps.config.dataDir, kit.name);
  } catch (error) {
    deps.log.error({ err: error, recoveryKit: kit.name }, 'a recovery kit could not be deleted');
    await note(deps.db, deps.now(), kit, 'failed');
    throw new AppError(
      'internal',
      `The recovery kit could not be deleted: it is still at ${kit.path}. Delete it there.`,
      {
        cause: error,
      },
    );
  }
}

/** Longer than any deletion takes. */
const SETTLED_MS = 60_000;

/**
 * Deletes the kits whose deletion is in the audit log, but which the console ended before deleting. Writes an entry.
 */
export async function finishKitDeletions(deps: KitDeletionDeps): Promise<void> {
  const kits = await findRecoveryKits(deps.config.dataDir);
  if (kits.length === 0) return;
  const before = new Date(deps.now().getTime() - SETTLED_MS);
  const recorded = await recordedKitDeletions(
    deps.db,
    kits.map(({ name }) => name),
    before,
  );
  for (const kit of kits.filter(({ name }) => recorded.includes(name))) {
    deps.log.error({ recoveryKit: kit.name }, 'a recovery kit was not deleted when it was recorded; it is now');
    await note(deps.db, deps.now(), kit, 'finished late');
    await deleteRecoveryKit(deps.config.dataDir, kit.name);
  }
}

const note = (db: Database, at: Date, kit: RecoveryKitFile, outcome: Outcome): Promise<void> =>
  db.transaction(systemScope, (tx) =>
    appendAudit(tx, {
      at,
      userId: null,
      username: null,
      action: 'keys.recovery-kit-delete',
      details: { recoveryKit: kit.name, console: hostname(), outcome },
    }),
  );
