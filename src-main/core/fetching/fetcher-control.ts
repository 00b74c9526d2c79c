import type { FetcherState } from '../../../src-shared/contract/fetcher.ts';
import type { PartState } from '../../../src-shared/contract/part-state.ts';
import type { Database, Queryable } from '../platform/db/queryable.ts';
import { averageKeys } from './asked-keys-store.ts';
import { countFailing } from './fetch-failures-store.ts';
import { readTotals } from './fetch-states-store.ts';
import { readFetcherSettings, readVersionedFetcherSettings } from './fetcher-settings.ts';
import { reconcileSchedule } from './reconcile.ts';
import { listReportSources } from './report-sources-store.ts';
import type { FetchSchedule } from './schedule/schedule.ts';

/** A fetcher of any console that looked round within this time is at work. */
export const ALIVE_MS = 120_000;
const MAX_SOURCES = 500;
const PAGE = 1000;
/** Trackers whose keys are counted to know how many the queue has. */
const SAMPLE = 500;

/** Whether the fetcher of this console works, or that of another where this one has none. */
function isAlive(workerStates: Record<string, PartState>, lastCycleAt: Date | null, now: Date): boolean {
  const own = workerStates.fetcher;
  if (own !== undefined) return own.is === 'up';
  return lastCycleAt !== null && now.getTime() - lastCycleAt.getTime() < ALIVE_MS;
}

/** Whether a fetcher of any console works, with its key at hand. */
export async function isFetching(db: Queryable, workerStates: Record<string, PartState>, now: Date): Promise<boolean> {
  if (workerStates.fetcher?.is === 'up') return true;
  return isAlive({}, (await readTotals(db)).lastAbleAt, now);
}

/** State of the fetcher as the screen shows it. `db` may be a person's transaction. */
export async function fetcherState(
  db: Queryable,
  deps: { schedule: FetchSchedule; workerStates: () => Record<string, PartState> },
  now: Date,
): Promise<FetcherState> {
  const settings = await readVersionedFetcherSettings(db);
  const { totals, lastCycleAt } = await readTotals(db);
  const running = isAlive(deps.workerStates(), lastCycleAt, now);
  const failing = await countFailing(db, settings.failingStreak);
  const sources = await listReportSources(db, { limit: MAX_SOURCES });
  const { depth, due, leased, oldestDueAt } = await deps.schedule.stats(now.getTime());
  const some = await deps.schedule.members({ afterId: 0, limit: SAMPLE });
  const keys = Math.round(depth * (await averageKeys(db, some)));
  const { paused, ...shown } = settings;
  return {
    running,
    paused,
    schedule: deps.schedule.kind,
    queue: {
      depth,
      keys,
      due,
      leased,
      oldestDueAt: oldestDueAt === null ? null : new Date(oldestDueAt).toISOString(),
      dueLagSeconds: oldestDueAt === null ? 0 : Math.max(0, (now.getTime() - oldestDueAt) / 1000),
    },
    totals,
    failingTrackers: failing.failing,
    consistentlyFailing: failing.consistent,
    incompleteTrackers: failing.incomplete,
    mutedTrackers: failing.muted,
    lastCycleAt: lastCycleAt?.toISOString() ?? null,
    sources: sources.items,
    settings: shown,
  };
}

/**
 * Makes the named trackers, or all of active runs, due now; those that should be in the queue and aren't yet enter it
 * first. Sources keep their intervals and pauses. Returns how many became due.
 */
export async function fetchNow(
  deps: { db: Database; schedule: FetchSchedule },
  trackerIds: readonly number[] | null,
  now: Date,
): Promise<number> {
  await reconcileSchedule(deps.db, deps.schedule, await readFetcherSettings(deps.db), now);
  if (trackerIds !== null) return deps.schedule.makeDue(trackerIds, now.getTime());
  let count = 0;
  for (let afterId = 0; ; ) {
    const page = await deps.schedule.members({ afterId, limit: PAGE });
    count += await deps.schedule.makeDue(page, now.getTime());
    if (page.length < PAGE) return count;
    afterId = page.at(-1)!;
  }
}
