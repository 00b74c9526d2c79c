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
import { postgres } from '../../src-main/core/testing/database.ts';
import { pastTrackers } from '../../src-main/core/trackers/past-trackers-store.ts';
import { readTrack } from '../../src-main/core/trackers/track-store.ts';
import { locationReports } from '../../src-main/core/trackers/tracker-history-store.ts';
import { countTrackers, listTrackers } from '../../src-main/core/trackers/trackers-store.ts';
import { type Figure, less, median } from './figure.ts';
import { largeCompany } from './large-company.ts';

const ROUNDS = 7;

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
    return await measure(db, await largeCompany(db));
  } finally {
    await close();
  }
}

async function measure(db: Database, seeded: Awaited<ReturnType<typeof largeCompany>>): Promise<Figure[]> {
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
    ['alerts', (tx) => listAlerts(tx, { limit: 50 }, 0, now)],
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
