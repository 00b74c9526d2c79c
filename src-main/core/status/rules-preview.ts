import type { StatusRulesPreviewResult } from '../../../src-shared/contract/status-rules.ts';
import type { StatusRules } from '../../../src-shared/domain/status/types.ts';
import { type Database, type Queryable, systemScope } from '../platform/db/queryable.ts';
import type { JobHandler } from '../platform/jobs/queue.ts';
import { periodsOf } from './engine-store.ts';
import { differences, examplesOf, type HistoryDifference } from './history-preview.ts';
import { countTrackersWithReports, runNames, trackersWithReports } from './preview-store.ts';

/** Trackers per transaction; few, since their whole histories are read. */
const AT_ONCE = 20;
const EXAMPLES = 10;

/** Differences of runs under way, and for each run that is over the trackers whose history would change if it is named. */
interface Split {
  open: HistoryDifference[];
  finished: Map<number, number>;
}

async function splitOf(tx: Queryable, trackerIds: number[], rules: StatusRules, now: Date): Promise<Split> {
  // The present rules are the new ones everywhere: a run that is over is counted as if it were named.
  const periods = new Map(
    [...(await periodsOf(tx, trackerIds, rules))].map(([id, some]) => [id, some.map((one) => ({ ...one, rules }))]),
  );
  const over = new Map(
    [...periods.values()]
      .flat()
      .filter(({ window }) => window.endsAt <= now.getTime())
      .map(({ id, productionRunId }) => [id, productionRunId]),
  );
  const finished = new Map<number, number>();
  const open = (await differences(tx, periods)).flatMap((difference): HistoryDifference[] => {
    const runOf = ({ runPeriodId }: { runPeriodId: number | null }) => over.get(runPeriodId ?? 0);
    const entries = [...difference.removed, ...difference.added];
    for (const run of new Set(entries.flatMap((entry) => runOf(entry) ?? [])))
      finished.set(run, (finished.get(run) ?? 0) + 1);
    const removed = difference.removed.filter((entry) => runOf(entry) === undefined);
    const added = difference.added.filter((entry) => runOf(entry) === undefined);
    return removed.length + added.length === 0 ? [] : [{ ...difference, removed, added }];
  });
  return { open, finished };
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
    const finished = new Map<number, number>();
    for (let after = 0, done = 0; ; ) {
      signal.throwIfAborted();
      const trackers = await trackersWithReports(db, after, AT_ONCE);
      const last = trackers.at(-1);
      if (last === undefined) break;
      const ids = trackers.map(({ id }) => id);
      const split = await db.transaction(systemScope, (tx) => splitOf(tx, ids, input, now()));
      for (const [run, count] of split.finished) finished.set(run, (finished.get(run) ?? 0) + count);
      result.changed += split.open.length;
      for (const { added, removed, otherStatusNow } of split.open) {
        result.entriesAdded += added.length;
        result.entriesRemoved += removed.length;
        if (otherStatusNow) result.otherStatusNow += 1;
      }
      const names = new Map(trackers.map(({ id, name }) => [id, name]));
      result.examples.push(...(await examplesOf(db, split.open.slice(0, EXAMPLES - result.examples.length), names)));
      done += trackers.length;
      progress(done, Math.max(total, done));
      after = last.id;
    }
    const runs = await runNames(db, [...finished.keys()]);
    result.finishedRuns = runs.map((run) => ({ ...run, changed: finished.get(run.id)! }));
    return { ...result };
  };
}
