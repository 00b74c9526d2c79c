import type { Core } from '../core.ts';
import { AppError } from '../errors.ts';
import type { UserPrincipal } from '../http/principal.ts';
import { findLogin } from '../repositories/users-login.ts';
import { passwordMatches } from './auth-passwords.ts';
import { type FailureWindow, failureWindow } from './auth-throttle.ts';

/** Guesses at the current password, and at codes, by whoever holds a session: ten in ten minutes, on this console. */
const guesses = new WeakMap<Core, FailureWindow>();
function guessesOf(core: Core): FailureWindow {
  const found = guesses.get(core) ?? failureWindow(10, 10 * 60_000);
  guesses.set(core, found);
  return found;
}

/** Runs a check that may be guessed at. Throws AppError `too-many-requests` after ten that failed, and what `wrong` makes. */
export async function guessable(
  core: Core,
  userId: number,
  check: () => Promise<boolean>,
  wrong: () => AppError,
): Promise<void> {
  const key = String(userId);
  const waits = guessesOf(core).waitMs(key, core.now().getTime());
  if (waits > 0) {
    throw new AppError('too-many-requests', 'Too many wrong attempts. Wait a few minutes and try again.', {
      retryAfterSeconds: waits / 1000,
    });
  }
  if (await check()) return;
  guessesOf(core).fail(key, core.now().getTime());
  throw wrong();
}

/** Makes sure that the person knows the password of the account whose session they hold. AppError `validation-failed`. */
export function requireOwnPassword(core: Core, principal: UserPrincipal, currentPassword: string): Promise<void> {
  const matches = async () => {
    const user = await findLogin(core.db, principal.username);
    return passwordMatches(user?.passwordHash ?? null, currentPassword);
  };
  return guessable(core, principal.userId, matches, () => {
    const fields = [{ path: 'currentPassword', message: 'This is not your current password.' }];
    return new AppError('validation-failed', 'The current password is wrong.', { fields });
  });
}
