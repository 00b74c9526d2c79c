import { appendAudit } from '../audit/append-store.ts';
import { type Database, systemScope, type Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { moveTrackers, refoldMoved, refuseRetired } from './move-trackers.ts';
import {
  cancelPlans,
  duePlans,
  insertPlans,
  lockTrackers,
  markBegun,
  type PlannedPeriod,
  plansAmong,
} from './planned-periods-store.ts';

export interface Plan {
  trackerIds: readonly number[];
  /** Null takes them out of any run. */
  productionRunId: number | null;
  beginsAt: Date;
  userId: number;
  now: Date;
}

/**
 * Plans a move of trackers at an instant to come (docs/domain-rules.md#run-periods). A move from now leaves it as it is,
 * return and retirement cancel it. Returns for how many. Throws AppError `conflict` when something is planned for one of
 * them already, or one is retired; then none is planned.
 */
export async function planTrackers(tx: Transaction, plan: Plan): Promise<number> {
  const trackerIds = await lockTrackers(tx, plan.trackerIds);
  const planned = await plansAmong(tx, trackerIds);
  if (planned.length > 0) throw plannedAlready(planned);
  if (plan.productionRunId !== null) await refuseRetired(tx, trackerIds);
  await insertPlans(tx, { ...plan, trackerIds });
  return trackerIds.length;
}

const LISTED = 10;

function plannedAlready(planned: Awaited<ReturnType<typeof plansAmong>>): AppError {
  const listed = planned
    .slice(0, LISTED)
    .map(({ name, run, beginsAt }) => `${name} (${run ?? 'out of its run'} from ${beginsAt.toISOString()})`);
  const more = planned.length > LISTED ? ` and ${planned.length - LISTED} more` : '';
  return new AppError(
    'conflict',
    `Planned already: ${listed.join(', ')}${more}. Cancel what is planned first, or leave these out. Nothing was planned.`,
  );
}

/** Cancels what is planned for trackers. Returns for whom. */
export async function cancelPlanned(tx: Transaction, trackerIds: readonly number[], now: Date): Promise<number[]> {
  await lockTrackers(tx, trackerIds);
  return cancelPlans(tx, trackerIds, now);
}

const AT_ONCE = 500;

/**
 * Begins what was planned for a time that has come, at that time; where a tracker was moved after it, at the beginning
 * of that. Any console may do it, any number of times. Returns how many began.
 */
export async function beginPlanned(db: Database, now: Date): Promise<number> {
  let begun = 0;
  for (;;) {
    const due = await duePlans(db, now, AT_ONCE);
    if (due.length === 0) return begun;
    const groups = Map.groupBy(due, ({ productionRunId, beginsAt }) => `${productionRunId} ${beginsAt.getTime()}`);
    for (const plans of groups.values())
      begun += await db.transaction(systemScope, (tx) => beginTogether(tx, plans, now));
  }
}

async function beginTogether(tx: Transaction, plans: readonly PlannedPeriod[], now: Date): Promise<number> {
  const { productionRunId, beginsAt } = plans[0]!;
  // The trackers first, as every other change of their periods.
  await lockTrackers(
    tx,
    plans.map(({ trackerId }) => trackerId),
  );
  const trackerIds = await markBegun(
    tx,
    plans.map(({ id }) => id),
    now,
  );
  const move = { trackerIds, productionRunId, since: beginsAt.getTime(), orLater: true, now };
  const moved = await moveTrackers(tx, move);
  await refoldMoved(tx, moved, now);
  if (trackerIds.length > 0)
    await appendAudit(tx, {
      at: now,
      userId: null,
      username: null,
      action: 'trackers.planBegan',
      resourceType: 'production-run',
      ...(productionRunId === null ? {} : { resourceId: productionRunId }),
      details: { moved: moved.map(({ trackerId }) => trackerId), since: beginsAt.toISOString() },
    });
  return trackerIds.length;
}
