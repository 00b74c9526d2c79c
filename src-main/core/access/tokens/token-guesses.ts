import { AppError } from '../../platform/errors.ts';
import { failureWindow } from '../throttle.ts';

/** Unknown tokens, each a different one, that an address may send within the window. */
const LIMIT = 20;
const WINDOW_MS = 60_000;
/** Unknown tokens that are remembered, the oldest forgotten first. */
const REMEMBERED = 10_000;

export interface TokenGuesses {
  /** Throws AppError `too-many-requests` while the address has guessed too often. */
  check(address: string, now: number): void;
  /**
   * Counts an unknown token. The same one again is not a guess: it comes from a program that doesn't know of a
   * revocation.
   */
  fail(address: string, tokenHash: Uint8Array, now: number): void;
}

/** Counts guesses at API tokens by address, on this console. */
export function tokenGuesses(): TokenGuesses {
  const addresses = failureWindow(LIMIT, WINDOW_MS);
  const seen = new Set<string>();
  return {
    check(address, now) {
      const waits = addresses.waitMs(address, now);
      if (waits <= 0) return;
      throw new AppError('too-many-requests', 'Too many unknown API tokens came from this address. Wait a minute.', {
        retryAfterSeconds: waits / 1000,
      });
    },
    fail(address, tokenHash, now) {
      const key = Buffer.from(tokenHash).toString('base64');
      if (seen.has(key)) return;
      seen.add(key);
      if (seen.size > REMEMBERED) seen.delete(seen.values().next().value as string);
      addresses.fail(address, now);
    },
  };
}
