import { type Canary, DAY_MS, HOUR_MS } from './ask.ts';

/** What is remembered of the last asks for a tracker; epoch milliseconds. */
export interface LastAsks {
  /** When it was last found. */
  foundAt: number | null;
  /** When it was last found by a whole answer to an ask for the whole time. */
  wholeAt: number | null;
  /** It was absent since. */
  failed: boolean;
}

export interface NewsWindow {
  now: number;
  /** How far back the whole time reaches. */
  windowMs: number;
  /** So long before the last success a narrowed ask begins: phones upload late. */
  overlapMs: number;
}

/** The whole time is asked for once in this time. */
const WHOLE_EVERY_MS = DAY_MS;
/** A report lies at least this far inside what is asked for, if its tracker is asked narrowly. */
const INSIDE_MS = HOUR_MS;

/**
 * Since when a narrowed ask has to ask for a tracker, or null where it takes an ask for the whole time: after a failure,
 * once a day, and where the source has no report in that time that it would have to give again.
 */
export function newsFrom(last: LastAsks, canaries: readonly Canary[], window: NewsWindow): number | null {
  const { foundAt, wholeAt, failed } = last;
  const { now, windowMs, overlapMs } = window;
  if (failed || foundAt === null || wholeAt === null || foundAt > now || wholeAt > now) return null;
  if (now - wholeAt >= WHOLE_EVERY_MS) return null;
  const from = foundAt - overlapMs;
  if (from <= now - windowMs) return null;
  return canaries.some(({ reportedAt }) => reportedAt >= from + INSIDE_MS) ? from : null;
}
