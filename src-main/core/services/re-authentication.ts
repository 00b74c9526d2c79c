import type { Core } from '../core.ts';
import { systemScope } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import type { RequestContext } from '../http/handler.ts';
import { requirePrincipal } from '../http/principal.ts';
import { appendAudit } from '../repositories/audit.ts';
import { findLogin } from '../repositories/users-login.ts';
import { passwordMatches } from './auth-passwords.ts';
import { type FailureWindow, failureWindow } from './auth-throttle.ts';

/** Ten wrong passwords of a person in ten minutes, counted on this console. */
const LIMIT = 10;
const WINDOW_MS = 10 * 60_000;

const windows = new WeakMap<Core, FailureWindow>();
function windowOf(core: Core): FailureWindow {
  const found = windows.get(core) ?? failureWindow(LIMIT, WINDOW_MS);
  windows.set(core, found);
  return found;
}

/**
 * Makes sure that it is the signed-in person who asks, and not whoever found the console open: their password, sent with
 * this very request. For routes that open their own transactions. A wrong one is counted and audited, and is an AppError
 * `validation-failed` at the field `password`; too many are `too-many-requests`.
 */
export async function reauthenticate(context: RequestContext, password: string): Promise<void> {
  const { core, now } = context;
  const principal = requirePrincipal(context);
  const failures = windowOf(core);
  const key = String(principal.userId);
  const waits = failures.waitMs(key, now.getTime());
  if (waits > 0)
    throw new AppError('too-many-requests', 'Too many wrong passwords. Wait a few minutes and try again.', {
      retryAfterSeconds: Math.ceil(waits / 1000),
    });
  const user = await findLogin(core.db, principal.username);
  if (await passwordMatches(user?.passwordHash ?? null, password)) return;
  failures.fail(key, now.getTime());
  await core.db.transaction(systemScope, (tx) =>
    appendAudit(tx, {
      at: now,
      userId: principal.userId,
      username: principal.username,
      action: 'auth.reauthentication-failed',
      resourceType: 'user',
      resourceId: principal.userId,
    }),
  );
  const message = 'This is not your password.';
  throw new AppError('validation-failed', message, { fields: [{ path: 'password', message }] });
}
