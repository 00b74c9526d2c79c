import type { FoldState } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../db/queryable.ts';
import {
  bucketsAt,
  removeEmptyBuckets,
  type Stretch,
  saveBuckets,
  type TrackerBucket,
} from '../repositories/aggregates.ts';
import {
  continueLater,
  countReports,
  cutAfter,
  finishPending,
  type LeftOutChange,
  runsOf,
  saveLeftOut,
  saveStates,
  takePending,
} from '../repositories/status-engine.ts';
import {
  closeEntries,
  entriesBefore,
  entriesFrom,
  insertEntries,
  type NewEntry,
  supersede,
} from '../repositories/status-history.ts';
import { loadReports } from '../repositories/status-matching.ts';
import { foldTracker, type Plan, planFold, type TrackerOutcome } from './fold-tracker.ts';
import { supersededReason } from './refold.ts';
import { readStatusRules } from './rules.ts';
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

/** How far ahead of this console's clock another's may be. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * One transaction of the status engine: takes pending trackers, folds them from where something is new, and writes
 * history, states, left-out reasons and aggregates. A handful of statements, however many trackers and reports.
 * `onTaken` hears which trackers are locked, so that a failure can be pinned on one.
 */
export async function foldPending(
  tx: Queryable,
  limits: PassLimits,
  now: Date,
  onTaken: (trackerIds: number[]) => void = () => undefined,
): Promise<PassResult> {
  const until = new Date(now.getTime() + CLOCK_TOLERANCE_MS);
  const pending = await takePending(tx, limits.trackers, until);
  onTaken(pending.map(({ trackerId }) => trackerId));
  if (pending.length === 0) return { trackerIds: [], reports: 0, changed: new Map() };
  // Read after the locks are held: a change of the rules or of a run also locks the trackers it concerns.
  const rules = await readStatusRules(tx);
  const { plans, cut } = await withinLimit(tx, pending.map(planFold), limits.reports);
  const trackerIds = plans.map((plan) => plan.pending.trackerId);
  const from = plans.map((plan) => plan.from);
  const wanted = { trackerIds, from };
  const runs = await runsOf(tx, trackerIds);
  const runOf = (plan: Plan) => runs.get(plan.pending.trackerId)!;
  const loaded = await loadReports(
    tx,
    plans.map((plan) => ({
      trackerId: plan.pending.trackerId,
      productionRunId: runOf(plan).productionRunId,
      from: plan.from,
    })),
    { before: cut, prior: Math.max(1, rules.exitConfirmations), matchPrior: rules.exitConfirmations > 1 },
  );
  const again = plans.filter((plan) => !plan.appends);
  const before = await entriesBefore(tx, {
    trackerIds: again.map((plan) => plan.pending.trackerId),
    from: again.map((plan) => plan.from),
  });
  const stored = await entriesFrom(tx, wanted);
  const seeds = await bucketsAt(
    tx,
    plans.flatMap(({ appends, pending: { trackerId, state } }) =>
      appends && state.last !== null ? [{ trackerId, at: state.last.at }] : [],
    ),
  );
  const done = plans.map((plan, i) => {
    const id = plan.pending.trackerId;
    const outcome = foldTracker(
      {
        plan,
        run: runOf(plan),
        loaded: loaded[i]!,
        entryBefore: before.get(id),
        stored: (stored.get(id) ?? []).filter((entry) => entry.cause.at < cut),
        seeds: seeds.get(id) ?? [],
      },
      rules,
    );
    return { plan, run: runOf(plan), outcome };
  });

  await writeHistory(tx, done, now);
  await saveLeftOut(
    tx,
    done.flatMap(({ outcome }): LeftOutChange[] => outcome.leftOut),
  );
  const moved = done.filter(({ plan, outcome }) => !equal(plan.pending.state, outcome.state));
  await saveStates(
    tx,
    moved.map(({ plan, outcome }) => ({ trackerId: plan.pending.trackerId, state: outcome.state })),
  );
  await writeBuckets(tx, done, cut);
  if (cut === Number.POSITIVE_INFINITY) await finishPending(tx, trackerIds);
  else await continueLater(tx, trackerIds[0]!, cut);

  const changed = new Map<number | null, number[]>();
  for (const item of done) {
    // New reports at the end are a new position, even where the status is the same.
    if (!item.plan.appends && !moved.includes(item)) continue;
    const known = changed.get(item.run.clientId);
    if (known) known.push(item.plan.pending.trackerId);
    else changed.set(item.run.clientId, [item.plan.pending.trackerId]);
  }
  return { trackerIds, reports: loaded.reduce((sum, { reports }) => sum + reports.length, 0), changed };
}

