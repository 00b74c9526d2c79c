/** Backoff factors of a tracker that is absent from complete answers: 1 (healthy), then doubled up to this. */
export const MAX_BACKOFF_FACTOR = 16;
/** A delay is shortened by up to this share, so that trackers that failed together don't come due together. */
export const JITTER_SHARE = 0.1;

export interface BackoffSettings {
  /** Time between two fetches of a healthy tracker. */
  fetchIntervalMinutes: number;
  /** No delay is longer, whatever the factor. */
  maxBackoffHours: number;
}

export interface NextFetch {
  /** Epoch milliseconds. */
  nextDueAt: number;
  factor: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** After an answer with reports of the tracker, it is due one interval from now and the factor is 1 again. */
export function afterSuccess(settings: BackoffSettings, now: number): NextFetch {
  return { nextDueAt: now + settings.fetchIntervalMinutes * MINUTE_MS, factor: 1 };
}

/** After answers that proved nothing of the tracker, it is due one interval from now, its factor as it was. */
export function afterUnproven(settings: BackoffSettings, now: number): Pick<NextFetch, 'nextDueAt'> {
  return { nextDueAt: now + settings.fetchIntervalMinutes * MINUTE_MS };
}

/**
 * After a complete answer without the tracker: the factor doubles up to 16, and the delay is interval * factor, at
 * most `maxBackoffHours`, less a jitter of up to a tenth that depends on the tracker and the factor alone.
 */
export function afterAbsence(
  settings: BackoffSettings,
  tracker: { trackerId: number; factor: number },
  now: number,
): NextFetch {
  const factor = Math.min(MAX_BACKOFF_FACTOR, Math.max(1, tracker.factor) * 2);
  const wanted = settings.fetchIntervalMinutes * MINUTE_MS * factor;
  const delay = Math.min(wanted, settings.maxBackoffHours * HOUR_MS);
  // Half of it spreads them, the other half gathers those of a while, so that requests for silent trackers are full.
  const half = (JITTER_SHARE / 2) * delay;
  const jittered = now + delay - half * spread(tracker.trackerId * 31 + factor);
  return { nextDueAt: Math.ceil(Math.floor(jittered / half) * half), factor };
}

/** Requests are filled with trackers that are due within this time: they needn't have one of their own. */
export const soonMs = ({ fetchIntervalMinutes }: Pick<BackoffSettings, 'fetchIntervalMinutes'>): number =>
  JITTER_SHARE * fetchIntervalMinutes * MINUTE_MS;

/** Trackers of a new run are first due within this time, or within a tenth of the interval if that is shorter. */
const FIRST_SPREAD_MS = MINUTE_MS;

/** When a tracker that enters the queue is first due. Spread out, so that a run of thousands isn't due all at once. */
export function firstDueAt(settings: BackoffSettings, trackerId: number, now: number): number {
  const window = Math.min(FIRST_SPREAD_MS, settings.fetchIntervalMinutes * MINUTE_MS * JITTER_SHARE);
  return now + Math.floor(window * spread(trackerId));
}

/**
 * A number in [0, 1) that depends on `seed` alone and looks random between neighbours: the finaliser of MurmurHash3
 * (Austin Appleby, public domain).
 */
export function spread(seed: number): number {
  let hash = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
