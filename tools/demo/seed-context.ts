import type { Keyring } from '../../src-main/core/keys/keyring.ts';

/** What every part of the seeding works with. */
export interface SeedContext {
  keyring: Keyring;
  randomBytes: (length: number) => Uint8Array;
  /** The moment that the demo world is told from. */
  now: Date;
  seed: string | number;
}

const DAY_MS = 86_400_000;

/** So many days from now, as an instant. */
export const daysFrom = (now: Date, days: number) => new Date(now.getTime() + days * DAY_MS);

/** So many days from today, as a calendar date (UTC). */
export const dateFrom = (now: Date, days: number) => daysFrom(now, days).toISOString().slice(0, 10);
