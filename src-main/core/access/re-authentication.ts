import type { Core } from '../app/core.ts';
import { appendAudit } from '../audit/append-store.ts';
import { systemScope } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { RequestContext } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { findLogin } from './login-store.ts';
import { passwordMatches } from './passwords.ts';
import { type FailureWindow, failureWindow } from './throttle.ts';

/** Ten wrong passwords or codes of a person in ten minutes, counted on this console. */
const LIMIT = 10;
const WINDOW_MS = 10 * 60_000;

const windows = new WeakMap<Core, FailureWindow>();
function windowOf(core: Core): FailureWindow {
  const found = windows.get(core) ?? failureWindow(LIMIT, WINDOW_MS);
  windows.set(core, found);
  return found;
}

/** Runs a check that whoever found the console open could guess at. Throws AppError `too-many-requests`, or what `wrong` makes. */
export async function guessable(
  context: RequestContext,
  check: () => Promise<boolean>,
  wrong: () => AppError,
): Promise<void> {
  const { core, now } = context;
  const principal = requirePrincipal(context);
  const failures = windowOf(core);
  const key = String(principal.userId);
  const waits = failures.waitMs(key, now.getTime());
  if (waits > 0)
    throw new AppError('too-many-requests', 'Too many wrong attempts. Wait a few minutes and try again.', {
      retryAfterSeconds: Math.ceil(waits / 1000),
    });
  if (await check()) return;
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
  throw wrong();
}

/**
 * Makes sure that it is the signed-in person who asks, and not whoever found the console open: their password, sent with
 * this very request. For routes that open their own transactions. A wrong one is counted and audited, and is an AppError
 * `validation-failed` at the field that it came in; too many are `too-many-requests`.
 */
export async function reauthenticate(context: RequestContext, password: string, field = 'password'): Promise<void> {
  const matches = async () => {
    const user = await findLogin(context.core.db, requirePrincipal(context).username);
    return passwordMatches(user?.passwordHash ?? null, password);
  };
  const message = 'This is not your password.';
  await guessable(context, matches, () => {
    return new AppError('validation-failed', message, { fields: [{ path: field, message }] });
  });
}
