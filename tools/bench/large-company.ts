import sql from 'sql-template-tag';
import { sumRunCounts } from '../../src-main/core/analytics/run-counts-store.ts';
import { type Database, systemScope } from '../../src-main/core/platform/db/queryable.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../../src-main/core/testing/company.ts';
import { sumPlaceCounts } from '../../src-main/core/trackers/place-counts-store.ts';
import { sumTrackerCounts } from '../../src-main/core/trackers/tracker-counts-store.ts';

/** Of all trackers, nine in ten are one client's. BENCH_TRACKERS=1000000 is a company of full size. */
export const TRACKERS = Number(process.env.BENCH_TRACKERS ?? 300_000);
const RUNS = 20;
const LOCATIONS = 40;

/** What else there is: how many of the large client's runs are active (then those of others are over), reports of each tracker, audit entries. */
export interface LargerCompany {
  activeRuns?: number;
  reportsEach?: number;
  auditEntries?: number;
}

/** Clocks of the runs in turn, one of them half an hour off. */
const ZONES = ['UTC', 'Europe/Zurich', 'Asia/Kolkata', 'America/New_York'];

/**
 * A company with so many trackers, each with three entries of history, a delivery and three days of aggregates, and allocated two weeks ago; most are silent, one has
 * reports of a year. Statistics are fresh.
 */
