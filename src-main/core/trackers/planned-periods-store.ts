import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

export interface PlannedPeriod {
  id: number;
  trackerId: number;
  productionRunId: number | null;
  beginsAt: Date;
}

const open = sql`p.begun_at is null and p.cancelled_at is null`;

/** Locks trackers in the order of their ids. Returns those that are there. */
export async function lockTrackers(tx: Transaction, trackerIds: readonly number[]): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(
    sql`select id from trackers where id = any(${[...trackerIds]}::bigint[]) order by id for no key update`,
  );
  return rows.map(({ id }) => id);
}

/** What is planned for these trackers, with what their labels say. */
export async function plansAmong(
  tx: Transaction,
  trackerIds: readonly number[],
): Promise<{ name: string; run: string | null; beginsAt: Date }[]> {
  const { rows } = await tx.query<{ name: string; run: string | null; beginsAt: Date }>(sql`
    select coalesce(upper(t.mac_address::text), t.serial_number, 'tracker ' || t.id) as name, r.name as run,
      p.begins_at as "beginsAt"
    from planned_periods p join trackers t on t.id = p.tracker_id left join production_runs r on r.id = p.production_run_id
    where p.tracker_id = any(${[...trackerIds]}::bigint[]) and ${open} order by p.tracker_id`);
  return rows;
}

/** Plans a move of each; the caller has locked them and knows that nothing is planned for them. */
export const insertPlans = (
  tx: Transaction,
  plan: { trackerIds: readonly number[]; productionRunId: number | null; beginsAt: Date; userId: number; now: Date },
) =>
  tx.query(sql`
    insert into planned_periods (tracker_id, production_run_id, begins_at, planned_by, planned_at)
    select id, ${plan.productionRunId}::bigint, ${plan.beginsAt}::timestamptz, ${plan.userId}::bigint, ${plan.now}::timestamptz
    from unnest(${[...plan.trackerIds]}::bigint[]) as id order by id`);

/** Cancels what is planned for these trackers. Returns whose plan was cancelled. */
export async function cancelPlans(tx: Transaction, trackerIds: readonly number[], now: Date): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    update planned_periods p set cancelled_at = ${now}::timestamptz
    where p.tracker_id = any(${[...trackerIds]}::bigint[]) and ${open} returning p.tracker_id as id`);
  return rows.map(({ id }) => id);
}

/** Plans whose instant has come, the earliest first. Plan: planned_periods_due. */
export async function duePlans(db: Queryable, now: Date, limit: number): Promise<PlannedPeriod[]> {
  const { rows } = await db.query<PlannedPeriod>(sql`
    select p.id, p.tracker_id as "trackerId", p.production_run_id as "productionRunId", p.begins_at as "beginsAt"
    from planned_periods p where p.begins_at <= ${now}::timestamptz and ${open}
    order by p.begins_at, p.tracker_id limit ${limit}`);
  return rows;
}

/** Marks plans as begun; those that were cancelled or begun meanwhile are left out. Returns the trackers of the others. */
export async function markBegun(tx: Transaction, planIds: readonly number[], now: Date): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    update planned_periods p set begun_at = ${now}::timestamptz
    where p.id = any(${[...planIds]}::bigint[]) and ${open} returning p.tracker_id as id`);
  return rows.map(({ id }) => id);
}

/** Up to when reports were dropped by retention, epoch milliseconds; null when all are kept. */
export async function keptFrom(tx: Transaction): Promise<number | null> {
  const { rows } = await tx.query<{ at: Date }>(sql`select kept_from as at from report_retention`);
  return rows[0]?.at.getTime() ?? null;
}

/** When a run begins; null when there is none. */
export async function beginningOf(tx: Transaction, runId: number): Promise<Date | null> {
  const { rows } = await tx.query<{ at: Date }>(
    sql`select run_starts_at(r) as at from production_runs r where id = ${runId}::bigint`,
  );
  return rows[0]?.at ?? null;
}
