import { firstDueAt } from '../../../src-shared/domain/fetch-backoff.ts';
import type { Queryable } from '../db/queryable.ts';
import type { FetchSchedule } from '../queue/schedule.ts';
import { wantedTrackers } from '../repositories/fetch-states.ts';
import type { FetcherSettings } from './fetcher-settings.ts';

const PAGE = 5000;

/**
 * Makes the schedule hold exactly the manufactured trackers of active runs. One that enters gets the due time and
 * factor that the database remembers, or else a first due time with jitter; so a lost or flushed Redis, or a restart,
 * brings everything back as it was.
 */
export async function reconcileSchedule(
  db: Queryable,
  schedule: FetchSchedule,
  settings: FetcherSettings,
  now: Date,
): Promise<{ added: number; removed: number }> {
  // Members first: a tracker that another console adds meanwhile is then not taken for one that has to leave.
  const leaving = new Set<number>();
  for (let afterId = 0; ; ) {
    const page = await schedule.members({ afterId, limit: PAGE });
    for (const id of page) leaving.add(id);
    if (page.length < PAGE) break;
    afterId = page.at(-1)!;
  }
  let added = 0;
  for (let afterId = 0; ; ) {
    const page = await wantedTrackers(db, { now, afterId, limit: PAGE });
    const entering = page.filter((tracker) => !leaving.delete(tracker.trackerId));
    if (entering.length > 0) {
      added += await schedule.add(
        entering.map(({ trackerId, nextDueAt, factor }) => ({
          trackerId,
          factor,
          dueAt: nextDueAt?.getTime() ?? firstDueAt(settings, trackerId, now.getTime()),
        })),
      );
    }
    if (page.length < PAGE) break;
    afterId = page.at(-1)!.trackerId;
  }
  return { added, removed: leaving.size === 0 ? 0 : await schedule.remove([...leaving]) };
}
