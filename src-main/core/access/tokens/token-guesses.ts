import { AppError } from '../../platform/errors.ts';
import { type AttemptCounter, unknownTokenFrom } from '../throttle.ts';

/** Unknown tokens that are remembered, the oldest forgotten first. */
const REMEMBERED = 10_000;

export interface TokenGuesses {
  /**
   * Counts an unknown token, and throws AppError `too-many-requests` when its address sent too many. The same one again
   * is not a guess: it comes from a program that doesn't know of a revocation. A token that opens something is never
   * held up, whatever else its address sends: others may sit behind the same one, and 256 random bits can't be guessed.
   */
  fail(address: string, tokenHash: Uint8Array, now: number): Promise<void>;
}

/** Counts guesses at API tokens by address. */
export function tokenGuesses(attempts: AttemptCounter): TokenGuesses {
  const seen = new Set<string>();
  return {
    async fail(address, tokenHash, now) {
      const key = Buffer.from(tokenHash).toString('base64');
      if (seen.has(key)) return;
      const waits = await attempts.count([unknownTokenFrom(address)], now);
      if (waits > 0)
        throw new AppError('too-many-requests', 'Too many unknown API tokens came from this address. Wait a minute.', {
          retryAfterSeconds: waits / 1000,
        });
      seen.add(key);
      if (seen.size > REMEMBERED) seen.delete(seen.values().next().value as string);
    },
  };
}
