import { keyJobKinds } from '../../../../src-shared/contract/job-kinds.ts';
import type { KeyProtection } from '../../../../src-shared/contract/key-protection.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import type { PreparedDownload } from '../../platform/http/download-tickets.ts';
import type { Keyring } from '../keyring.ts';
import { findRecoveryKits, type RecoveryKitFile, readRecoveryKit } from '../recovery-kit.ts';
import { changingKinds } from './change.ts';
import { describeKek, keyJobs } from './key-change-store.ts';

/** State of the keys on this console, as the screen shows it. @param withKit whether the person may know of the kit */
export async function keyProtection(
  deps: { db: Database; keyring: Keyring; config: { dataDir: string } },
  withKit: boolean,
): Promise<KeyProtection> {
  const { db, keyring, config } = deps;
  const key = await describeKek(db);
  const { changingJobId, waiting } = await keyJobs(db, { changing: changingKinds, needing: keyJobKinds });
  const [kit] = withKit ? await findRecoveryKits(config.dataDir) : [];
  return {
    state: keyring.state(),
    where: keyring.where,
    problem: keyring.state() === 'not-enrolled' ? keyring.problem() : null,
    key: key && { ...key, createdAt: key.createdAt.toISOString() },
    changingJobId,
    waitingJobs: waiting,
    recoveryKit: kit ? { path: kit.path, createdAt: kit.createdAt.toISOString() } : null,
  };
}

/** The kit that still lies on this machine. AppError `not-found`. */
export async function latestKit(deps: { config: { dataDir: string } }): Promise<RecoveryKitFile> {
  const [kit] = await findRecoveryKits(deps.config.dataDir);
  if (kit) return kit;
  throw new AppError(
    'not-found',
    'The recovery kit is no longer on this machine. Change the passphrase to get a new one.',
  );
}

/** The kit as a download, which does not pass the screen. */
export const kitDownload = (kit: RecoveryKitFile): PreparedDownload => ({
  fileName: kit.name,
  details: { recoveryKit: kit.name },
  write: async () => ({
    contentType: 'text/plain; charset=utf-8',
    fileName: kit.name,
    body: await readRecoveryKit(kit),
  }),
});
