import sql, { type Sql } from 'sql-template-tag';
import { allOf, clientOf, ifGiven, ownClient } from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';
import type { TrackerFilters } from './tracker-filters-store.ts';

/**
 * Adds what has changed since the last time to the sums, so that whoever counts reads few rows. Those of transactions that
 * are still open are left for the next time; two consoles at once sum different rows.
 */
export async function sumTrackerCounts(tx: Queryable): Promise<void> {
  await tx.query(sql`
    with taken as (
      delete from tracker_count_changes returning *
    )
    insert into tracker_count_sums as s
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, sum(trackers) from taken
    group by 1, 2, 3, 4, 5, 6, 7 having sum(trackers) <> 0 order by 2, 1, 3, 4, 5, 6, 7
    on conflict (production_run_id, client_id, key_batch_id, is_made, is_allocated, is_retired, status)
    do update set trackers = s.trackers + excluded.trackers`);
  await tx.query(sql`delete from tracker_count_sums where trackers = 0`);
}

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
