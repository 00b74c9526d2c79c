import { randomBytes } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createDataKey, type KekHolder } from '../../keys/data-keys.ts';
import { p224Engine } from '../../keys/p224/load-engine.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { insertRun } from '../../testing/company.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { insertKek, type KeyedTracker, uploadedReport } from '../../testing/keyed-trackers.ts';
import { sealCredentials } from '../credentials.ts';
import { createFetcher, type Fetcher } from '../fetcher.ts';
import { createMemorySchedule } from '../schedule/memory-schedule.ts';
import type { FetchSchedule } from '../schedule/schedule.ts';
import type { SourceCredentials } from '../sources/source.ts';
import { type ReportServer, startReportServer } from './report-server.ts';

/** When it is at the start of each test. */
export const T0 = new Date('2026-11-23T10:00:00Z').getTime();
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What the fetcher works in; emptied before each test. */
export interface World {
  db: Database;
  server: ReportServer;
  keys: KekHolder;
  now: number;
  schedule: FetchSchedule;
  fetchers: Fetcher[];
  logged: Record<string, unknown>[];
  runId: number;
  runs: number;
}

const tables = [
  'corrupt_reports',
  'fetch_days',
  'fetch_states',
  'fetcher_totals',
  'report_sources',
  'settings',
  'trackers',
];

/** A database, a report server, a run, and fetchers between them; call it inside a `describe`. */
export function fetcherWorld(create: () => Promise<TestDatabase>) {
  const world = { runs: 0 } as World;
  let test: TestDatabase | undefined;
  beforeAll(async () => {
    test = await create();
    world.db = test.db;
    world.server = await startReportServer();
    world.keys = await insertKek(test.db);
  });
  afterAll(async () => {
    await world.server?.close();
    await test?.close();
  });
  beforeEach(async () => {
    const { db, server } = world;
    Object.assign(world, { now: T0, schedule: createMemorySchedule(), fetchers: [], logged: [] });
    Object.assign(server, { cap: Number.POSITIVE_INFINITY, overlaps: 0, delayMs: 0, keepsDates: false });
    server.requests.length = 0;
    server.faults.length = 0;
    server.reports.clear();
    for (const table of tables) await db.query(sql`delete from ${raw(table)}`);
    await db.query(sql`delete from location_reports`).catch(() => undefined);
    world.runs++;
    world.runId = (await insertRun(db, `run ${world.runs}`, '2026-11-01', '2026-11-30')).runId;
  });
  afterEach(async () => {
    await Promise.all(world.fetchers.map((fetcher) => fetcher.stop()));
  });

  const newFetcher = (held: KekHolder | null = world.keys, ask: typeof fetch = fetch) => {
    const fetcher = createFetcher({
      db: world.db,
      schedule: world.schedule,
      keys: () => held,
      engine: p224Engine(),
      fetch: ask,
      now: () => new Date(world.now),
      log: (level, message, fields) => {
        world.logged.push({ level, message, ...fields });
        if (level === 'error') throw new Error(`${message}: ${JSON.stringify(fields)}`);
      },
      publish: () => undefined,
      nearestCity: () => null,
      requestTimeoutMs: 30_000,
    });
    world.fetchers.push(fetcher);
    return fetcher;
  };
  const addSource = (name: string, changes: { interval?: number; batch?: number; kind?: string } = {}) =>
    world.db.query(sql`
      insert into report_sources (name, kind, url, min_interval_seconds, max_batch_size, batch_size)
      values (${name}, ${changes.kind ?? 'haystack'}, ${`${world.server.url}/haystack`}, ${changes.interval ?? 0}, 64,
        ${changes.batch ?? 64})`);
  const addAccount = async () => {
    await world.db.query(sql`
      insert into report_sources (name, kind, url, anisette_url, min_interval_seconds, max_batch_size, batch_size)
      values ('account', 'apple-older', ${`${world.server.url}/older`}, ${`${world.server.url}/anisette`}, 0, 64, 64)`);
    await moveAccount('/older', { dsid: '1', searchPartyToken: 't' });
  };
  /** Gives the account another address with another login. */
  const moveAccount = async (path: string, login: SourceCredentials) => {
    const dataKey = await createDataKey(world.db, world.keys, { randomBytes, now: () => new Date(world.now) });
    const { rows } = await world.db.query<{ id: number }>(sql`select id from report_sources where name = 'account'`);
    const id = rows[0]!.id;
    const sealed = sealCredentials(dataKey.key, id, login, randomBytes);
    await world.db.query(sql`update report_sources set url = ${`${world.server.url}${path}`}, credentials = ${sealed},
      data_key_id = ${dataKey.id} where id = ${id}`);
  };
  const upload = (tracker: KeyedTracker, ...agoMs: number[]) =>
    world.server.reports.set(
      tracker.hashedKey,
      agoMs.map((ago) => uploadedReport(tracker, new Date(T0 - ago))),
    );
  const sourceRow = async () => {
    const { rows } = await world.db.query<Record<string, unknown>>(
      sql`select * from report_sources order by id limit 1`,
    );
    return rows[0]!;
  };
  const stateOf = async (tracker: KeyedTracker) => {
    const { rows } = await world.db.query<Record<string, unknown>>(
      sql`select factor, streak, total_failures, last_error, last_success_at, next_due_at, incomplete, searching
        from fetch_states where tracker_id = ${tracker.id}`,
    );
    return rows[0];
  };
  const countOf = async (tracker: KeyedTracker) => {
    const { rows } = await world.db.query<{ count: number }>(
      sql`select count(*)::int as count from location_reports where tracker_id = ${tracker.id}`,
    );
    return rows[0]!.count;
  };
  const totals = async () => {
    const { rows } = await world.db.query<{ name: string; value: number }>(sql`select name, value from fetcher_totals`);
    return Object.fromEntries(rows.map((row) => [row.name, row.value]));
  };
  return { world, newFetcher, addSource, addAccount, moveAccount, upload, sourceRow, stateOf, countOf, totals };
}
