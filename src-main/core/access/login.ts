import { appendAudit } from '../audit/append-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { countFailedLogin, findLogin, type LoginRow, lockUser, recordLogin } from './login-store.ts';
import { passwordMatches } from './passwords.ts';
import { type IssuedSession, issueSession } from './sessions/issue-session.ts';
import type { SignInCopy } from './sign-in-copy.ts';
import { failureWindow, lockMs, unknownNameLocks } from './throttle.ts';
import { confirmedTotp, judgeCode, type TotpDeps } from './totp/totp.ts';
import { anyUserExists } from './users/users-store.ts';

export interface LoginRequest {
  username: string;
  password: string;
  /** Of an authenticator app, or a recovery code. */
  code?: string | undefined;
  address: string;
  userAgent: string;
}
export type Login = (request: LoginRequest) => Promise<IssuedSession>;

export interface LoginDeps extends TotpDeps {
  readonly db: Database;
  readonly config: { readonly sessionMaxHours: number };
  readonly signInCopy: SignInCopy | null;
}

/** Failed logins of one address, over all user names, within the window. */
const ADDRESS_LIMIT = 30;
const ADDRESS_WINDOW_MS = 5 * 60_000;

/**
 * Logins with their throttles: a user name waits longer and longer after five failures in a row (kept in the database),
 * an address may fail 30 times in five minutes (kept on this console). An unknown name, a wrong password and a
 * disabled user take the same time and get the same answer. Every failure is in the audit log. A wrong code of the
 * second factor counts as a failure. Rejects with AppError `not-authenticated`, `second-factor-required`, `too-many-requests` or, before the set-up, `setup-required`.
 */
export function createLogin(deps: LoginDeps): Login {
  const addresses = failureWindow(ADDRESS_LIMIT, ADDRESS_WINDOW_MS);
  const unknownNames = unknownNameLocks();

  return async (request) => {
    const username = request.username.trim().toLowerCase();
    const now = deps.now();
    const { address, userAgent } = request;
    const waits = addresses.waitMs(address, now.getTime());
    if (waits > 0) throw tooMany(waits);
    const user = await findLogin(deps.db, username);
    if (!user && !(await anyUserExists(deps.db)))
      throw new AppError('setup-required', 'Create the first administrator before anyone can sign in.');
    const matches = await passwordMatches(user?.passwordHash ?? null, request.password);
    const locked = user
      ? (user.lockedUntil?.getTime() ?? 0) - now.getTime()
      : unknownNames.waitMs(username, now.getTime());
    if (locked > 0) {
      await fail(user, 'locked');
      throw tooMany(locked);
    }
    if (!user || !matches || user.disabled) {
      await fail(user, !user ? 'unknown user' : !matches ? 'wrong password' : 'disabled');
      throw refused();
    }
    const factor = await confirmedTotp(deps, user.id);
    if (factor) {
      if (request.code === undefined) throw codeNeeded();
      const verdict = await judgeCode(deps, user.id, factor, request.code);
      if (verdict !== 'right') {
        await fail(user, verdict);
        throw wrongCode();
      }
    }
    const issued = await deps.db.transaction(systemScope, async (tx) => {
      if (!(await recordLogin(tx, user.id, now))) throw refused();
      const made = await issueSession(tx, deps, user, { now, address, userAgent, secondFactor: factor !== null });
      await appendAudit(tx, {
        at: now,
        userId: user.id,
        username: user.username,
        action: 'auth.login',
        resourceType: 'user',
        resourceId: user.id,
        details: { address, ...(factor ? { secondFactor: true } : {}) },
      });
      return made;
    });
    addresses.clear(address);
    // A second factor can't be checked without the database, and cutting the network must not be a way around it.
    if (deps.signInCopy && factor === null) {
      const { id: userId, displayName, role, clientId, clientName } = user;
      const person = { userId, username: user.username, displayName, role, clientId, clientName };
      await deps.signInCopy.rememberSignIn(person, request.password);
    }
    return issued;

    async function fail(known: LoginRow | null, reason: string): Promise<void> {
      addresses.fail(address, now.getTime());
      if (!known && reason !== 'locked') unknownNames.fail(username, now.getTime());
      await deps.db.transaction(systemScope, async (tx) => {
        if (known && reason !== 'locked') {
          const wait = lockMs(await countFailedLogin(tx, known.id));
          if (wait > 0) await lockUser(tx, known.id, new Date(now.getTime() + wait));
        }
        await appendAudit(tx, {
          at: now,
          userId: known?.id ?? null,
          username: username.slice(0, 64),
          action: 'auth.login-failed',
          details: { reason, address: address },
        });
      });
    }
  };
}

const refused = () => new AppError('not-authenticated', 'The user name or the password is wrong.');
const codeNeeded = () =>
  new AppError('second-factor-required', 'Enter the code of your authenticator app, or a recovery code.');
const wrongCode = () =>
  new AppError('not-authenticated', 'This code is wrong or was used before. Wait for the next one.', {
    fields: [{ path: 'code', message: 'Wrong, or used before. Wait for the next one.' }],
  });
const tooMany = (ms: number) => {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return new AppError('too-many-requests', `Too many failed attempts. Wait ${seconds} seconds and try again.`, {
    retryAfterSeconds: seconds,
  });
};