export async function largeCompany(
  db: Database,
  { activeRuns = RUNS, reportsEach = 0, auditEntries = 0 }: LargerCompany = {},
) {
  const staff = await insertUser(db, 'olga', 'operations');
  const over = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10);
  const other = await insertRun(db, 'others', '2020-01-01', activeRuns < RUNS ? over : '2099-01-01');
  await insertTrackers(db, { count: TRACKERS / 10, first: 1, runId: other.runId });
  const large = await insertRun(db, 'large', '2020-01-01', '2099-01-01');
  const runIds = await insertIds(
    db,
    sql`insert into production_runs (brand_id, name, start_date, end_date, time_zone)
      select ${large.brandId}, 'run ' || n, '2020-01-01', case when n <= ${activeRuns}::integer then '2099-01-01' else ${over}::date end,
        (${ZONES}::text[])[1 + n % ${ZONES.length}::integer]
      from generate_series(1, ${RUNS}::integer) n returning id`,
  );
  const part = (TRACKERS * 0.9) / RUNS;
  for (const [n, runId] of runIds.entries())
    await insertTrackers(db, { count: part, first: 1 + TRACKERS / 10 + n * part, runId });
  await db.query(sql`
    insert into locations (kind, name, position, geofence_radius_m, production_run_id)
    select case when n % 2 = 0 then 'delivery' else 'storage' end, 'place ' || n, st_makepoint(n, n)::geography, 100, r.id
    from production_runs r, generate_series(1, ${LOCATIONS}::integer) n`);
  await db.query(sql`
    update tracker_status set last_reported_at = now() - (tracker_id % 1000) * interval '20 minutes', report_count = 5,
      status = (array['UNKNOWN', 'IN_TRANSIT', 'IN_STORAGE', 'DELIVERED'])[1 + tracker_id % 4],
      last_position = st_makepoint(tracker_id % 360 - 180, tracker_id % 120 - 60)::geography
    where tracker_id % 50 <> 0`);
  await db.query(sql`
    insert into status_history (tracker_id, production_run_id, run_period_id, client_id, visit_id, status, location_id,
      cause_reported_at, cause_payload_hash, entered_at, left_at, recorded_at)
    select p.tracker_id, p.production_run_id, p.id, p.client_id, gen_random_uuid(),
      case n when 0 then 'IN_STORAGE' when 1 then 'IN_TRANSIT' else 'DELIVERED' end,
      case when n <> 1 then l.first + (p.tracker_id / 7 % 20) * 2 + case when n = 0 then 0 else 1 end end, at, '\\x01', at,
      case when n < 2 then at + interval '2 days' end, now()
    from run_periods p
      join (select production_run_id, min(id) as first from locations group by production_run_id) l using (production_run_id)
      cross join generate_series(0, 2) n
      cross join lateral (select now() - (12 - 2 * n + p.tracker_id % 7) * interval '1 day'
        - p.tracker_id * 7919 % 86400 * interval '1 second' as at) a`);
  await db.query(sql`
    insert into deliveries (tracker_id, production_run_id, run_period_id, client_id, location_id, visit_id, entered_at,
      confirmed_at, confirmed_payload_hash, report_count, minimum_dwell_minutes, recorded_at)
    select tracker_id, production_run_id, run_period_id, client_id, location_id, visit_id, entered_at,
      entered_at + interval '1 hour', '\\x01', 3, 60, now()
    from status_history where status = 'DELIVERED'`);
  await db.query(sql`
    with made as (
      insert into customer_orders (client_id, production_run_id, quantity, created_by)
      select client_id, id, ${TRACKERS}, ${staff} from production_runs returning id, production_run_id)
    insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
    select made.id, t.id, ${staff}, now() - interval '14 days' - t.id % 1000 * interval '1 minute'
    from trackers t join made using (production_run_id)`);
  await db.query(sql`
    insert into tracker_aggregates (tracker_id, period, bucket_start, run_period_id, client_id, report_count,
      first_reported_at, last_reported_at, weight_sum, x_sum, y_sum, z_sum, position, distance_m, status_at_end)
    select p.tracker_id, 'day', day, p.id, p.client_id, 5, day, day, 1, 1, 1, 1, st_makepoint(8, 47)::geography, 9, 'UNKNOWN'
    from run_periods p, generate_series(1, 3) n
      cross join lateral (select date_trunc('day', now(), 'UTC') - n * interval '1 day' as day) d`);
  // One tracker with reports of a year.
  await db.query(sql`select ensure_location_report_partitions(now() - interval '1 year', now())`);
  await db.query(sql`
    insert into location_reports (tracker_id, reported_at, payload_hash, received_at, position, horizontal_accuracy_m,
      confidence, run_period_id, client_id)
    select p.tracker_id, now() - n * interval '10 minutes', sha256(n::text::bytea), now(), st_makepoint(8, 47)::geography, 9, 2, p.id,
      p.client_id
    from run_periods p cross join generate_series(1, 50000) n
    where p.id = (select max(id) from run_periods)`);
  for (let n = 0; n < reportsEach; n++)
    await db.query(sql`
      insert into location_reports (tracker_id, reported_at, payload_hash, received_at, position, horizontal_accuracy_m,
        confidence, run_period_id, client_id)
      select s.tracker_id, s.last_reported_at - ${n}::integer * interval '5 hours', sha256(${`${n}`}::bytea), now(), s.last_position, 9, 2,
        s.run_period_id, s.client_id
      from tracker_status s where s.last_reported_at is not null`);
  for (let first = 1; first <= auditEntries; first += 500_000) {
    await db.query(sql`select ensure_audit_partition(${Math.floor((first + 499_999) / 1_000_000)}::bigint)`);
    await db.query(sql`
      insert into audit_log (id, at, actor_user_id, actor, action, resource_type, resource_id, details, previous_hash, hash)
      select n, now() - (${auditEntries}::integer - n) * interval '1 second', ${staff}::bigint, 'olga', 'tracker.update', 'tracker',
        (1 + n % ${TRACKERS}::integer)::text, jsonb_build_object('trackerIds', jsonb_build_array(1 + n % ${TRACKERS}::integer)), '\\x00', '\\x00'
      from generate_series(${first}::integer, ${Math.min(first + 499_999, auditEntries)}::integer) n`);
  }
  for (const sum of [sumTrackerCounts, sumPlaceCounts, sumRunCounts]) await db.transaction(systemScope, sum);
  await db.query(sql`vacuum analyze`);
  const { clientId, brandId } = large;
  return {
    staff,
    runId: runIds[3]!,
    brandId,
    clientId,
    viewer: await insertUser(db, 'vera', 'client-viewer', clientId),
  };
}
