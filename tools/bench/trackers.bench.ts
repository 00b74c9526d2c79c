import sql from 'sql-template-tag';
import { chartDays } from '../../src-main/core/analytics/overview/chart-days-store.ts';
import { reportsByDay, statusByDay, trackerCounts } from '../../src-main/core/analytics/overview/overview-store.ts';
import type { Database, Scope } from '../../src-main/core/platform/db/queryable.ts';
import { insertRun, insertTrackers, insertUser } from '../../src-main/core/testing/company.ts';
import { postgres } from '../../src-main/core/testing/database.ts';
import { countTrackers, listTrackers } from '../../src-main/core/trackers/trackers-store.ts';
import { type Figure, less, medianSeconds } from './figure.ts';

const TRACKERS = Number(process.env.BENCH_TRACKERS ?? 1_000_000);
const RUNS = 20;
const ROUNDS = 5;
const PAGE = 100;
/** Trackers of the largest client, as a part of all others. */
const LARGE = 0.27;

/**
 * Milliseconds of the list of a million trackers, a page of 100 at a time, in each order and with the usual filters, as
 * a person of the staff reads it (row level security on); against one row by its key. Then the counts of the overview.
 * Needs a PostgreSQL with PostGIS in TEST_DATABASE_URL.
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

interface Seeded {
  userId: number;
  runIds: number[];
  /** A client with more than a quarter as many trackers again, and its user. */
  large: { clientId: number; userId: number };
}

async function seed(db: Database): Promise<Seeded> {
  const userId = await insertUser(db, 'olga', 'operations');
  const runIds: number[] = [];
  for (let n = 0; n < RUNS; n++) runIds.push((await insertRun(db, `run ${n}`, '2020-01-01', '2099-01-01')).runId);
  const part = TRACKERS / RUNS;
  for (const [n, runId] of runIds.entries()) await insertTrackers(db, { count: part, first: 1 + n * part, runId });
  const { clientId, runId } = await insertRun(db, 'large', '2020-01-01', '2099-01-01');
  await insertTrackers(db, { count: Math.round(TRACKERS * LARGE), first: TRACKERS + 1, runId });
  const large = { clientId, userId: await insertUser(db, 'vera', 'client-viewer', clientId) };
  await db.query(sql`
    update tracker_status set last_reported_at = now() - (tracker_id % 1000) * interval '20 minutes', report_count = 5,
      status = (array['UNKNOWN', 'IN_TRANSIT', 'IN_STORAGE', 'DELIVERED'])[1 + tracker_id % 4],
      last_position = st_makepoint(tracker_id % 360 - 180, tracker_id % 120 - 60)::geography
    where tracker_id % 50 <> 0`);
  await db.query(sql`
    insert into status_history (tracker_id, visit_id, status, cause_reported_at, cause_payload_hash, entered_at, left_at,
      recorded_at)
    select tracker_id, gen_random_uuid(), case when n = 0 then 'IN_STORAGE' else 'IN_TRANSIT' end, at, '\\x01', at,
      case when n = 0 then at + interval '2 days' end, now()
    from (select tracker_id, n, now() - (10 - 2 * n + tracker_id % 7) * interval '1 day' as at
      from tracker_status, generate_series(0, 1) n where status <> 'UNKNOWN') rows`);
  await db.query(sql`vacuum analyze`);
  return { userId, runIds, large };
}

async function measure(db: Database, { userId, runIds, large }: Seeded): Promise<Figure[]> {
  const scope: Scope = { kind: 'user', userId, clientId: null };
  const now = new Date();
  const viewer: Scope = { kind: 'user', ...large };
  const timed = async (
    work: (tx: Parameters<Parameters<Database['transaction']>[1]>[0]) => Promise<unknown>,
    as: Scope = scope,
  ) => 1000 * (await medianSeconds(ROUNDS, () => db.transaction(as, work)));
  const one = await timed((tx) => tx.query(sql`select id from trackers where id = 4711`));
  const base = { name: 'one row by its key, ms', value: one };
  const list = (query: object, sort: Parameters<typeof listTrackers>[1]['sort'], as?: Scope) =>
    timed((tx) => listTrackers(tx, { limit: PAGE, sort, ...query }, now), as);
  const named: [string, number][] = [
    ['newest report first', await list({}, '-lastReportedAt')],
    ['oldest report first', await list({}, 'lastReportedAt')],
    ['by address', await list({}, 'macAddress')],
    ['by id, backwards', await list({}, '-id')],
    ['of one run, newest report first', await list({ productionRunId: runIds[3] }, '-lastReportedAt')],
    ['delivered, newest report first', await list({ status: 'DELIVERED' }, '-lastReportedAt')],
    ['silent for 5 days, of active runs', await list({ silentForHours: 120, expected: true }, 'lastReportedAt')],
    ['found by the end of an address', await list({ search: 'a7:3f' }, '-lastReportedAt')],
    ['a large client’s, newest report first', await list({}, '-lastReportedAt', viewer)],
    ['a large client’s, by address', await list({}, 'macAddress', viewer)],
    ['a large client’s, delivered', await list({ status: 'DELIVERED' }, '-lastReportedAt', viewer)],
    ['a large client’s, counted', await timed((tx) => countTrackers(tx, {}, now), viewer)],
    ['counted, all', await timed((tx) => countTrackers(tx, {}, now))],
    ['counted, delivered', await timed((tx) => countTrackers(tx, { status: 'DELIVERED' }, now))],
  ];
  const overview: [string, number][] = [
    ['overview: trackers by status', await timed((tx) => trackerCounts(tx, now, 48))],
    [
      'overview: statuses by day',
      await timed((tx) => chartDays(tx, now, 'UTC').then((days) => statusByDay(tx, now, days))),
    ],
    ['overview: reports by day', await timed((tx) => reportsByDay(tx, now))],
  ];
  return [...named.map(([name, ms]) => [`list, ${name}`, ms] as const), ...overview].map(([name, ms]) =>
    less(`${name} (${TRACKERS})`, 'ms', ms, base),
  );
}
