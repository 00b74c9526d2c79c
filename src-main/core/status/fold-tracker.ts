import { addToBuckets, type Bucket, bucketStart } from '../../../src-shared/domain/status/aggregate.ts';
import { foldReports } from '../../../src-shared/domain/status/fold.ts';
import {
  compareHistory,
  type HistoryChange,
  type StoredEntry,
  stateAfter,
} from '../../../src-shared/domain/status/history.ts';
import {
  compareKeys,
  type FoldState,
  type StatusRules,
  unknownState,
} from '../../../src-shared/domain/status/types.ts';
import type { LeftOutChange, PendingTracker, TrackerRun } from '../repositories/status-engine.ts';
import type { LoadedReports } from '../repositories/status-matching.ts';

/** Where a tracker's fold begins. Times are epoch milliseconds. */
export interface Plan {
  pending: PendingTracker;
  /** True when all new reports come after the last one folded: the stored state is gone on from. */
  appends: boolean;
  /** Reports from here on are folded. */
  from: number;
}

/**
 * Only new reports at the end, or nothing counted so far: go on from the stored state. Anything else: again from the start of that UTC day, so
 * that the hours and the day that it lies in are whole; the history before is not read.
 */
export function planFold(pending: PendingTracker): Plan {
  const { last } = pending.state;
  const appends = last === null || pending.foldFrom > last.at;
  return { pending, appends, from: appends ? pending.foldFrom : bucketStart('day', pending.foldFrom) };
}

export interface TrackerInput {
  plan: Plan;
  run: TrackerRun;
  loaded: LoadedReports;
  /** The live entry in force just before `plan.from`; only read when the plan does not append. */
  entryBefore: StoredEntry | undefined;
  /** Live entries caused from `plan.from` on, up to the last report that was loaded. */
  stored: readonly StoredEntry[];
  /** The stored hour and day of the last folded report, when the plan appends. */
  seeds: readonly Bucket[];
}

export interface TrackerOutcome {
  state: FoldState;
  history: HistoryChange;
  leftOut: LeftOutChange[];
  buckets: Bucket[];
}

/** Everything that a tracker's new or changed reports lead to. Pure. */
export function foldTracker(input: TrackerInput, rules: StatusRules): TrackerOutcome {
  const { plan, run, loaded } = input;
  const start = plan.appends ? plan.pending.state : checkpoint(input, rules);
  const folded = foldReports(start, loaded.reports, run.window, rules);
  const leftOut = loaded.reports.flatMap((report, i): LeftOutChange[] => {
    const reason = folded.leftOut[i]!;
    if (reason === report.leftOutReason) return [];
    return [{ trackerId: plan.pending.trackerId, at: report.at, hash: report.hash, reason }];
  });
  const previous = loaded.prior.at(-1)?.position ?? null;
  return {
    state: folded.state,
    history: compareHistory(input.stored, folded.entries, run.productionRunId),
    leftOut,
    buckets: addToBuckets(plan.appends ? input.seeds : [], previous, loaded.reports, folded),
  };
}

/**
 * The state just before `plan.from`: that after the entry in force, with the exit that may have been under way, which
 * the last few reports that counted tell (fewer than exitConfirmations of them, or it would have been an entry).
 */
function checkpoint({ entryBefore, loaded, run }: TrackerInput, rules: StatusRules): FoldState {
  if (entryBefore === undefined) return unknownState;
  const state = stateAfter(entryBefore);
  const since = loaded.prior.filter((report) => compareKeys(report, entryBefore.cause) > 0);
  if (rules.exitConfirmations > 1) return foldReports(state, since, run.window, rules).state;
  const last = since.at(-1);
  return last === undefined ? state : { ...state, last: { at: last.at, hash: last.hash } };
}
