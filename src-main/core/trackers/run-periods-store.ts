import sql from 'sql-template-tag';
import type {
  AllocationPeriods,
  PeriodsChange,
  RunPeriod,
  TrackerPast,
} from '../../../src-shared/domain/run-periods.ts';
import { epochMs, fromEpochMs } from '../platform/db/epoch.ts';
import { ownClient } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { ReferrersTo } from '../platform/db/references-store.ts';

/** What an allocation remembers of a period, which may be voided. */
export type RememberedPeriods = Record<keyof AllocationPeriods, number | null>;

/** What brought a change about. */
export type PeriodCause = 'assignment' | 'allocation' | 'undo' | 'return' | 'retirement' | 'correction';

export interface TrackerPeriods extends TrackerPast {
  trackerId: number;
  /** Out of use. */
  isRetired: boolean;
  /** Live ones, in the order of time. */
  periods: RunPeriod[];
}

/**
 * Locks trackers in the order of their ids, so that two moves can't deadlock, and reads their live periods. Those that
 * the person may not see are left out. An allocation that is just being made doesn't count as one before.
 */
export async function lockPeriods(
  tx: Transaction,
  trackerIds: readonly number[],
  allocationId: number | null,
): Promise<TrackerPeriods[]> {
  const locked = await tx.query<{ id: number }>(sql`
    select t.id from trackers t where t.id = any(${[...trackerIds]}::bigint[]) and ${ownClient(tx, 't.client_id')}
    order by t.id for no key update`);
  if (locked.rows.length === 0) return [];
  // A statement of its own: it sees what was committed while this one waited for the locks.
  const { rows } = await tx.query<Omit<TrackerPeriods, 'periods'> & { periods: JsonPeriod[] | null }>(sql`
    select t.id as "trackerId", live.periods, t.retired_at is not null as "isRetired",
      t.retired_at is not null or t.brought_back_at is not null or exists (select from run_periods p where p.tracker_id = t.id) or exists (select from device_allocations a
        where a.tracker_id = t.id and a.id is distinct from ${allocationId}::bigint) as "isKnown",
      exists (select from run_periods p join location_reports r on r.tracker_id = p.tracker_id
        and r.reported_at >= p.starts_at and r.left_out_reason is null
        where p.tracker_id = t.id and p.voided_at is null and p.ends_at = 'infinity') as "hasCounted"
    from trackers t cross join lateral (
      select json_agg(json_build_array(p.id, p.production_run_id, p.client_id, ${epochMs('p.starts_at')}::text,
        ${epochMs('p.ends_at')}::text) order by p.starts_at) as periods
      from run_periods p where p.tracker_id = t.id and p.voided_at is null) live
    where t.id = any(${locked.rows.map(({ id }) => id)}::bigint[]) order by t.id`);
  return rows.map(({ periods, ...tracker }) => ({ ...tracker, periods: (periods ?? []).map(toPeriod) }));
}

type JsonPeriod = [number, number, number, string, string];
const toPeriod = ([id, productionRunId, clientId, from, to]: JsonPeriod): RunPeriod => ({
  id,
  productionRunId,
  clientId,
  from: Number(from),
  to: Number(to),
});

/** One of these, voided or not, by id. */
export async function periodsById(tx: Transaction, ids: readonly number[]): Promise<Map<number, RunPeriod>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query<RunPeriod>(sql`
    select id, production_run_id as "productionRunId", client_id as "clientId", ${epochMs('starts_at')} as from,
      ${epochMs('ends_at')} as to
    from run_periods where id = any(${[...ids]}::bigint[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function clientOfRun(tx: Transaction, runId: number): Promise<number | null> {
  const { rows } = await tx.query<{ clientId: number }>(
    sql`select client_id as "clientId" from production_runs where id = ${runId}::bigint`,
  );
  return rows[0]?.clientId ?? null;
}

/**
 * Writes changes of periods; a trigger brings what the trackers keep of them into line. Returns the ids of the opened
 * periods by tracker.
 */
export async function savePeriods(
  tx: Transaction,
  changes: readonly (PeriodsChange & { trackerId: number })[],
  cause: PeriodCause,
  now: Date,
): Promise<Map<number, number>> {
  const changed = changes.flatMap((change) => change.changed);
  if (changed.length > 0) {
    await tx.query(sql`
      update run_periods p set starts_at = ${fromEpochMs('w.from_ms')}, ends_at = ${fromEpochMs('w.to_ms')},
        ended_by = case when w.to_ms < 'infinity' or w.voided then ${cause} end,
        voided_at = case when w.voided then coalesce(p.voided_at, ${now}) end
      from unnest(${changed.map((p) => p.id)}::bigint[], ${changed.map((p) => p.from)}::float8[],
        ${changed.map((p) => p.to)}::float8[], ${changed.map((p) => p.isVoided)}::boolean[])
        as w(id, from_ms, to_ms, voided)
      where p.id = w.id`);
  }
  const opened = changes.flatMap(({ trackerId, opened: period }) => (period ? [{ trackerId, ...period }] : []));
  if (opened.length === 0) return new Map();
  const { rows } = await tx.query<{ id: number; trackerId: number }>(sql`
    insert into run_periods (tracker_id, production_run_id, client_id, starts_at, ends_at, began_by, ended_by)
    select tracker_id, run_id, client_id, ${fromEpochMs('from_ms')}, ${fromEpochMs('to_ms')}, ${cause},
      case when to_ms < 'infinity' then ${cause} end
    from unnest(${opened.map((p) => p.trackerId)}::bigint[], ${opened.map((p) => p.productionRunId)}::bigint[],
      ${opened.map((p) => p.clientId)}::bigint[], ${opened.map((p) => p.from)}::float8[],
      ${opened.map((p) => p.to)}::float8[]) as w(tracker_id, run_id, client_id, from_ms, to_ms)
    order by tracker_id returning id, tracker_id as "trackerId"`);
  return new Map(rows.map((row) => [row.trackerId, row.id]));
}

/** Who enters a run period is asked for at once, as if it had never been absent: a function that fetching reads after. */
export async function enterPeriods(tx: Transaction, trackerIds: readonly number[], now: Date): Promise<void> {
  if (trackerIds.length === 0) return;
  await tx.query(sql`select enter_periods(${[...trackerIds]}::bigint[], ${now}::timestamptz)`);
}

/** What keeps a run from being deleted: the trackers that are or were in it, by undone moves too, or are to enter it. */
export const periodsOfRun: ReferrersTo = (id) => ({
  type: 'tracker',
  plural: 'trackers',
  select: sql`select t.id, coalesce(upper(t.mac_address::text), t.serial_number, 'Tracker ' || t.id) as name
    from trackers t where t.id in (select tracker_id from run_periods where production_run_id = ${id}::bigint
      union select tracker_id from planned_periods where production_run_id = ${id}::bigint)`,
});
