import sql from 'sql-template-tag';
import { runSummary } from '../analytics/business-reports/runs-report-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';

/**
 * What trackers and runs are counted as where that isn't what reading all of them gives: the oracle of `tracker_counts`, of
 * `run_counts`, of the counts by place by time and by when they were heard, and of the run summary.
 */
export async function miscounted(db: Database): Promise<unknown[]> {
  const { rows } = await db.query(sql`
    with counted as (
      select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status,
        sum(trackers)::bigint as trackers, sum(reports)::bigint as reports
      from tracker_counts group by 1, 2, 3, 4, 5, 6, 7 having sum(trackers) <> 0 or sum(reports) <> 0
    ), all_read as (
      select t.client_id, t.production_run_id, t.key_batch_id, t.mac_address is not null as is_made,
        exists (select from device_allocations a where a.tracker_id = t.id and a.released_at is null) as is_allocated,
        t.retired_at is not null as is_retired, s.status, count(*) as trackers, sum(s.report_count)::bigint as reports
      from trackers t join tracker_status s on s.tracker_id = t.id group by 1, 2, 3, 4, 5, 6, 7)
    (select 'read' as how, * from all_read except select 'read', * from counted)
    union all
    (select 'counted', * from counted except select 'counted', * from all_read)`);
  const { rows: misplaced } = await db.query(sql`
    with counted as (
      select level, x, y, client_id, production_run_id, status, city_id, sum(trackers)::bigint as trackers, sum(ids)::bigint as ids from (
        select * from place_count_sums
        union all
        select level, x >> (12 - level), y >> (12 - level), client_id, production_run_id, status, city_id, trackers, ids
        from place_count_changes, unnest(array[9, 12]) as level) each_one
      group by 1, 2, 3, 4, 5, 6, 7 having sum(trackers) <> 0 or sum(ids) <> 0
    ), all_read as (
      select level, least(2 ^ level - 1, floor((s.last_longitude + 180) / 360 * 2 ^ level))::int as x,
        greatest(0, least(2 ^ level - 1, floor((1 - asinh(tan(radians(
          greatest(-85.0511287798066, least(85.0511287798066, s.last_latitude))))) / pi()) / 2 * 2 ^ level)))::int as y,
        t.client_id, t.production_run_id, s.status, s.last_nearest_city_id as city_id, count(*) as trackers, sum(t.id)::bigint as ids
      from trackers t join tracker_status s on s.tracker_id = t.id, unnest(array[9, 12]) as level
      where s.last_position is not null and t.retired_at is null group by 1, 2, 3, 4, 5, 6, 7)
    (select 'read' as how, * from all_read except select 'read', * from counted)
    union all
    (select 'counted', * from counted except select 'counted', * from all_read)`);
  const { rows: mistimed } = await db.query(sql`
    with counted as (
      select level, kind, at, client_id, production_run_id, sum(n)::bigint as n from (
        select * from time_count_sums
        union all select 0, * from time_count_changes where production_run_id is not null
        union all select 1, kind, at, client_id, null, n from time_count_changes
        union all select 2, kind, at, null, null, n from time_count_changes
        union all select 1, kind, '-infinity', client_id, null, n from time_count_changes where kind not similar to '(stay|del|rep)%'
        union all select 2, kind, '-infinity', null, null, n from time_count_changes where kind not similar to '(stay|del|rep)%') each_one
      group by 1, 2, 3, 4, 5 having sum(n) <> 0
    ), quarters as (
      select kind, to_timestamp(floor(extract(epoch from at) / 900) * 900) as at, client_id, production_run_id, n from (
        select status as kind, entered_at as at, client_id, production_run_id, 1 as n from status_history
        where superseded_at is null and production_run_id is not null
        union all
        select status, left_at, client_id, production_run_id, -1 from status_history
        where superseded_at is null and production_run_id is not null and left_at is not null
        union all
        select 'stay-' || (select count(*) from unnest(array[1, 6, 24, 72, 168, 336]) as hours
            where left_at - entered_at >= hours * interval '1 hour'), left_at, client_id, production_run_id, 1
        from status_history
        where superseded_at is null and production_run_id is not null and left_at is not null and status = 'IN_STORAGE'
        union all
        select 'delivery', confirmed_at, client_id, production_run_id, 1 from deliveries
        union all
        select 'reports', bucket_start, client_id, null, report_count from tracker_aggregates where period = 'day') happened
    ), all_read as (
      select level, kind, at, case when level < 2 then client_id end as client_id,
        case when level = 0 then production_run_id end as production_run_id, sum(n)::bigint as n
      from (
        select * from quarters union all select kind, '-infinity', client_id, null, n from quarters
        where kind in ('IN_TRANSIT', 'IN_STORAGE', 'DELIVERED')) q, generate_series(0, 2) as level
      where level > 0 or production_run_id is not null
      group by 1, 2, 3, 4, 5 having sum(n) <> 0)
    (select 'read' as how, * from all_read except select 'read', * from counted)
    union all
    (select 'counted', * from counted except select 'counted', * from all_read)`);
  const { rows: misheard } = await db.query(sql`
    with counted as (
      select is_day, at, client_id, production_run_id, is_heard, sum(trackers)::bigint as trackers from (
        select * from heard_count_sums
        union all select false, * from heard_count_changes
        union all
        select true, date_trunc('day', at, 'UTC'), client_id, production_run_id, is_heard, trackers from heard_count_changes) each_one
      group by 1, 2, 3, 4, 5 having sum(trackers) <> 0
    ), heard as (
      select t.client_id, t.production_run_id, s.last_reported_at is not null as is_heard,
        coalesce(greatest(p.starts_at, coalesce(s.last_reported_at, greatest(t.manufactured_at, (
          select max(a.allocated_at) from device_allocations a where a.tracker_id = t.id and a.released_at is null)))), '-infinity') as at
      from trackers t join tracker_status s on s.tracker_id = t.id left join run_periods p on p.id = s.run_period_id
      where t.mac_address is not null and t.production_run_id is not null
    ), all_read as (
      select is_day, case when at = '-infinity' then at when is_day then date_trunc('day', at, 'UTC')
          else to_timestamp(floor(extract(epoch from at) / 900) * 900) end as at, client_id, production_run_id, is_heard, count(*) as trackers
      from heard, unnest(array[true, false]) as is_day group by 1, 2, 3, 4, 5)
    (select 'read' as how, * from all_read except select 'read', * from counted)
    union all
    (select 'counted', * from counted except select 'counted', * from all_read)`);
  const { rows: read } = await db.query<{ id: number }>(sql`
    select r.id, (select count(distinct tracker_id)::int from deliveries d where d.production_run_id = r.id) as confirmed,
      (select count(*)::int from alerts a where a.production_run_id = r.id and a.resolved_at is null) as alerts,
      coalesce(sum(s.report_count), 0)::int as reports, max(s.last_reported_at) as last
    from production_runs r left join trackers t on t.production_run_id = r.id and t.mac_address is not null
      left join tracker_status s on s.tracker_id = t.id group by r.id order by r.id`);
  const now = new Date();
  const summary = await db.transaction(systemScope, (tx) =>
    runSummary.page(tx, { scope: {}, now, after: 0, limit: 500 }),
  );
  const at = (id: string) => runSummary.columns.findIndex((column) => column.id === id);
  const told = summary.rows.map(({ key, cells }) => [
    key,
    ...['confirmed_deliveries', 'open_alerts', 'location_reports', 'last_report'].map((id) => cells[at(id)]),
  ]);
  const wanted = (read as { id: number; confirmed: number; alerts: number; reports: number; last: Date | null }[]).map(
    (run) => [run.id, run.confirmed, run.alerts, run.reports, run.last?.toISOString() ?? null],
  );
  const wrong = wanted.filter((row, n) => JSON.stringify(row) !== JSON.stringify(told[n]));
  return [...rows, ...misplaced, ...mistimed, ...misheard, ...wrong.map((row) => ({ read: row, told }))];
}
