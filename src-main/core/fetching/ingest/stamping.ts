import { type Database, systemScope } from '../../platform/db/queryable.ts';
import type { JobHandler, JobQueue } from '../../platform/jobs/queue.ts';
import {
  compareStamps,
  monthIsStamped,
  nextMonth,
  stampingIsDue,
  stampReports,
  unstampedMonths,
  unstampedTrackers,
} from './stamping-store.ts';

/** Trackers whose reports of a month are stamped in one transaction, which their moves and ingest wait for. */
const AT_ONCE: Record<Database['engine'], number> = { postgresql: 500, embedded: 50 };

/** Adds the job that stamps reports of former versions, where some are left and none does it. */
export const queueStamping = (db: Database, jobs: Pick<JobQueue, 'add'>): Promise<void> =>
  db.transaction(systemScope, async (tx) => {
    if (!(await stampingIsDue(tx))) return;
    const months = await unstampedMonths(tx);
    await jobs.add(tx, {
      kind: 'report-stamping',
      label: 'Reports of a former version',
      unit: 'months',
      total: months,
      input: { months },
      resource: null,
      createdBy: null,
    });
  });

/**
 * Stamps reports that were stored before they said which run period and client they count for, month by month. Until it
 * ends, row level security looks up those that are left; afterwards it compares columns. Interrupted, it goes on with
 * the month that it was in.
 */
export function reportStampingJob({
  db,
  atOnce = AT_ONCE[db.engine],
}: {
  db: Database;
  atOnce?: number;
}): JobHandler<{ months: number }> {
  return async ({ input: { months }, signal, progress, advanced }) => {
    for (;;) {
      const month = await nextMonth(db);
      if (month === null) break;
      for (let afterId: number | null = 0; afterId !== null; ) {
        signal.throwIfAborted();
        const after: number = afterId;
        afterId = await db.transaction(systemScope, async (tx) => {
          const trackerIds = await unstampedTrackers(tx, month, after, atOnce);
          if (trackerIds.length === 0) {
            await monthIsStamped(tx, month);
            if ((await nextMonth(tx)) === null) await compareStamps(tx);
            return null;
          }
          await stampReports(tx, month, trackerIds);
          return trackerIds.at(-1)!;
        });
        advanced();
      }
      progress(months - (await unstampedMonths(db)), months);
    }
    return { months };
  };
}
