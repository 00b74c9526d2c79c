import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { expect } from 'vitest';
import { inWords } from '../../../src-shared/domain/part-state.ts';
import { sealCredentials } from '../../core/fetching/credentials.ts';
import { createFetcher } from '../../core/fetching/fetcher.ts';
import { writeFetcherSettings } from '../../core/fetching/fetcher-settings.ts';
import { createRedisSchedule } from '../../core/fetching/schedule/redis/redis-schedule.ts';
import type { FetchSchedule } from '../../core/fetching/schedule/schedule.ts';
import { sourceLuaFolder } from '../../core/fetching/testing/lua-folder.ts';
import { createDataKey } from '../../core/keys/data-keys.ts';
import { p224Engine } from '../../core/keys/p224/load-engine.ts';
import { connectionConfig, type DatabaseConnection } from '../../core/platform/db/connection.ts';
import { openDatabase } from '../../core/platform/db/database.ts';
import { migrate } from '../../core/platform/db/migrate.ts';
import { insertRun } from '../../core/testing/company.ts';
import { insertKek, insertKeyedTrackers } from '../../core/testing/keyed-trackers.ts';
import { needing } from '../../core/testing/needing.ts';
import { ownPostgres } from '../../core/testing/own-postgres.ts';
import { ownRedis } from '../../core/testing/redis.ts';
import { noFaults } from './faults.ts';
import { createSimulator } from './simulator.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const TRACKERS = 120;
const SOURCES = 3;
const BATCH = 5;
const DAY_MS = 86_400_000;
const TEST_MS = 180_000;
const POLL = { timeout: TEST_MS, interval: 50 };
/** What one tracker, backed off before the outage, must have after it. */
const REMEMBERED = { factor: 8, dueInMs: 5 * 3_600_000 };

interface Crashing {
  /** Ends it in mid-work, as a crash does. */
  crash(): unknown;
  /** Starts it again at the same address. */
  start(): Promise<void>;
}

needing('postgresPrograms', 'redisProgram').it(
  'loses nothing when PostgreSQL and then Redis crash in mid-work and come back, without a restart',
  async () => {
    const server = await ownPostgres();
    await server.start();
    let redis = await ownRedis();
    try {
      const schedule = createRedisSchedule({ url: redis.url, luaFolder: sourceLuaFolder() });
      await outlives({ ...server, connection: { engine: 'postgresql', url: server.url } }, schedule, {
        crash: () => redis.close(),
        start: async () => {
          redis = await ownRedis(redis.port);
        },
      });
    } finally {
      await redis.close();
      await server.remove();
    }
  },
  TEST_MS,
);

