import { takeTurn } from '../platform/db/housekeeping-store.ts';
import { systemScope } from '../platform/db/queryable.ts';
import { recordMinute } from './fetch-history-store.ts';
import { recordCycle } from './fetch-states-store.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import type { FetcherSettings } from './fetcher-settings.ts';
import { followEntered, followRuns, reconcileSchedule } from './reconcile.ts';

/** Runs that begin or end enter or leave the queue within a minute. */
const FOLLOW_EVERY_MS = 30_000;
const CHECK_EVERY_MS = 5000;
const MINUTE_MS = 60_000;

export interface QueueKeeper {
  /** Does the part of its work that is due. */
  keep(settings: FetcherSettings): Promise<void>;
  /** Makes the next call look at everything. */
  hurry(): void;
}

/**
 * Keeps the queue in step with the database: follows runs that begin and end, compares everything from time to time (one
 * console for all that share a queue), and at once when the queue has lost its entries (Redis was flushed). Notes once a minute how the queue stands.
 */
export function createQueueKeeper(
  deps: Pick<FetcherDeps, 'db' | 'schedule' | 'now' | 'log' | 'publish'> & Partial<Pick<FetcherDeps, 'keys'>>,
): QueueKeeper {
  const { db, schedule } = deps;
  let compareAt = 0;
  let pauseMs = FOLLOW_EVERY_MS;
  let followAt = 0;
  let checkAt = 0;
  let minute = 0;
  let lastAt = 0;
  let depth = 0;
  let runs: ReadonlySet<number> = new Set();

  const tell = ({ added, removed }: { added: number; removed: number }) => {
    if (added + removed === 0) return;
    deps.log('info', 'fetch schedule reconciled', { added, removed });
    deps.publish({ type: 'fetcher' });
  };

  /** What all consoles share is compared by one of them; a queue in memory is this console's own. */
  const isMyTurn = async () =>
    schedule.kind === 'memory' || (await db.transaction(systemScope, (tx) => takeTurn(tx, 'the fetch queue', pauseMs)));

  async function compare(settings: FetcherSettings, now: Date): Promise<void> {
    const started = performance.now();
    runs = (await followRuns(db, schedule, settings, runs, now)).active;
    tell(await reconcileSchedule(db, schedule, settings, now));
    // With a very large queue the pause grows with the work.
    pauseMs = Math.max(FOLLOW_EVERY_MS, 10 * (performance.now() - started));
    compareAt = now.getTime() + pauseMs;
    followAt = now.getTime() + FOLLOW_EVERY_MS;
    await recordCycle(db, now, deps.keys?.() !== null);
    ({ depth } = await schedule.stats(now.getTime()));
  }

  return {
    hurry() {
      compareAt = 0;
    },
    async keep(settings) {
      const now = deps.now();
      const at = now.getTime();
      // The clock was set back: what is due by it lies far ahead, here and in the queue.
      if (at < lastAt) compareAt = followAt = checkAt = 0;
      lastAt = at;
      if (at >= checkAt || compareAt === 0) {
        const stats = await schedule.stats(at);
        checkAt = at + CHECK_EVERY_MS;
        await followEntered(db, schedule, now);
        // It holds far fewer than were left in it, so it was lost.
        if (stats.depth < depth / 2) compareAt = 0;
        if (Math.floor(at / MINUTE_MS) !== minute) {
          await recordMinute(db, stats, now);
          minute = Math.floor(at / MINUTE_MS);
        }
      }
      // At the beginning, and when something is amiss, whoever did it last.
      const isForced = compareAt === 0;
      if (at >= compareAt) {
        if ((await isMyTurn()) || isForced) return compare(settings, now);
        compareAt = at + FOLLOW_EVERY_MS;
      }
      if (at < followAt) return;
      const followed = await followRuns(db, schedule, settings, runs, now);
      runs = followed.active;
      tell(followed);
      followAt = at + FOLLOW_EVERY_MS;
      await recordCycle(db, now, deps.keys?.() !== null);
      if (followed.added + followed.removed > 0) ({ depth } = await schedule.stats(at));
    },
  };
}
