import type { StatusChange } from '../../../src-shared/domain/status/status-changes.ts';
import type { FoldState } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import type { FoldHooks, LeftOutChange } from './after-fold.ts';
import {
  type HourStretch,
  hoursAt,
  removeEmptyHours,
  saveDays,
  saveHours,
  type TrackerHour,
} from './aggregates-store.ts';
import {
  continueLater,
  cutAfter,
  extentsOf,
  finishPending,
  firstWithinReach,
  type PendingKind,
  type PendingTracker,
  periodsOf,
  planByKeys,
  saveStates,
  takePending,
} from './engine-store.ts';
import { type BoundedPlan, foldTracker, type Plan, planFold, type TrackerOutcome } from './fold-tracker.ts';
import { closeEntries, entriesBefore, entriesFrom, insertEntries, type NewEntry, supersede } from './history-store.ts';
import { supersededReason } from './refold-queue-store.ts';
import { readStatusRules } from './rules.ts';
import { addStatusChanges } from './run-aggregates-store.ts';
import { loadSegments } from './segments.ts';
import { visitId } from './visit-id.ts';

export interface PassLimits {
  trackers: number;
  /** Reports read in one transaction; a tracker with more is folded in several. */
  reports: number;
}

export interface PassResult {
  /** Trackers that were worked on, the first of them first. */
  trackerIds: number[];
  reports: number;
  /** Trackers whose status or position is new, by client. */
  changed: Map<number | null, number[]>;
}

/** How many trackers' reports are counted first. */
const FIRST_COUNTED = 100;
/** How far ahead of this console's clock another's may be. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** What was queued until then is taken. */
export const takenUntil = (now: Date): Date => new Date(now.getTime() + CLOCK_TOLERANCE_MS);

/**
 * One transaction of the status engine: takes pending trackers of a kind, folds them from where something is new, and writes
 * history, states, left-out reasons and aggregates. A handful of statements, however many trackers and reports.
 * `onTaken` hears which trackers are locked, so that a failure can be pinned on one.
 */
export async function foldPending(
  tx: Queryable,
  { saveLeftOut, afterFold }: FoldHooks,
  kind: PendingKind,
  limits: PassLimits,
  now: Date,
  onTaken: (trackerIds: number[]) => void = () => undefined,
): Promise<PassResult> {
  await planByKeys(tx);
  const taken = await takePending(tx, kind, limits.trackers, takenUntil(now));
  onTaken(taken.map(({ trackerId }) => trackerId));
  const { pending, untouched } = await narrowed(tx, taken);
  await finishPending(tx, untouched);
  if (pending.length === 0) return { trackerIds: untouched, reports: 0, changed: new Map() };
  // Read after the locks are held: a change of the rules or of a run also locks the trackers it concerns.
  const rules = await readStatusRules(tx);
  const periods = await periodsOf(
    tx,
    pending.map(({ trackerId }) => trackerId),
    rules,
  );
  const plans = await withinLimit(
    tx,
    pending.map((tracker) => planFold(tracker, periods.get(tracker.trackerId)!)),
    limits.reports,
  );
  const trackerIds = plans.map(({ pending: { trackerId } }) => trackerId);
  const confirmations = Math.max(
    1,
    ...plans.flatMap((plan) => plan.periods.map((period) => period.rules.exitConfirmations)),
  );
  const segments = await loadSegments(
    tx,
    plans.map((plan) => ({ trackerId: plan.pending.trackerId, ...plan })),
    { prior: confirmations, matchPrior: confirmations > 1 },
  );
  const replacing = wantedOf(plans.filter((plan) => !plan.appends));
  const before = await entriesBefore(tx, replacing);
  const stored = await entriesFrom(tx, replacing);
  const seeds = await hoursAt(
    tx,
    plans.flatMap(({ appends, present, pending: { trackerId, state } }) =>
      appends && present !== null && state.last !== null
        ? [{ trackerId, runPeriodId: present.id, at: state.last.at }]
        : [],
    ),
  );
  const done = plans.map((plan, i): Done => {
    const { trackerId } = plan.pending;
    const outcome = foldTracker({
      plan,
      segments: segments[i]!,
      entryBefore: before.get(trackerId),
      stored: stored.get(trackerId) ?? [],
      seed: seeds.get(trackerId) ?? null,
    });
    return { plan, outcome };
  });

  const changes = await writeHistory(tx, done, now);
  await saveLeftOut(
    tx,
    done.flatMap(({ outcome }): LeftOutChange[] => outcome.leftOut),
  );
  const moved = done.filter(({ plan, outcome }) => !equal(plan.pending.state, outcome.state));
  await saveStates(
    tx,
    moved.map(({ plan: { pending: tracker, present }, outcome }) => ({
      trackerId: tracker.trackerId,
      runPeriodId: present?.id ?? null,
      state: outcome.state,
    })),
  );
  await writeAggregates(tx, done);
  const unfinished = done.flatMap(
    ({
      plan: {
        pending: { trackerId },
      },
      outcome: { goOnFrom },
    }) => (goOnFrom === null ? [] : [{ trackerId, from: goOnFrom }]),
  );
  await continueLater(tx, unfinished);
  const later = new Set(unfinished.map(({ trackerId }) => trackerId));
  await afterFold.queue(tx, trackerIds, now);
  await finishPending(
    tx,
    trackerIds.filter((trackerId) => !later.has(trackerId)),
  );

  // Last, since passes on other trackers of the run add to the same rows, and wait for this one's end.
  await addStatusChanges(tx, changes);

  const changed = new Map<number | null, number[]>();
  for (const item of done) {
    // New reports at the end are a new position, even where the status is the same.
    if (!item.plan.appends && !moved.includes(item)) continue;
    const clientId = item.plan.present?.clientId ?? null;
    const known = changed.get(clientId);
    if (known) known.push(item.plan.pending.trackerId);
    else changed.set(clientId, [item.plan.pending.trackerId]);
  }
  return {
    trackerIds: [...trackerIds, ...untouched],
    reports: segments.flat().reduce((sum, { loaded: { reports } }) => sum + reports.length, 0),
    changed,
  };
}