/** A fetcher at work while its database crashes, and then the server that keeps its schedule. */
async function outlives(
  database: Crashing & { connection: DatabaseConnection },
  schedule: FetchSchedule,
  redis: Crashing,
): Promise<void> {
  const connection = connectionConfig(database.connection);
  await migrate(connection, join(root, 'migrations'));
  const db = openDatabase({ engine: database.connection.engine, connection });
  const keys = await insertKek(db);
  // Only reports within its dates are counted as a tracker's.
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const { runId } = await insertRun(db, 'now', day(Date.now() - 10 * DAY_MS), day(Date.now() + DAY_MS));
  const trackers = await insertKeyedTrackers(db, keys, { count: TRACKERS, runId });
  const later = await insertKeyedTrackers(db, keys, { count: 1, runId });
  const laterDue = new Date(Date.now() + REMEMBERED.dueInMs);
  await db.query(sql`insert into fetch_states (tracker_id, next_due_at, factor, streak)
    values (${later[0]!.id}, ${laterDue}, ${REMEMBERED.factor}, 3)`);

  const now = Date.now();
  let requests = 0;
  const simulator = await createSimulator({
    trackers: trackers.map(({ advertisementKey }) => ({
      advertisementKey: Buffer.from(advertisementKey).toString('base64'),
      plan: {
        startAt: new Date(now - 5 * DAY_MS).toISOString(),
        stops: [{ latitude: 53.5, longitude: 9.93, hours: null }],
        reportsPerHour: { atStops: 0.04, onTheWay: 0.04 },
      },
    })),
    anisette: 'off',
    now: () => now,
    baseFaults: noFaults,
    faults: { cap: 40, dates: 1, delayMs: 300 },
    observe: () => {
      requests++;
      return () => undefined;
    },
  });
  const dataKey = await createDataKey(db, keys, { randomBytes, now: () => new Date() });
  for (let i = 0; i < SOURCES; i++) {
    const { rows } = await db.query<{ id: number }>(sql`
      insert into report_sources (name, kind, url, anisette_url, min_interval_seconds, max_batch_size, batch_size)
      values (${`account ${i}`}, 'apple-older', ${`${simulator.url}/acsnservice/fetch`}, ${`${simulator.url}/`}, 0,
        ${BATCH}, ${BATCH})
      returning id`);
    const sealed = sealCredentials(dataKey.key, rows[0]!.id, { dsid: '1', searchPartyToken: 't' }, randomBytes);
    await db.query(sql`update report_sources set credentials = ${sealed}, data_key_id = ${dataKey.id}
      where id = ${rows[0]!.id}`);
  }
  await writeFetcherSettings(db, { fetchIntervalMinutes: 600 }, new Date());

  const states: string[] = [];
  const errors: unknown[] = [];
  const fetcher = createFetcher({
    db,
    schedule,
    keys: () => keys,
    engine: p224Engine(),
    fetch,
    now: () => new Date(),
    log: (level, message, fields) => void (level === 'error' && errors.push({ message, fields })),
    publish: () => undefined,
    onState: (state) => states.push(inWords(state)),
    nearestCity: () => null,
    requestTimeoutMs: 2000,
  });
  const stored = async () => {
    const { rows } = await db.query<{ count: number }>(sql`select count(*)::int as count from location_reports`);
    return rows[0]!.count;
  };
  const lastState = () => states.at(-1);
  try {
    fetcher.start();
    await expect.poll(() => requests, POLL).toBeGreaterThan(4);
    await database.crash();
    await expect.poll(lastState, POLL).toContain('database');
    await database.start();
    await expect.poll(lastState, POLL).toBe('up');

    const before = requests;
    await expect.poll(() => requests, POLL).toBeGreaterThan(before + 3);
    expect(await stored()).toBeGreaterThan(0);
    await redis.crash();
    await expect.poll(lastState, POLL).toContain('Redis');
    // It kept nothing.
    await redis.start();
    await expect.poll(lastState, POLL).toBe('up');

    const left = async () => {
      const { due, leased, depth } = await schedule.stats(Date.now()).catch(() => ({ due: 1, leased: 1, depth: 0 }));
      const { rows } = await db.query<{ count: number }>(sql`
        select count(*)::int as count from trackers t
        where not exists (select from fetch_states f where f.tracker_id = t.id and f.next_due_at > now())`);
      return due + leased + rows[0]!.count + (TRACKERS + 1 - depth);
    };
    await expect.poll(left, POLL).toBe(0);
    const found = simulator.reportsOf(
      trackers.map((tracker) => tracker.hashedKey),
      { from: now - 7 * DAY_MS, now },
    );
    const expected = [...found.values()].reduce((sum, reports) => sum + reports.length, 0);
    expect(expected).toBeGreaterThan(TRACKERS);
    expect(await stored()).toBe(expected);
    const { rows: counted } = await db.query(sql`select sum(report_count)::int as sum from tracker_status`);
    expect(counted).toEqual([{ sum: expected }]);
    const { rows: charged } = await db.query(sql`
      select f.tracker_id from fetch_states f join location_reports r using (tracker_id) where f.streak > 0 limit 1`);
    expect(charged).toEqual([]);
    expect(await schedule.get(later[0]!.id)).toEqual({
      trackerId: later[0]!.id,
      factor: REMEMBERED.factor,
      dueAt: laterDue.getTime(),
    });
    expect(errors).toEqual([]);
  } finally {
    await fetcher.stop();
    await schedule.close();
    await db.close();
    await simulator.close();
  }
}
