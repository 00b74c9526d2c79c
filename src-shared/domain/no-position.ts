import type { LeftOutReason } from './status/types.ts';

/**
 * Why there is no position of a tracker, or no new one, in the order in which they are looked for. `not-fetched` is what
 * a client's user is told of all that stops fetching.
 */
export const noPositionReasons = [
  'no-private-key',
  'not-manufactured',
  'retired',
  'no-run',
  'run-not-begun',
  'run-over',
  'not-enrolled',
  'locked',
  'fetcher-paused',
  'fetcher-stopped',
  'no-source',
  'source-failing',
  'not-asked',
  'absent',
  'left-out',
  'not-folded',
  'unheard',
  'no-news',
  'not-fetched',
] as const;
export type NoPositionReason = (typeof noPositionReasons)[number];

/** What the rule reads of a tracker. Times are epoch milliseconds. */
export interface TrackerFacts {
  /** Time of the last counted report with a position. */
  positionAt: number | null;
  hasPrivateKey: boolean;
  /** A factory's file named its MAC. */
  isManufactured: boolean;
  retiredAt: number | null;
  run: { id: number; startsAt: number; endsAt: number } | null;
  /** When a request last told something of it, or should have. */
  askedAt: number | null;
  dueAt: number | null;
  /** Complete answers in a row without it. */
  streak: number;
  lastHeardAt: number | null;
  /** Its newest report, if that was left out. */
  leftOut: { reason: LeftOutReason; at: number } | null;
  /** Since when reports of it wait for the status engine. */
  pendingSince: number | null;
}

/** What it reads of fetching as a whole. */
export interface FetchingFacts {
  /** A fetcher of any console looks round. */
  running: boolean;
  paused: boolean;
  keyState: 'ready' | 'not-enrolled' | 'locked';
  /** Sources that are switched on. */
  sources: number;
  /** All of these fail, or name nobody that they named before, since then; null while one works. */
  failingSince: number | null;
}

export interface NoPosition {
  reason: NoPositionReason;
  /** When it began, or will change: what that is depends on the reason. Epoch milliseconds. */
  at: number | null;
  /** Complete answers in a row without the tracker. */
  times: number | null;
  leftOut: LeftOutReason | null;
}

/** A position that is younger needs no reason. */
export const FRESH_MS = 24 * 3_600_000;

/**
 * The first reason that holds why a tracker has no position, or no new one; null when it has. Pure: `now` in epoch
 * milliseconds.
 */
export function whyNoPosition(tracker: TrackerFacts, fetching: FetchingFacts, now: number): NoPosition | null {
  const because = (
    reason: NoPositionReason,
    at: number | null = null,
    more: Partial<Pick<NoPosition, 'times' | 'leftOut'>> = {},
  ): NoPosition => ({ reason, at, times: null, leftOut: null, ...more });
  if (tracker.positionAt !== null && now - tracker.positionAt < FRESH_MS) return null;
  if (!tracker.hasPrivateKey) return because('no-private-key');
  if (!tracker.isManufactured) return because('not-manufactured');
  if (tracker.retiredAt !== null) return because('retired', tracker.retiredAt);
  if (tracker.run === null) return because('no-run');
  if (now < tracker.run.startsAt) return because('run-not-begun', tracker.run.startsAt);
  if (now >= tracker.run.endsAt) return because('run-over', tracker.run.endsAt);
  const stopped = whyNotFetched(fetching);
  if (stopped !== null) return because(stopped, stopped === 'source-failing' ? fetching.failingSince : null);
  if (tracker.askedAt === null && tracker.lastHeardAt === null) return because('not-asked', tracker.dueAt);
  if (tracker.streak > 0) return because('absent', tracker.lastHeardAt, { times: tracker.streak });
  if (tracker.pendingSince !== null) return because('not-folded', tracker.pendingSince);
  if (tracker.leftOut !== null) return because('left-out', tracker.leftOut.at, { leftOut: tracker.leftOut.reason });
  if (tracker.lastHeardAt === null) return because('unheard', tracker.askedAt);
  return because('no-news', tracker.positionAt ?? tracker.lastHeardAt);
}

/** What stops all fetching, or null. */
function whyNotFetched(fetching: FetchingFacts): NoPositionReason | null {
  if (!fetching.running && fetching.keyState !== 'ready') return fetching.keyState;
  if (fetching.paused) return 'fetcher-paused';
  if (!fetching.running) return 'fetcher-stopped';
  if (fetching.sources === 0) return 'no-source';
  return fetching.failingSince === null ? null : 'source-failing';
}

/** What the rule reads for a client's user: of their own periods alone, within the dates of the run. */
export interface ClientTrackerFacts {
  /** Time of the last counted report with a position. */
  positionAt: number | null;
  run: { id: number; startsAt: number; endsAt: number };
  /** It can be asked for, and fetching works. */
  isFetched: boolean;
  /** Time of the newest report, and why it doesn't count. */
  newest: { at: number; leftOut: LeftOutReason | null } | null;
}

/**
 * The first reason that holds, as a client's user is told it. A streak of absences, a due time and what waits to be folded
 * are not told: they follow also from what was heard of the tracker when it was another client's.
 */
export function whyNoPositionForClient(tracker: ClientTrackerFacts, now: number): NoPosition | null {
  const { positionAt, run, newest } = tracker;
  const because = (reason: NoPositionReason, at: number | null, leftOut: LeftOutReason | null = null): NoPosition => ({
    ...{ reason, at, times: null, leftOut },
  });
  if (positionAt !== null && now - positionAt < FRESH_MS) return null;
  if (now < run.startsAt) return because('run-not-begun', run.startsAt);
  if (now >= run.endsAt) return because('run-over', run.endsAt);
  if (!tracker.isFetched) return because('not-fetched', null);
  if (newest === null) return because('unheard', null);
  if (newest.leftOut !== null) return because('left-out', newest.at, newest.leftOut);
  return because('no-news', positionAt ?? newest.at);
}