type Done = { plan: Plan; run: { productionRunId: number | null }; outcome: TrackerOutcome };

/**
 * As many of the plans, from the first on, as have no more reports than the limit together. When the first has more
 * by itself: it alone, with `cut`, the time that its fold stops before, to be continued in the next transaction.
 */
async function withinLimit(
  tx: Queryable,
  plans: readonly Plan[],
  limit: number,
): Promise<{ plans: Plan[]; cut: number }> {
  const counts = await countReports(
    tx,
    { trackerIds: plans.map((plan) => plan.pending.trackerId), from: plans.map((plan) => plan.from) },
    limit,
  );
  let left = limit;
  const fitting: Plan[] = [];
  for (const plan of plans) {
    left -= counts.get(plan.pending.trackerId) ?? 0;
    if (left < 0) break;
    fitting.push(plan);
  }
  if (fitting.length > 0) return { plans: fitting, cut: Number.POSITIVE_INFINITY };
  const first = plans[0]!;
  return { plans: [first], cut: await cutAfter(tx, first.pending.trackerId, first.from, limit) };
}

async function writeHistory(tx: Queryable, done: readonly Done[], now: Date): Promise<void> {
  const changed = done.filter(({ outcome: { history } }) => history.superseded.length + history.added.length > 0);
  await supersede(
    tx,
    changed.flatMap(({ plan, outcome }) =>
      outcome.history.superseded.map((id) => ({ id, reason: supersededReason(plan.pending.reason) })),
    ),
    now,
  );
  await insertEntries(
    tx,
    changed.flatMap(({ plan: { pending }, run: { productionRunId }, outcome }) =>
      outcome.history.added.map((entry): NewEntry => {
        const { trackerId } = pending;
        return { ...entry, trackerId, productionRunId, visitId: visitId(trackerId, productionRunId, entry) };
      }),
    ),
    now,
  );
  await closeEntries(tx, {
    trackerIds: changed.map(({ plan }) => plan.pending.trackerId),
    from: changed.map(({ plan }) => plan.from),
  });
}

async function writeBuckets(tx: Queryable, done: readonly Done[], cut: number): Promise<void> {
  const buckets = done.flatMap(({ plan, outcome }) =>
    outcome.buckets.map((bucket): TrackerBucket => ({ ...bucket, trackerId: plan.pending.trackerId })),
  );
  await saveBuckets(tx, buckets);
  const stretches = done.map(({ plan }): Stretch => {
    const { trackerId, state } = plan.pending;
    // The bucket of the last folded report keeps what it has; those that begin after it can only be left over.
    const from = plan.appends && state.last !== null ? state.last.at + 1 : plan.from;
    return { trackerId, from, to: cut - 1 };
  });
  await removeEmptyBuckets(tx, stretches, buckets);
}

const equal = (a: FoldState, b: FoldState) =>
  a.status === b.status &&
  a.locationId === b.locationId &&
  a.since === b.since &&
  a.exitStreak === b.exitStreak &&
  a.exitSince === b.exitSince &&
  a.last?.at === b.last?.at &&
  a.last?.hash === b.last?.hash;
