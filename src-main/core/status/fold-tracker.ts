import { addToHours, type HourBucket, hourStart } from '../../../src-shared/domain/status/aggregate.ts';
import { foldReports } from '../../../src-shared/domain/status/fold.ts';
import {
  compareHistory,
  type HistoryChange,
  type StoredEntry,
  stateAfter,
} from '../../../src-shared/domain/status/history.ts';
import { type InStatus, type StatusChange, statusChanges } from '../../../src-shared/domain/status/status-changes.ts';
import {
  compareKeys,
  type FoldState,
  type StatusRules,
  unknownState,
} from '../../../src-shared/domain/status/types.ts';
import type { LeftOutChange } from './after-fold.ts';
import type { PendingTracker, TrackerRun } from './engine-store.ts';
import type { LoadedReports } from './matching-store.ts';

/** What of a tracker is folded. Times are epoch milliseconds. */
export interface Plan {
  pending: PendingTracker;
  /** True when all new reports come after the last one folded: the fold goes on from the stored state. */
  appends: boolean;
  /** True when history or hours may be stored from `from` on. */
  replaces: boolean;
  /** Reports from here on are folded. */
  from: number;
  /** The fold may end in the hour of the next report after this, if nothing is different there; or infinity. */
  after: number;
}

/**
 * Only new reports at the end, or nothing counted so far: go on from the stored state. Otherwise again from the start
 * of that hour (aggregates are made of whole hours); the history before is not read. After late reports it is enough to
 * fold until the state is what it was, one report further. Where exits need several confirmations the state is more
 * than what the history tells, and all is folded.
 */
export function planFold(pending: PendingTracker, rules: StatusRules): Plan {
  const { state, foldFrom, foldTo } = pending;
  const appends = state.last === null || foldFrom > state.last.at;
  if (appends) {
    return { pending, appends, replaces: foldTo === Infinity, from: foldFrom, after: Infinity };
  }
  const after = rules.exitConfirmations === 1 ? foldTo : Infinity;
  return { pending, appends, replaces: true, from: hourStart(foldFrom), after };
}

export interface TrackerInput {
  plan: Plan;
  run: TrackerRun;
  loaded: LoadedReports;
  /** The live entry in force just before `plan.from`; only read when the plan does not append. */
  entryBefore: StoredEntry | undefined;
  /** Live entries caused from `plan.from` on, oldest first. */
  stored: readonly StoredEntry[];
  /** The stored hour of the last folded report, when the plan appends. */
  seed: HourBucket | null;
  /** Reports before this were loaded. */
  until: number;
}

export interface TrackerOutcome {
  state: FoldState;
  history: HistoryChange;
  leftOut: LeftOutChange[];
  hours: HourBucket[];
  /** How the fold changes its run's counts of trackers that enter and leave a status. */
  statusChanges: StatusChange[];
  /** Where the fold has to go on in another transaction; null when it is complete. */
  goOnFrom: number | null;
}

/** Works out everything that a tracker's new or changed reports lead to. Pure. */
export function foldTracker(input: TrackerInput, rules: StatusRules): TrackerOutcome {
  const { plan, run, loaded, until } = input;
  const start = plan.appends ? plan.pending.state : checkpoint(input, rules);
  const folded = foldReports(start, loaded.reports, run.window, rules);
  const leftOut = loaded.reports.flatMap((report, i): LeftOutChange[] => {
    const reason = folded.leftOut[i]!;
    if (reason === report.leftOutReason) return [];
    return [{ trackerId: plan.pending.trackerId, at: report.at, hash: report.hash, reason }];
  });
  const stored = input.stored.filter((entry) => entry.cause.at < until);
  const history = compareHistory(stored, folded.entries, run.productionRunId);
  const before = plan.appends ? presentOf(plan.pending.state, run) : (input.entryBefore ?? null);
  // The entry after the stretch leaves what is now the last one in it.
  const next = input.stored.find((entry) => entry.cause.at >= until);
  const beyond = next === undefined ? [] : [next];
  const entries = folded.entries.map((entry) => ({ ...entry, productionRunId: run.productionRunId }));
  const state = until === Infinity ? folded.state : rejoined(input, stored, folded.state);
  return {
    state: state ?? folded.state,
    history,
    leftOut,
    hours: addToHours(plan.appends ? input.seed : null, loaded.prior.at(-1)?.position ?? null, loaded.reports, folded),
    statusChanges: [
      ...statusChanges(before, [...stored, ...beyond], -1),
      ...statusChanges(before, [...entries, ...beyond], 1),
    ],
    goOnFrom: state === null ? until : null,
  };
}

/** The entry that the stored state is in, as far as the next one's counts depend on it. */
const presentOf = ({ status }: FoldState, { productionRunId }: TrackerRun): InStatus | null =>
  status === 'UNKNOWN' ? null : { status, productionRunId };

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

/**
 * The state at the end of all reports, when the fold of a stretch has come back to what the history says there: all
 * that follows is as it was. Only `since` can be new, where the last entry was replaced by one of an earlier report.
 * Null when the fold has not come back, or was cut short.
 */
function rejoined(
  { plan, entryBefore, until }: TrackerInput,
  stored: readonly StoredEntry[],
  folded: FoldState,
): FoldState | null {
  const was = stored.at(-1) ?? entryBefore;
  const { state } = plan.pending;
  const complete = plan.after < until;
  if (!complete || was === undefined || was.status !== folded.status || was.locationId !== folded.locationId)
    return null;
  const isPresent = state.since === was.enteredAt && state.status === was.status && state.locationId === was.locationId;
  return isPresent ? { ...state, since: folded.since } : state;
}
