import type { Status } from '../../../src-shared/contract/status.ts';

/** Trackers that can be replayed together: nobody can tell more lines apart. */
export const MAX_REPLAYED = 12;

export interface Fix {
  /** Epoch milliseconds. */
  at: number;
  latitude: number;
  /** Continued past the antimeridian, as `unwrap` gives it. */
  longitude: number;
  /** Null where the report did not count. */
  status: Status | null;
}

/** Where one tracker was: its fixes, oldest first. */
export interface Journey {
  trackerId: number;
  name: string;
  fixes: readonly Fix[];
}

export interface Place {
  latitude: number;
  longitude: number;
  status: Status | null;
  /** Index of the last fix at or before the time. */
  fix: number;
  /** Milliseconds since that fix. */
  age: number;
}

/** First and last time of some journeys, or null when none has a fix. */
export function spanOf(journeys: readonly Journey[]): { from: number; to: number } | null {
  const ends = journeys.flatMap(({ fixes }) => (fixes.length > 0 ? [fixes[0]!.at, fixes.at(-1)!.at] : []));
  return ends.length === 0 ? null : { from: Math.min(...ends), to: Math.max(...ends) };
}

/**
 * Where a tracker was at a time: on the straight line between the fixes around it, in proportion to the time between
 * them, and at its last fix after that. Null before its first.
 */
export function placeAt({ fixes }: Journey, at: number): Place | null {
  let low = 0;
  let high = fixes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fixes[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  const fix = low - 1;
  const before = fixes[fix];
  if (!before) return null;
  const after = fixes[low];
  const share = after ? (at - before.at) / (after.at - before.at) : 0;
  return {
    latitude: before.latitude + share * ((after?.latitude ?? before.latitude) - before.latitude),
    longitude: before.longitude + share * eastward(before.longitude, after?.longitude ?? before.longitude),
    status: before.status,
    fix,
    age: at - before.at,
  };
}

/** Degrees from one longitude to another, the shorter way round. */
const eastward = (from: number, to: number): number => to - from - 360 * Math.round((to - from) / 360);

/** Ticks of a slider that can be told apart. */
const MOST_TICKS = 60;

/** When a status changed, oldest first; where there are too many to tell apart, evenly fewer. */
export function changesOf(journeys: readonly Journey[]): number[] {
  const times = journeys.flatMap(({ fixes }) =>
    fixes.flatMap(({ at, status }, n) => (n > 0 && status !== null && status !== fixes[n - 1]!.status ? [at] : [])),
  );
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const every = Math.ceil(sorted.length / MOST_TICKS);
  return every <= 1 ? sorted : sorted.filter((_, n) => n % every === 0);
}

/** The time that a clock shows after some real milliseconds at a speed, stopped at the end. */
export const advance = (at: number, elapsedMs: number, speed: number, end: number): number =>
  Math.min(end, at + elapsedMs * speed);
