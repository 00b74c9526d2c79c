import { appendAudit } from '../audit/append-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { RequestContext } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { attemptCounter } from './attempts-store.ts';
import { findLogin } from './login-store.ts';
import { passwordMatches } from './passwords.ts';
import { reauthenticationOf } from './throttle.ts';

export interface Reauthentication {
  /**
   * Runs a check, limiting how often somebody who found the console open could guess: each attempt is counted before
   * it is judged, and a right one is taken back. Throws AppError `too-many-requests`, or what `wrong` makes.
   */
  guessable(context: RequestContext, check: () => Promise<boolean>, wrong: () => AppError): Promise<void>;
  /**
   * Makes sure that the signed-in person is asking, and not somebody who found the console open, by the password sent
   * with this request. For routes that open their own transactions. A wrong one is counted and audited, and is an
   * AppError `validation-failed` at the field that it came in; too many are `too-many-requests`.
   */
  reauthenticate(context: RequestContext, password: string, field: string): Promise<void>;
}

export function createReauthentication({ db }: { db: Database }): Reauthentication {
  const attempts = attemptCounter(db);

  const guessable: Reauthentication['guessable'] = async (context, check, wrong) => {
    const { now } = context;
    const { userId, username } = requirePrincipal(context);
    const attempt = [reauthenticationOf(userId)];
    const waits = await attempts.count(attempt, now.getTime());
    if (waits > 0)
      throw new AppError('too-many-requests', 'Too many wrong attempts. Wait a few minutes and try again.', {
        retryAfterSeconds: Math.ceil(waits / 1000),
      });
    if (await check()) return attempts.giveBack(attempt);
    const action = 'auth.reauthentication-failed';
    await db.transaction(systemScope, (tx) =>
      appendAudit(tx, { at: now, userId, username, action, resourceType: 'user', resourceId: userId }),
    );
    throw wrong();
  };

  return {
    guessable,
    async reauthenticate(context, password, field) {
      const matches = async () => {
        const user = await findLogin(db, requirePrincipal(context).username);
        return passwordMatches(user?.passwordHash ?? null, password);
      };
      const message = 'This is not your password.';
      await guessable(context, matches, () => {
        return new AppError('validation-failed', message, { fields: [{ path: field, message }] });
      });
    },
  };
}
