import sql, { type Sql } from 'sql-template-tag';
import { allOf, clientOf, ifGiven, ownClient } from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';
import { sumHeardCounts } from './heard-counts-store.ts';
import type { TrackerFilters } from './tracker-filters-store.ts';

/**
 * Adds what has changed since the last time to the sums, so that whoever counts reads few rows. Those of transactions that
 * are still open are left for the next time. One console at a time, since one must not lower what another has just added.
 */
export async function sumTrackerCounts(tx: Queryable): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(7240232)`);
  await tx.query(sql`
    with taken as (
      delete from tracker_count_changes returning *
    )
    insert into tracker_count_sums as s
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, sum(trackers), sum(reports), max(heard)
    from taken group by 1, 2, 3, 4, 5, 6, 7 having sum(trackers) <> 0 or sum(reports) <> 0 or max(heard) is not null
    order by 2, 1, 3, 4, 5, 6, 7
    on conflict (production_run_id, client_id, key_batch_id, is_made, is_allocated, is_retired, status)
    do update set trackers = s.trackers + excluded.trackers, reports = s.reports + excluded.reports,
      heard = greatest(s.heard, excluded.heard)`);
  await tx.query(sql`delete from tracker_count_sums where trackers = 0 and reports = 0`);
  await lowerHeard(tx);
  await sumHeardCounts(tx);
}

/** Since a tracker that was heard last may have left its run: reads the trackers of those runs where none has that instant. */
async function lowerHeard(tx: Queryable): Promise<void> {
  await tx.query(sql`
    with wrong as materialized (
      select production_run_id from (
        select production_run_id, max(heard) as heard from tracker_count_sums where is_made and production_run_id is not null group by 1) n
      where heard is not null and not ${hasHeardOf(sql`n.production_run_id`, sql`n.heard`)}
    ), found as (
      select c.production_run_id, c.is_made, max(s.last_reported_at) as heard from tracker_cells c join tracker_status s using (tracker_id)
      where c.production_run_id in (select production_run_id from wrong) group by 1, 2
    )
    update tracker_count_sums n set heard = (
      select f.heard from found f where f.production_run_id = n.production_run_id and f.is_made = n.is_made)
    where n.production_run_id in (select production_run_id from wrong)`);
}

/** Whether a manufactured tracker of this run was last heard at this instant. Plan: tracker_status_last_report. */
export const hasHeardOf = (runId: Sql, at: Sql): Sql => sql`exists (
  select from tracker_status s join trackers t on t.id = s.tracker_id
  where s.last_reported_at = ${at} and t.production_run_id = ${runId} and t.mac_address is not null)`;

/** What trackers are counted by. */
const counted: readonly (keyof TrackerFilters)[] = [
  'clientId',
  'brandId',
  'productionRunId',
  'keyBatchId',
  'retired',
  'status',
  'stage',
  'made',
  'expected',
];

/**
 * The condition on `tracker_counts n` that says the same as these filters do of trackers; null where they ask for more
 * than trackers are counted by. It goes with `trackerCondition`.
 */
export function countsCondition(tx: Transaction, filters: TrackerFilters, now: Date): Sql | null {
  const asked = (Object.keys(filters) as (keyof TrackerFilters)[]).filter(
    (name) => filters[name] !== undefined && filters[name] !== '' && filters[name] !== false,
  );
  const { stage, retired = 'without' } = filters;
  if (asked.some((name) => !counted.includes(name)) || stage === 'exported' || stage === 'generated') return null;
  const activeRuns = sql`n.production_run_id = any(array(select r.id from production_runs r
    where ${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r)))`;
  // A client's user is told a status within the dates of the run alone.
  const told = clientOf(tx) === null ? sql`true` : activeRuns;
  return allOf(
    ownClient(tx, 'n.client_id'),
    ifGiven(filters.clientId, (id) => sql`n.client_id = ${id}::bigint`),
    ifGiven(filters.productionRunId, (id) => sql`n.production_run_id = ${id}::bigint`),
    ifGiven(
      filters.brandId,
      (id) => sql`n.production_run_id in (select id from production_runs where brand_id = ${id}::bigint)`,
    ),
    ifGiven(filters.keyBatchId, (id) => sql`n.key_batch_id = ${id}::bigint`),
    retired === 'with' ? undefined : sql`n.is_retired = ${retired === 'only'}::boolean`,
    ifGiven(filters.status, (status) =>
      status === 'UNKNOWN'
        ? sql`(n.status = 'UNKNOWN' or (${told}) is not true)`
        : sql`n.status = ${status} and ${told}`,
    ),
    ifGiven(filters.made, (made) => sql`n.is_made = ${made}::boolean`),
    ifGiven(stage, (wanted) => (wanted === 'allocated' ? sql`n.is_allocated` : sql`n.is_made and not n.is_allocated`)),
    ifGiven(filters.expected || undefined, () => sql`n.is_made and ${activeRuns}`),
  );
}
