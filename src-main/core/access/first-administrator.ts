import { newPassword } from '../../../src-shared/contract/auth.ts';
import { appendAudit } from '../audit/append-store.ts';
import { type Database, systemScope, type Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { lockSetup } from './login-store.ts';
import { hashPassword } from './passwords.ts';
import { anyUserExists, insertUser } from './users/users-store.ts';

export interface FirstAdministrator {
  username: string;
  displayName: string;
  password: string;
}

/**
 * Makes the first administrator, and runs `then` in the same transaction. Works once: of two at the same moment the
 * second gets AppError `conflict`, as does everyone once there is a user.
 */
export async function createFirstAdministrator<T>(
  db: Database,
  administrator: FirstAdministrator,
  now: Date,
  then: (tx: Transaction, userId: number) => Promise<T>,
): Promise<T> {
  // Checked before the costly hash, since anyone can ask, and again under the lock.
  if (await anyUserExists(db)) throw done();
  const passwordHash = await hashPassword(administrator.password);
  return db.transaction(systemScope, async (tx) => {
    await lockSetup(tx);
    if (await anyUserExists(tx)) throw done();
    const { username, displayName } = administrator;
    const userId = await insertUser(tx, { username, displayName, role: 'admin', clientId: null, passwordHash }, now);
    const result = await then(tx, userId);
    await appendAudit(tx, {
      at: now,
      userId,
      username,
      action: 'setup.administrator',
      resourceType: 'user',
      resourceId: userId,
    });
    return result;
  });
}

const done = () => new AppError('conflict', 'Set-up is already done. Log in instead.');

/**
 * For CONSOLE_ADMIN_PASSWORD: makes the user `admin` if there is no user yet. Returns whether it did. Throws AppError
 * `validation-failed` for a password that is too short.
 */
export async function ensureAdministrator(db: Database, password: string, now = new Date()): Promise<boolean> {
  if (await anyUserExists(db)) return false;
  const checked = newPassword.safeParse(password);
  if (!checked.success)
    throw new AppError(
      'validation-failed',
      `CONSOLE_ADMIN_PASSWORD can’t be used. ${checked.error.issues[0]?.message}`,
    );
  try {
    const administrator = { username: 'admin', displayName: 'Administrator', password: checked.data };
    await createFirstAdministrator(db, administrator, now, async () => undefined);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return false;
    throw error;
  }
}
