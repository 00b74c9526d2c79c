import sql, { type Sql } from 'sql-template-tag';
import { clientOf, ownClient } from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

/** What sums are of: each run by itself, each client, all. */
const OF_RUNS = 0;
const OF_CLIENTS = 1;
const OF_ALL = 2;

/** Kinds that count how many trackers there are, and not what happened. */
export const statuses = ['IN_TRANSIT', 'IN_STORAGE', 'DELIVERED'];

const QUARTER_MS = 900_000;

/** When the quarter of an hour ends that an instant lies in. */
export const quarterAfter = (at: Date) => new Date(Math.floor(at.getTime() / QUARTER_MS + 1) * QUARTER_MS);

/** Adds what has happened to the sums, as `sumTrackerCounts` does of trackers. One console at a time. */
export async function sumTimeCounts(tx: Queryable): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(7240236)`);
  await tx.query(sql`
    with taken as materialized (delete from time_count_changes returning *),
    each_level as (
      select level, kind, at, case when level < ${OF_ALL}::int then client_id end as client_id,
        case when level = ${OF_RUNS}::int then production_run_id end as production_run_id, n
      from taken, unnest(array[${OF_RUNS}::int, ${OF_CLIENTS}::int, ${OF_ALL}::int]) as level
      where level <> ${OF_RUNS}::int or production_run_id is not null
      union all
      select level, kind, '-infinity', case when level = ${OF_CLIENTS}::int then client_id end, null, n
      from taken, unnest(array[${OF_CLIENTS}::int, ${OF_ALL}::int]) as level where kind = any(${statuses}::text[])
    )
    insert into time_count_sums as s (level, kind, at, client_id, production_run_id, n)
    select level, kind, at, client_id, production_run_id, sum(n) from each_level
    group by 1, 2, 3, 4, 5 having sum(n) <> 0 order by 1, 2, 3, 4, 5
    on conflict (level, kind, at, client_id, production_run_id) do update set n = s.n + excluded.n`);
  await tx.query(sql`delete from time_count_sums where n = 0`);
}

/**
 * Rows `(kind, at, zone, n)`, to be summed: what of these kinds happened in each quarter of an hour from `since` on, for whom the transaction acts.
 * `zone` is that of the run where days are those of each run, else null. Plan: by the unique key's level, kind and time
 * (time_count_sums_client for a client's user), and all that isn't summed yet.
 */
export function timeCounts(tx: Transaction, kinds: readonly string[], since: Date, { byRun }: { byRun: boolean }): Sql {
  const level = byRun ? OF_RUNS : clientOf(tx) === null ? OF_ALL : OF_CLIENTS;
  const from = (table: Sql) => sql`
    select c.kind, c.at, ${byRun ? sql`c.production_run_id` : sql`null::bigint`} as run_id, c.n from ${table} c
    where c.kind = any(${kinds}::text[]) and c.at >= ${since}::timestamptz and ${ownClient(tx, 'c.client_id')}`;
  const each = sql`${from(sql`time_count_sums`)} and c.level = ${level}::smallint union all ${from(sql`time_count_changes`)}`;
  // Of few zones: working out days of each quarter and run would take longer than all the rest.
  return byRun
    ? sql`(select e.kind, e.at, r.time_zone as zone, sum(e.n) as n from (${each}) e join production_runs r on r.id = e.run_id group by 1, 2, 3)`
    : sql`(select e.kind, e.at, null::text as zone, sum(e.n) as n from (${each}) e group by 1, 2)`;
}

/** Rows `(kind, n)`, to be summed: how many trackers history says to be in each status once all it knows of has happened. */
export function statusTotals(tx: Transaction): Sql {
  const level = clientOf(tx) === null ? OF_ALL : OF_CLIENTS;
  const ofStatus = sql`c.kind = any(${statuses}::text[]) and ${ownClient(tx, 'c.client_id')}`;
  return sql`(
    select c.kind, c.n from time_count_sums c where c.level = ${level}::smallint and c.at = '-infinity' and ${ofStatus}
    union all
    select c.kind, c.n from time_count_changes c where ${ofStatus})`;
}