/** Finds out from when on changed fences matter to each tracker. Those to which they don't matter are untouched. */
async function narrowed(tx: Queryable, taken: readonly PendingTracker[]) {
  const reaching = taken.filter(({ hasReach }) => hasReach).map(({ trackerId }) => trackerId);
  const first = await firstWithinReach(tx, reaching);
  const pending: PendingTracker[] = [];
  const untouched: number[] = [];
  for (const tracker of taken) {
    const foldFrom = Math.min(tracker.foldFrom, first.get(tracker.trackerId) ?? Infinity);
    if (foldFrom === Infinity) untouched.push(tracker.trackerId);
    else pending.push({ ...tracker, foldFrom });
  }
  return { pending, untouched };
}

interface Done {
  plan: BoundedPlan;
  outcome: TrackerOutcome;
}

const wantedOf = (plans: readonly Plan[]) => ({
  trackerIds: plans.map(({ pending }) => pending.trackerId),
  from: plans.map(({ from }) => from),
});

/**
 * As many of the plans, from the first on, as have no more reports than the limit in all, each with where it stops. If
 * the first has more by itself: that one alone, cut short.
 */
async function withinLimit(tx: Queryable, plans: readonly Plan[], limit: number): Promise<BoundedPlan[]> {
  let left = limit;
  const fitting: BoundedPlan[] = [];
  // Few at first, and all others when those were small: counting beyond the limit is wasted.
  for (let begin = 0, size = FIRST_COUNTED; begin < plans.length && left >= 0; begin += size, size *= 4) {
    const some = plans.slice(begin, begin + size);
    const extents = await extentsOf(
      tx,
      some.map(({ pending: { trackerId }, from, after }) => ({ trackerId, from, after })),
      left,
    );
    for (const plan of some) {
      const { until, count } = extents.get(plan.pending.trackerId)!;
      left -= count;
      if (left < 0) break;
      fitting.push({ ...plan, until });
    }
  }
  if (fitting.length > 0) return fitting;
  const first = plans[0]!;
  const until = await cutAfter(tx, first.pending.trackerId, first.from, limit);
  return [{ ...first, after: Infinity, until }];
}

/** Returns how the counts of runs change. */
async function writeHistory(tx: Queryable, done: readonly Done[], now: Date): Promise<StatusChange[]> {
  const changed = done.filter(({ outcome: { history } }) => history.superseded.length + history.added.length > 0);
  const gone = await supersede(
    tx,
    changed.flatMap(({ plan, outcome }) =>
      outcome.history.superseded.map((id) => ({ id, reason: supersededReason(plan.pending.reason) })),
    ),
    now,
  );
  const added = await insertEntries(
    tx,
    changed.flatMap(({ plan: { pending, periods }, outcome }) =>
      outcome.history.added.map((entry): NewEntry => {
        const { trackerId } = pending;
        const { productionRunId, clientId } = periods.find(({ id }) => id === entry.runPeriodId)!;
        return { ...entry, trackerId, productionRunId, clientId, visitId: visitId(trackerId, productionRunId, entry) };
      }),
    ),
    now,
  );
  // A refold may be for a period that ended, or for a run that another period of it was added to.
  const isRefold = ({ plan }: Done) => plan.pending.foldTo === Infinity;
  const closing = done.filter((item) => isRefold(item) || changed.includes(item));
  const closed = await closeEntries(
    tx,
    {
      trackerIds: closing.map(({ plan }) => plan.pending.trackerId),
      from: closing.map((item) => (isRefold(item) ? -Infinity : item.plan.from)),
    },
    now,
  );
  return [...gone, ...added, ...closed];
}

async function writeAggregates(tx: Queryable, done: readonly Done[]): Promise<void> {
  const hours = done.flatMap(({ plan, outcome }) =>
    outcome.hours.map(
      ({ period, ...hour }): TrackerHour => ({
        ...hour,
        trackerId: plan.pending.trackerId,
        runPeriodId: period.id,
        clientId: period.clientId,
      }),
    ),
  );
  await saveHours(tx, hours);
  const replaced = done.filter(({ plan }) => !plan.appends);
  const stretches = replaced.map(
    ({ plan: { pending, from, until } }): HourStretch => ({ trackerId: pending.trackerId, from, until }),
  );
  const removed = await removeEmptyHours(tx, stretches, hours);
  await saveDays(tx, [...hours, ...removed]);
}

const equal = (a: FoldState, b: FoldState) =>
  a.status === b.status &&
  a.locationId === b.locationId &&
  a.since === b.since &&
  a.exitStreak === b.exitStreak &&
  a.exitSince === b.exitSince &&
  a.last?.at === b.last?.at &&
  a.last?.hash === b.last?.hash;
