import sql, { type Sql } from 'sql-template-tag';
import { ownClient } from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const floor = (at: Date, step: number) => sql`${new Date(Math.floor(at.getTime() / step) * step)}::timestamptz`;

/** Adds when trackers were last heard to the sums, beside how many there are: whoever calls it is alone. */
export async function sumHeardCounts(tx: Queryable): Promise<void> {
  await tx.query(sql`
    with taken as materialized (delete from heard_count_changes returning *)
    insert into heard_count_sums as s (is_day, at, client_id, production_run_id, is_heard, trackers)
    select is_day, case when is_day then date_trunc('day', at, 'UTC') else at end, client_id, production_run_id, is_heard, sum(trackers)
    from taken, unnest(array[true, false]) as is_day
    group by 1, 2, 3, 4, 5 having sum(trackers) <> 0 order by 1, 2, 4, 3, 5
    on conflict (is_day, at, production_run_id, client_id, is_heard) do update set trackers = s.trackers + excluded.trackers`);
  await tx.query(sql`delete from heard_count_sums where trackers = 0`);
}

/**
 * Rows `(silent, unheard, silent_unheard)` of runs, to be summed: how many made trackers of the runs in `active`
 * (id, starts_at) weren't heard of in their period since an instant, how many were never heard of, and how many are both.
 * A run counts from its beginning. Plan: sums of whole days and of quarters of an hour, and what isn't summed yet; of the quarter
 * that the instant lies in, tracker_status_last_report and tracker_cells_waits, some minutes of them.
 */
export function silentOfRuns(tx: Transaction, active: Sql, since: Date): Sql {
  const at = sql`${since}::timestamptz`;
  const day = floor(since, DAY_MS);
  const quarter = floor(since, QUARTER_MS);
  const own = ownClient(tx, 'c.client_id');
  const within = (column: Sql) => sql`${column} >= ${quarter} and ${column} < ${at}`;
  const cellOf = (id: Sql) => sql`cross join lateral (
    select c.production_run_id from tracker_cells c where c.tracker_id = ${id} and c.is_made and ${own}
      and (c.waits_since is null or c.waits_since < ${at}) offset 0) c`;
  return sql`(
    select case when r.starts_at < ${at} then n.silent else 0 end as silent, n.unheard,
      case when r.starts_at < ${at} then n.silent_unheard else 0 end as silent_unheard
    from (
      -- Whole days before, then the quarters of the day; those never heard of, whenever it was that they began to wait.
      select c.production_run_id as run_id, sum(c.trackers) filter (where c.at < ${day}) as silent,
        sum(c.trackers) filter (where not c.is_heard) as unheard,
        sum(c.trackers) filter (where not c.is_heard and c.at < ${day}) as silent_unheard
      from heard_count_sums c where c.is_day and ${own} group by 1
      union all
      select c.production_run_id, sum(c.trackers), 0, coalesce(sum(c.trackers) filter (where not c.is_heard), 0)
      from heard_count_sums c where not c.is_day and c.at >= ${day} and c.at < ${quarter} and ${own} group by 1
      union all
      select c.production_run_id, sum(c.trackers) filter (where c.at < ${quarter}),
        sum(c.trackers) filter (where not c.is_heard), sum(c.trackers) filter (where not c.is_heard and c.at < ${quarter})
      from heard_count_changes c where ${own} group by 1
      union all
      select c.production_run_id, 1, 0, 0 from tracker_status s ${cellOf(sql`s.tracker_id`)} where ${within(sql`s.last_reported_at`)}
      union all
      select c.production_run_id, 1, 0, (s.last_reported_at is null)::int from tracker_cells c
      cross join lateral (select s.last_reported_at from tracker_status s where s.tracker_id = c.tracker_id offset 0) s
      where c.is_made and ${own} and ${within(sql`c.waits_since`)} and (s.last_reported_at is null or s.last_reported_at < ${quarter})) n
    join ${active} r on r.id = n.run_id)`;
}
