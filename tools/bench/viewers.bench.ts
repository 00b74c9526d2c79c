import sql from 'sql-template-tag';
import { listAlerts } from '../../src-main/core/analytics/alerts/alerts-store.ts';
import {
  deliveryList,
  deliveryPerformance,
} from '../../src-main/core/analytics/business-reports/deliveries-report-store.ts';
import { dwellByLocation, dwellByTracker } from '../../src-main/core/analytics/business-reports/dwell-report-store.ts';
import type { BusinessReport } from '../../src-main/core/analytics/business-reports/report-definition.ts';
import { runSummary, silentTrackers } from '../../src-main/core/analytics/business-reports/runs-report-store.ts';
import { chartDays } from '../../src-main/core/analytics/overview/chart-days-store.ts';
import { deliveriesByDay, dwellDistribution } from '../../src-main/core/analytics/overview/overview-charts-store.ts';
import {
  recentDeliveries,
  reportsByDay,
  statusByDay,
  trackerCounts,
  workCounts,
} from '../../src-main/core/analytics/overview/overview-store.ts';
import { getBrand, listBrands } from '../../src-main/core/clients/brands-store.ts';
import { listProductionRuns } from '../../src-main/core/clients/production-runs-store.ts';
import { mapHeat } from '../../src-main/core/map/map-heat-store.ts';
import { mapFeatures } from '../../src-main/core/map/map-store.ts';
import type { Database, Scope, Transaction } from '../../src-main/core/platform/db/queryable.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../../src-main/core/testing/company.ts';
import { postgres } from '../../src-main/core/testing/database.ts';
import { pastTrackers } from '../../src-main/core/trackers/past-trackers-store.ts';
import { readTrack } from '../../src-main/core/trackers/track-store.ts';
import { locationReports } from '../../src-main/core/trackers/tracker-history-store.ts';
import { countTrackers, listTrackers } from '../../src-main/core/trackers/trackers-store.ts';
import { type Figure, less, median } from './figure.ts';

/** Of all trackers, nine in ten are the client's. */
const TRACKERS = Number(process.env.BENCH_TRACKERS ?? 300_000);
const RUNS = 20;
const ROUNDS = 7;
const LOCATIONS = 40;

/**
 * Milliseconds of what a client's user reads who has nine trackers in ten, each against the same for the staff, in turn:
 * lists in each order and with each filter, counts, a run's and a brand's page, dwell, deliveries, map, overview. Below
 * 1 the client's user waits longer. Needs a PostgreSQL with PostGIS in TEST_DATABASE_URL.
 */
export async function figures(): Promise<Figure[]> {
  if (!process.env.TEST_DATABASE_URL) {
    console.log('  left out: set TEST_DATABASE_URL to a PostgreSQL server with PostGIS');
    return [];
  }
  const { db, close } = await postgres.create();
  try {
    return await measure(db, await seed(db));
  } finally {
    await close();
  }
}

