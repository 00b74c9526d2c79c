import { addToHours, type HourBucket, hourStart } from '../../../src-shared/domain/status/aggregate.ts';
import { type FoldResult, foldReports } from '../../../src-shared/domain/status/fold.ts';
import {
  compareHistory,
  type HistoryChange,
  type PeriodEntry,
  type StoredEntry,
  stateAfter,
} from '../../../src-shared/domain/status/history.ts';
import {
  compareKeys,
  defaultStatusRules,
  type FoldState,
  unknownState,
} from '../../../src-shared/domain/status/types.ts';
import type { LeftOutChange } from './after-fold.ts';
import type { FoldPeriod, PendingTracker } from './engine-store.ts';
import type { LoadedSegment, Segment } from './segments.ts';

/** What of a tracker is folded. Times are epoch milliseconds. */
export interface Plan {
  pending: PendingTracker;
  /** The tracker's run periods, in the order of time. */
  periods: readonly FoldPeriod[];
  /** The period without an end; null out of any run. */
  present: FoldPeriod | null;
  /** True when all new reports come after the last one folded: the fold goes on from the stored state. */
  appends: boolean;
  /** Reports from here on are folded. */
  from: number;
  /** The fold may end in the hour of the next report after this, if nothing is different there; or infinity. */
  after: number;
}
export type BoundedPlan = Plan & { until: number };

/**
 * Only new reports at the end of the present period: go on from the stored state. Otherwise again from the start of that
 * hour (aggregates are made of whole hours); the history before is not read. After late reports it is enough to fold
 * until the state is what it was, one report further. Where exits need several confirmations the state is more than what
 * the history tells, and all is folded.
 */
export function planFold(pending: PendingTracker, periods: readonly FoldPeriod[]): Plan {
  const { foldFrom, foldTo } = pending;
  const last = periods.at(-1);
  const present = last?.to === Infinity ? last : null;
  const goesOn = present !== null && pending.runPeriodId === present.id && foldFrom >= present.from;
  const appends = goesOn && foldTo < Infinity && foldFrom > (pending.state.last?.at ?? -Infinity);
  const after = appends || periods.some(({ rules }) => rules.exitConfirmations > 1) ? Infinity : foldTo;
  return { pending, periods, present, appends, from: appends ? foldFrom : hourStart(foldFrom), after };
}

export interface TrackerInput {
  plan: BoundedPlan;
  segments: readonly LoadedSegment[];
  /** The live entry in force just before `plan.from`; only read when the plan does not append. */
  entryBefore: StoredEntry | undefined;
  /** Live entries caused from `plan.from` on, oldest first. */
  stored: readonly StoredEntry[];
  /** The stored hour of the last folded report, when the plan appends. */
  seed: HourBucket | null;
}

/** A tracker's hour in one period. */
export type PeriodHour = HourBucket & { period: FoldPeriod };

export interface TrackerOutcome {
  state: FoldState;
  history: HistoryChange;
  leftOut: LeftOutChange[];
  hours: PeriodHour[];
  /** Where the fold has to go on in another transaction; null when it is complete. */
  goOnFrom: number | null;
}

/** Folds the parts of a tracker's time, each for itself and by its run's rules; only the first may go on from a state. */
export function foldSegments(segments: readonly LoadedSegment[], start: FoldState) {
  const folded = segments.map(
    ({ loaded, period }, i): FoldResult =>
      foldReports(
        i === 0 ? start : unknownState,
        loaded.reports,
        period?.window ?? null,
        period?.rules ?? defaultStatusRules,
        period?.fenceTimes,
      ),
  );
  const entries = segments.flatMap(({ period }, i): PeriodEntry[] =>
    period === null ? [] : folded[i]!.entries.map((entry) => ({ ...entry, runPeriodId: period.id })),
  );
  return { folded, entries };
}

/** Works out everything that a tracker's new or changed reports lead to. Pure. */
export function foldTracker(input: TrackerInput): TrackerOutcome {
  const { plan, segments, stored } = input;
  const { folded, entries } = foldSegments(segments, startState(input));
  const leftOut = segments.flatMap(({ loaded }, i) =>
    loaded.reports.flatMap((report, n): LeftOutChange[] => {
      const reason = folded[i]!.leftOut[n]!;
      if (reason === report.leftOutReason) return [];
      return [{ trackerId: plan.pending.trackerId, at: report.at, hash: report.hash, reason }];
    }),
  );
  const hours = segments.flatMap(({ period, loaded }, i) => {
    if (period === null) return [];
    const [seed, before] = i === 0 ? [input.seed, loaded.prior.at(-1)?.position ?? null] : [null, null];
    return addToHours(seed, before, loaded.reports, folded[i]!).map((hour): PeriodHour => ({ ...hour, period }));
  });
  const inStretch = stored.filter((entry) => entry.cause.at < plan.until);
  return {
    history: compareHistory(inStretch, entries),
    leftOut,
    hours,
    ...endOf(input, inStretch, segments.at(-1)!, folded.at(-1)!.state),
  };
}

/** The state at the beginning of the folded time. */
function startState(input: TrackerInput): FoldState {
  const { plan, entryBefore } = input;
  const { period, loaded } = input.segments[0]!;
  if (plan.appends) return plan.pending.state;
  if (period === null || entryBefore?.runPeriodId !== period.id) return unknownState;
  // The state after the entry in force, with the exit that may have been under way, which the last few reports that
  // counted tell (fewer than exitConfirmations of them, or it would have been an entry).
  const state = stateAfter(entryBefore);
  const since = loaded.prior.filter((report) => compareKeys(report, entryBefore.cause) > 0);
  if (period.rules.exitConfirmations > 1)
    return foldReports(state, since, period.window, period.rules, period.fenceTimes).state;
  const last = since.at(-1);
  return last === undefined ? state : { ...state, last: { at: last.at, hash: last.hash } };
}

/**
 * The tracker's state after the fold. Folded to the end, it is that of the present period. When the fold of a stretch
 * has come back to what the history says there, all that follows is as it was: only `since` can be new, where the last
 * entry was replaced by one of an earlier report. Otherwise the fold has to go on.
 */
function endOf(
  { plan, entryBefore, segments }: TrackerInput,
  stored: readonly StoredEntry[],
  { period }: Segment,
  folded: FoldState,
): Pick<TrackerOutcome, 'state' | 'goOnFrom'> {
  const { present, pending, after, until } = plan;
  const isPresent = present !== null && period?.id === present.id;
  if (until === Infinity) return { state: isPresent ? folded : unknownState, goOnFrom: null };
  const state = pending.runPeriodId === (present?.id ?? null) ? pending.state : unknownState;
  const inPeriod = (entry: StoredEntry | undefined) => (entry?.runPeriodId === period?.id ? entry : undefined);
  const was =
    stored.findLast((entry) => inPeriod(entry)) ?? (segments.length === 1 ? inPeriod(entryBefore) : undefined);
  const isAsBefore =
    was === undefined
      ? folded.status === 'UNKNOWN'
      : was.status === folded.status && was.locationId === folded.locationId;
  if (after >= until || !isAsBefore) return { state: plan.appends ? folded : state, goOnFrom: until };
  const isLast =
    isPresent &&
    was !== undefined &&
    state.since === was.enteredAt &&
    state.status === was.status &&
    state.locationId === was.locationId;
  return { state: isLast ? { ...state, since: folded.since } : state, goOnFrom: null };
}
