import type { StatusRulesPreviewResult } from '../../../src-shared/contract/status-rules.ts';
import type { StatusRules } from '../../../src-shared/domain/status/types.ts';
import { type Database, type Queryable, systemScope } from '../platform/db/queryable.ts';
import type { JobHandler } from '../platform/jobs/queue.ts';
import { periodsOf } from './engine-store.ts';
import { differences, previewSums, type SplitDifferences, splitByEnd } from './history-preview.ts';
import { countTrackersWithReports, trackersWithReports } from './preview-store.ts';

/** Trackers per transaction; few, since their whole histories are read. */
const AT_ONCE = 20;

async function splitOf(tx: Queryable, trackerIds: number[], rules: StatusRules, now: Date): Promise<SplitDifferences> {
  // The present rules are the new ones everywhere: a run that is over is counted as if it were named.
  const periods = new Map(
    [...(await periodsOf(tx, trackerIds, rules))].map(([id, some]) => [id, some.map((one) => ({ ...one, rules }))]),
  );
  return splitByEnd(await differences(tx, periods), periods, now.getTime());
}

/** Folds every tracker by other rules and tells what would change. Nothing of it is kept. */
export function statusRulesPreviewJob({ db, now }: { db: Database; now: () => Date }): JobHandler<StatusRules> {
  return async ({ input, signal, progress }) => {
    const total = await countTrackersWithReports(db);
    const result: StatusRulesPreviewResult = {
      rules: input,
      trackers: total,
      changed: 0,
      otherStatusNow: 0,
      entriesAdded: 0,
      entriesRemoved: 0,
      finishedRuns: [],
      examples: [],
    };
    const sums = previewSums(db, result);
    for (let after = 0, done = 0; ; ) {
      signal.throwIfAborted();
      const trackers = await trackersWithReports(db, after, AT_ONCE);
      const last = trackers.at(-1);
      if (last === undefined) break;
      const ids = trackers.map(({ id }) => id);
      await sums.add(await db.transaction(systemScope, (tx) => splitOf(tx, ids, input, now())), trackers);
      done += trackers.length;
      progress(done, Math.max(total, done));
      after = last.id;
    }
    result.finishedRuns = await sums.finishedRuns();
    return { ...result };
  };
}
