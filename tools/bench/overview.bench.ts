import sql from 'sql-template-tag';
import { assessment } from '../../src-main/core/analytics/alerts/assess.ts';
import { deliveryPerformance } from '../../src-main/core/analytics/business-reports/deliveries-report-store.ts';
import { chartDays } from '../../src-main/core/analytics/overview/chart-days-store.ts';
import { deliveriesByDay, dwellDistribution } from '../../src-main/core/analytics/overview/overview-charts-store.ts';
import {
  lateOrders,
  recentDeliveries,
  reportsByDay,
  statusByDay,
  trackerCounts,
  workCounts,
} from '../../src-main/core/analytics/overview/overview-store.ts';
import { type Database, type Scope, systemScope, type Transaction } from '../../src-main/core/platform/db/queryable.ts';
import { postgres } from '../../src-main/core/testing/database.ts';
import { trackerAudit } from '../../src-main/core/trackers/tracker-audit-store.ts';
import { type Figure, less, median } from './figure.ts';
import { largeCompany } from './large-company.ts';

const ROUNDS = 7;
/** What staff are promised of a screen, and of a tracker's audit tab. */
const SCREEN_MS = 200;
const TAB_MS = 50;

/**
 * Milliseconds of the parts of the overview, with nothing kept from before, of the delivery performance report and of a tracker's audit tab, for the staff and for
 * a client's user. BENCH_TRACKERS=1000000 is the company of a million trackers, 540,000 of them active, with five million
 * reports, three million entries of history and two million of the audit log. Needs a PostgreSQL with PostGIS in
 * TEST_DATABASE_URL.
 */
export async function figures(): Promise<Figure[]> {
  if (!process.env.TEST_DATABASE_URL) {
    console.log('  left out: set TEST_DATABASE_URL to a PostgreSQL server with PostGIS');
    return [];
  }
  const { db, close } = await postgres.create();
  try {
    const seeded = await largeCompany(db, { activeRuns: 12, reportsEach: 5, auditEntries: 2_000_000 });
    return await overviewFigures(db, seeded);
  } finally {
    await close();
  }
}

type Seeded = Pick<Awaited<ReturnType<typeof largeCompany>>, 'staff' | 'viewer' | 'clientId'>;

/** The figures of a company that is there. */
export async function overviewFigures(db: Database, { staff, viewer, clientId }: Seeded): Promise<Figure[]> {
  // A minute of a console that has nothing else to do: what has changed is summed up.
  await assessment.timePassed((work) => db.transaction(systemScope, work), new Date());
  const now = new Date();
  const parts = (zone: string): [string, (tx: Transaction) => Promise<unknown>][] => [
    ['trackers by status, silent ones', (tx) => trackerCounts(tx, now, 48)],
    ['statuses by day', async (tx) => statusByDay(tx, now, await chartDays(tx, now, zone))],
    ['reports by day', (tx) => reportsByDay(tx, now)],
    [
      'runs, orders, latest deliveries',
      async (tx) => [await workCounts(tx, now), await lateOrders(tx, now), await recentDeliveries(tx)],
    ],
    ['deliveries by day', async (tx) => deliveriesByDay(tx, await chartDays(tx, now, zone))],
    ['stays', async (tx) => dwellDistribution(tx, now, await chartDays(tx, now, zone))],
  ];
  const whole = (zone: string) => async (tx: Transaction) => {
    for (const [, part] of parts(zone).slice(0, 4)) await part(tx);
  };
  const page = { scope: {}, now, after: 0, limit: 100 };
  const works: [string, number, (tx: Transaction) => Promise<unknown>][] = [
    ...parts('UTC').map(([name, part]): (typeof works)[number] => [name, SCREEN_MS, part]),
    ...[parts('run')[1]!, parts('run')[4]!, parts('run')[5]!].map(([name, part]): (typeof works)[number] => [
      `${name} of each run`,
      SCREEN_MS,
      part,
    ]),
    ['overview as a whole, cold', SCREEN_MS, whole('UTC')],
    ['overview as a whole, cold, days of each run', SCREEN_MS, whole('run')],
    ['delivery performance', SCREEN_MS, (tx) => deliveryPerformance.page(tx, page)],
    ['audit tab of a tracker', TAB_MS, (tx) => trackerAudit(tx, 4711, { limit: 50 })],
  ];
  const scopes: [string, Scope][] = [
    ['staff', { kind: 'user', userId: staff, clientId: null }],
    ['a client’s user', { kind: 'user', userId: viewer, clientId }],
  ];
  const found: Figure[] = [];
  for (const [name, promised, work] of works)
    for (const [who, scope] of scopes) {
      if (scope.kind === 'user' && scope.clientId !== null && name.startsWith('audit')) continue;
      if (process.env.BENCH_ONLY && !new RegExp(process.env.BENCH_ONLY).test(name)) continue;
      const ms: number[] = [];
      for (let round = -1; round < ROUNDS; round++) {
        const started = performance.now();
        await db.transaction(scope, work);
        if (round >= 0) ms.push(performance.now() - started);
      }
      if (process.env.BENCH_SHOW) console.log(name, who, ms.map((x) => x.toFixed(0)).join(' '));
      found.push(less(`${name}, ${who}`, 'ms', median(ms), { name: 'promised, ms', value: promised }));
    }
  const { rows } = await db.query<{ n: number }>(sql`select count(*) as n from trackers`);
  return found.map((figure) => ({ ...figure, name: `${figure.name} (${rows[0]!.n})` }));
}
