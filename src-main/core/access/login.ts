import { storableText } from '../../../src-shared/domain/storable-text.ts';
import { appendAudit } from '../audit/append-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { attemptCounter } from './attempts-store.ts';
import { findLogin, type LoginRow, recordLogin } from './login-store.ts';
import { passwordMatches } from './passwords.ts';
import { type IssuedSession, issueSession } from './sessions/issue-session.ts';
import type { SignInCopy } from './sign-in-copy.ts';
import { loginAs, loginAsFrom, loginFrom } from './throttle.ts';
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

/**
 * Logins with their throttles (`throttle.ts`), which the database keeps for all consoles: a name from one address, the
 * name from anywhere, an address. Each attempt is counted before it is judged, so that a hundred at once are a hundred;
 * a right one clears what was counted of this name and address, and takes itself back from the others. An unknown name, a wrong
 * password and a disabled user take the same time and get the same answer. Every failure is in the audit log. A wrong
 * code of the second factor counts as a failure. Rejects with AppError `not-authenticated`, `second-factor-required`,
 * `too-many-requests` or, before the set-up, `setup-required`.
 */
export function createLogin(deps: LoginDeps): Login {
  const attempts = attemptCounter(deps.db);

  return async (request) => {
    const username = request.username.trim().toLowerCase();
    const now = deps.now();
    const { address, userAgent } = request;
    const everybody = [loginFrom(address)];
    const own = [loginAsFrom(username, address)];
    const elsewhere = [loginAs(username)];
    const waits = await attempts.count(everybody, now.getTime());
    if (waits > 0) throw tooMany(waits);
    const user = await findLogin(deps.db, username);
    if (!user && !(await anyUserExists(deps.db)))
      throw new AppError('setup-required', 'Create the first administrator before anyone can log in.');
    const locked = await attempts.count([...own, ...elsewhere], now.getTime());
    if (locked > 0) {
      await fail(user, 'locked');
      throw tooMany(locked);
    }
    const matches = await passwordMatches(user?.passwordHash ?? null, request.password);
    if (!user || !matches || user.disabled) {
      await fail(user, !user ? 'unknown user' : !matches ? 'wrong password' : 'disabled');
      throw refused();
    }
    const factor = await confirmedTotp(deps, user.id);
    if (factor) {
      if (request.code === undefined) {
        await attempts.giveBack([...everybody, ...own, ...elsewhere]);
        throw codeNeeded();
      }
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
    await attempts.giveBack([...everybody, ...elsewhere]);
    await attempts.forget(own);
    // A second factor can't be checked without the database, and cutting the network must not be a way around it.
    if (deps.signInCopy && factor === null) {
      const { id: userId, displayName, role, clientId, clientName } = user;
      const person = { userId, username: user.username, displayName, role, clientId, clientName };
      await deps.signInCopy.rememberSignIn(person, request.password);
    }
    return issued;

    async function fail(known: LoginRow | null, reason: string): Promise<void> {
      await deps.db.transaction(systemScope, (tx) =>
        appendAudit(tx, {
          at: now,
          userId: known?.id ?? null,
          username: storableText(username, 64),
          action: 'auth.login-failed',
          details: { reason, address },
        }),
      );
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
