import { createCipheriv, hash } from 'node:crypto';
import type { RandomBytes } from '../core/keys/envelope.ts';
import type { Keyring } from '../core/keys/keyring.ts';

/** What every part of the seeding works with. */
export interface SeedContext {
  keyring: Keyring;
  randomBytes: RandomBytes;
  /** What the devices' key pairs are drawn from: `randomBytes`, unless the same company is wanted every time. */
  keyBytes?: RandomBytes | undefined;
  /** The moment that the demo world is told from. */
  now: Date;
  seed: string | number;
}

const DAY_MS = 86_400_000;

/** So many days from now, as an instant. */
export const daysFrom = (now: Date, days: number) => new Date(now.getTime() + days * DAY_MS);

/** So many days from today, as a calendar date (UTC). */
export const dateFrom = (now: Date, days: number) => daysFrom(now, days).toISOString().slice(0, 10);

/**
 * Bytes that a seed decides alone (AES in counter mode). For the key pairs of a company that must be the same wherever
 * it is made, as for pictures of it; whoever knows the seed knows those keys.
 */
export function seededBytes(seed: string | number): RandomBytes {
  const cipher = createCipheriv('aes-256-ctr', hash('sha256', `demo keys ${seed}`, 'buffer'), Buffer.alloc(16));
  return (length) => new Uint8Array(cipher.update(Buffer.alloc(length)));
}