async function seed(db: Database) {
  const staff = await insertUser(db, 'olga', 'operations');
  const other = await insertRun(db, 'others', '2020-01-01', '2099-01-01');
  await insertTrackers(db, { count: TRACKERS / 10, first: 1, runId: other.runId });
  const large = await insertRun(db, 'large', '2020-01-01', '2099-01-01');
  const runIds = await insertIds(
    db,
    sql`insert into production_runs (brand_id, name, start_date, end_date)
      select ${large.brandId}, 'run ' || n, '2020-01-01', '2099-01-01' from generate_series(1, ${RUNS}::integer) n returning id`,
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
      cross join lateral (select now() - (12 - 2 * n + p.tracker_id % 7) * interval '1 day' as at) a`);
  await db.query(sql`
    insert into deliveries (tracker_id, production_run_id, run_period_id, client_id, location_id, visit_id, entered_at,
      confirmed_at, confirmed_payload_hash, report_count, minimum_dwell_minutes, recorded_at)
    select tracker_id, production_run_id, run_period_id, client_id, location_id, visit_id, entered_at,
      entered_at + interval '1 hour', '\\x01', 3, 60, now()
    from status_history where status = 'DELIVERED'`);
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

async function measure(db: Database, seeded: Awaited<ReturnType<typeof seed>>): Promise<Figure[]> {
  const { staff, viewer, clientId, runId: productionRunId, brandId } = seeded;
  const now = new Date();
  const scopes: Scope[] = [
    { kind: 'user', userId: staff, clientId: null },
    { kind: 'user', userId: viewer, clientId },
  ];
  const list =
    (query: object, sort: Parameters<typeof listTrackers>[1]['sort'] = '-lastReportedAt') =>
    (tx: Transaction) =>
      listTrackers(tx, { limit: 50, sort, ...query }, now);
  const counted = (query: object) => (tx: Transaction) => countTrackers(tx, query, now);
  const report = (of: BusinessReport) => (tx: Transaction) => of.page(tx, { scope: {}, now, after: 0, limit: 100 });
  const world = { bbox: { west: -180, south: -85, east: 180, north: 85 }, zoom: 2 };
  const filters: [string, object][] = [
    ['of one run', { productionRunId }],
    ['of a brand', { brandId }],
    ['delivered', { status: 'DELIVERED' }],
    ['unknown', { status: 'UNKNOWN' }],
    ['allocated', { stage: 'allocated' }],
    ['manufactured', { stage: 'manufactured' }],
    ['silent for 5 days, expected', { silentForHours: 120, expected: true }],
    ['with a tag', { tag: 'cold' }],
    ['found by an address', { search: 'a7:3f' }],
  ];
  const sorts = ['-lastReportedAt', 'lastReportedAt', 'macAddress', '-macAddress', 'id', '-id'] as const;
  const [{ id: trackerId }] = (await db.query<{ id: number }>(sql`select max(id) as id from trackers`)).rows as [
    { id: number },
  ];
  const works: [string, (tx: Transaction) => Promise<unknown>][] = [
    ...sorts.map((sort): (typeof works)[number] => [`list, ${sort}`, list({}, sort)]),
    ...filters.map(([name, query]): (typeof works)[number] => [`list, ${name}`, list(query)]),
    ['list, delivered, by address', list({ status: 'DELIVERED' }, 'macAddress')],
    ['counted, all', counted({})],
    ...filters.map(([name, query]): (typeof works)[number] => [`counted, ${name}`, counted(query)]),
    ['past trackers', (tx) => pastTrackers(tx, { limit: 50 })],
    ['a tracker’s reports', (tx) => locationReports(tx, trackerId, { limit: 500 })],
    ['a tracker’s track', (tx) => readTrack(tx, trackerId, { limit: 20_000 })],
    ['runs', (tx) => listProductionRuns(tx, now, { limit: 50 })],
    ['brands', (tx) => listBrands(tx, { limit: 50 })],
    [
      'brand page: brand and runs',
      async (tx) => [await getBrand(tx, brandId), await listProductionRuns(tx, now, { limit: 50, brandId })],
    ],
    ['brand page: counted', counted({ brandId })],
    ['deliveries', report(deliveryList)],
    ['delivery performance', report(deliveryPerformance)],
    ['dwell by location', report(dwellByLocation)],
    ['dwell by tracker', report(dwellByTracker)],
    ['run summary', report(runSummary)],
    ['silent trackers', report(silentTrackers)],
    ['alerts', (tx) => listAlerts(tx, { limit: 50 })],
    ['overview: trackers by status', (tx) => trackerCounts(tx, now, 48)],
    ['overview: runs and orders', (tx) => workCounts(tx, now)],
    ['overview: reports by day', (tx) => reportsByDay(tx, now)],
    ['overview: statuses by day', (tx) => chartDays(tx, now, 'UTC').then((days) => statusByDay(tx, now, days))],
    ['overview: deliveries by day', async (tx) => deliveriesByDay(tx, await chartDays(tx, now, 'UTC'))],
    ['overview: dwell', async (tx) => dwellDistribution(tx, now, await chartDays(tx, now, 'UTC'))],
    ['overview: latest deliveries', (tx) => recentDeliveries(tx)],
    ['map, the world', (tx) => mapFeatures(tx, world, now)],
    ['heat, the world', (tx) => mapHeat(tx, world, now)],
  ];
  const wanted = process.env.BENCH_ONLY;
  const figures: Figure[] = [];
  for (const [name, work] of works) {
    if (wanted && !new RegExp(wanted).test(name)) continue;
    const ms: number[][] = scopes.map(() => []);
    for (let round = -1; round < ROUNDS; round++)
      for (const [n, scope] of scopes.entries()) {
        const started = performance.now();
        await db.transaction(scope, work);
        if (round >= 0) ms[n]!.push(performance.now() - started);
      }
    const [ofStaff, ofViewer] = ms.map((times) => median(times)) as [number, number];
    figures.push(less(name, 'ms', ofViewer, { name: 'staff', value: ofStaff }));
    if (process.env.BENCH_SHOW)
      console.log(name, ofViewer.toFixed(1), ofStaff.toFixed(1), (ofViewer / ofStaff).toFixed(2));
  }
  return figures;
}
