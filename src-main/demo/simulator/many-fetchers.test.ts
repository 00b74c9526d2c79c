import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { describe, expect } from 'vitest';
import { sealCredentials } from '../../core/fetching/credentials.ts';
import { writeFetcherSettings } from '../../core/fetching/fetcher-settings.ts';
import { createRedisSchedule } from '../../core/fetching/schedule/redis/redis-schedule.ts';
import { sourceLuaFolder } from '../../core/fetching/testing/lua-folder.ts';
import { createDataKey } from '../../core/keys/data-keys.ts';
import type { WorkerMessage } from '../../core/platform/workers/protocol.ts';
import { insertRun } from '../../core/testing/company.ts';
import { postgres } from '../../core/testing/database.ts';
import { insertKek, insertKeyedTrackers } from '../../core/testing/keyed-trackers.ts';
import { needing } from '../../core/testing/needing.ts';
import { redisForTests } from '../../core/testing/redis.ts';
import { noFaults } from './faults.ts';
import { createSimulator } from './simulator.ts';
import type { FetcherProcessData } from './testing/fetcher-process.ts';

const PROCESSES = 4;
/** Requests that one process has under way at most; there are as many sources as all may ask at once. */
const CONCURRENCY = 2;
const SOURCES = PROCESSES * CONCURRENCY;
const TRACKERS = 200;
const BATCH = 6;
/** Claims of a killed process come back after three times this, its sources after twice. */
const REQUEST_TIMEOUT_MS = 3000;
/** Until the kill an answer takes so long that requests of all processes overlap; afterwards it is quick. */
const SLOW_MS = 2000;
const KILLED = 2;
const QUICK_MS = 20;
/** What a cap cuts off is asked for again in a third of the requests, so that it comes interval by interval. */
const MOST_ROUNDS = 20;
const DAY_MS = 86_400_000;
const TEST_MS = 180_000;

describe('four fetcher processes on one Redis and one PostgreSQL', () => {
  needing('postgres', 'redis').it(
    'fetch every due tracker, each by one of them, though two are killed in mid-request',
    async () => {
      const test = await postgres.create();
      const redis = await redisForTests();
      const keys = await insertKek(test.db);
      // Only reports within its dates are counted as a tracker's.
      const day = (at: number) => new Date(at).toISOString().slice(0, 10);
      const { runId } = await insertRun(test.db, 'now', day(Date.now() - 10 * DAY_MS), day(Date.now() + DAY_MS));
      const trackers = await insertKeyedTrackers(test.db, keys, { count: TRACKERS, runId });

      // One tracker in twenty fills an answer by itself; the network stands still, so that what it has can be counted.
      const now = Date.now();
      const inFlight = new Map<string, number>();
      // Canaries are drawn from what was answered before, whoever holds them now.
      const answered = new Set<string>();
      let requests = 0;
      let heldTwice = 0;
      let open = 0;
      const simulator = await createSimulator({
        trackers: trackers.map(({ advertisementKey }, place) => ({
          advertisementKey: Buffer.from(advertisementKey).toString('base64'),
          plan: {
            startAt: new Date(now - 5 * DAY_MS).toISOString(),
            stops: [{ latitude: 53.5, longitude: 9.93, hours: null }],
            reportsPerHour: place % 20 === 0 ? { atStops: 0.5, onTheWay: 0.5 } : { atStops: 0.06, onTheWay: 0.06 },
          },
        })),
        anisette: 'off',
        now: () => now,
        baseFaults: noFaults,
        faults: { cap: 30, dates: 1, delayMs: SLOW_MS },
        observe(ids) {
          requests++;
          for (const id of ids) {
            const holders = (inFlight.get(id) ?? 0) + 1;
            if (holders > 1 && !answered.has(id)) heldTwice++;
            inFlight.set(id, holders);
          }
          open++;
          return () => {
            open--;
            for (const id of ids) {
              inFlight.set(id, inFlight.get(id)! - 1);
              answered.add(id);
            }
          };
        },
      });
      const dataKey = await createDataKey(test.db, keys, { randomBytes, now: () => new Date() });
      for (let i = 0; i < SOURCES; i++) {
        const { rows } = await test.db.query<{ id: number }>(sql`
          insert into report_sources (name, kind, url, anisette_url, min_interval_seconds, max_batch_size, batch_size)
          values (${`account ${i}`}, 'apple-older', ${`${simulator.url}/acsnservice/fetch`}, ${`${simulator.url}/`}, 0,
            ${BATCH}, ${BATCH})
          returning id`);
        const login = { dsid: String(i), searchPartyToken: 'token' };
        const sealed = sealCredentials(dataKey.key, rows[0]!.id, login, randomBytes);
        await test.db.query(sql`update report_sources set credentials = ${sealed}, data_key_id = ${dataKey.id}
          where id = ${rows[0]!.id}`);
      }
      await test.db.query(
        sql`insert into fetch_states (tracker_id, next_due_at) select id, ${new Date(now + DAY_MS)} from trackers`,
      );
      await writeFetcherSettings(test.db, { concurrency: CONCURRENCY, fetchIntervalMinutes: 600 }, new Date());

      const data: FetcherProcessData = {
        connection: test.connection,
        kek: { kekId: keys.kekId(), base64: Buffer.from(keys.kek()).toString('base64') },
        schedule: { kind: 'redis', url: redis.url, luaFolder: sourceLuaFolder(), name: `many-${randomUUID()}` },
        requestTimeoutMs: REQUEST_TIMEOUT_MS,
      };
      const schedule = createRedisSchedule({ ...data.schedule, url: redis.url, luaFolder: sourceLuaFolder() });
      const makeAllDue = async () => {
        await test.db.query(sql`update fetch_states set next_due_at = now()`);
        await schedule.makeDue(
          trackers.map(({ id }) => id),
          Date.now(),
        );
      };
      const errors: WorkerMessage[] = [];
      const start = (): ChildProcess => {
        const child = fork(join(import.meta.dirname, 'testing', 'fetcher-process.ts'), { stdio: 'inherit' });
        child.on('message', (message: WorkerMessage) => {
          if (message.type === 'log' && message.level === 'error') errors.push(message);
        });
        child.send(data);
        return child;
      };
      const processes = Array.from({ length: PROCESSES }, start);
      try {
        // All are due at once, when all processes look for work: on a busy machine one begins long before the others, and
        // would leave them none.
        await Promise.all(processes.map((child) => once(child, 'message')));
        await expect
          .poll(async () => (await schedule.stats(Date.now())).depth, { timeout: TEST_MS, interval: 20 })
          .toBe(TRACKERS);
        await makeAllDue();
        // More requests are under way than those may have that go on: who is killed is in the middle of some.
        const most = (PROCESSES - KILLED) * CONCURRENCY;
        await expect.poll(() => open, { timeout: TEST_MS, interval: 5 }).toBeGreaterThan(most);
        const asked = requests;
        const killed = processes.slice(0, KILLED);
        for (const child of killed) child.kill('SIGKILL');
        await Promise.all(killed.map((child) => new Promise((resolve) => child.once('exit', resolve))));
        expect((await schedule.stats(Date.now())).leased).toBeGreaterThan(0);
        simulator.setFaults({ delayMs: QUICK_MS });

        const left = async () => {
          const { due, leased } = await schedule.stats(Date.now());
          const { rows } = await test.db.query<{ count: number }>(sql`
            select count(*)::int as count from trackers t
            where not exists (select from fetch_states f where f.tracker_id = t.id and f.next_due_at > now())`);
          return due + leased + rows[0]!.count;
        };
        const found = simulator.reportsOf(
          trackers.map((tracker) => tracker.hashedKey),
          { from: now - 7 * DAY_MS, now },
        );
        const storedReports = async () => {
          const { rows } = await test.db.query<{ id: number; count: number; counted: number; kinds: number }>(sql`
            select t.id, count(r.*)::int as count, s.report_count::int as counted,
              count(distinct r.payload_hash)::int as kinds
            from trackers t join tracker_status s on s.tracker_id = t.id
            left join location_reports r on r.tracker_id = t.id
            group by t.id, s.report_count`);
          return new Map(rows.map((row) => [row.id, row]));
        };
        const wrong = async () => {
          const counts = await storedReports();
          return trackers.filter(({ id, hashedKey }) => {
            const expected = found.get(hashedKey)?.length ?? 0;
            const { count, counted, kinds } = counts.get(id)!;
            return count !== expected || counted !== expected || kinds !== expected;
          });
        };
        for (let round = 0; round < MOST_ROUNDS; round++) {
          await expect.poll(left, { timeout: TEST_MS, interval: 100 }).toBe(0);
          if ((await wrong()).length === 0) break;
          // An interval passes.
          await makeAllDue();
        }
        expect(await wrong()).toEqual([]);
        expect(requests).toBeGreaterThan(asked);
        const stored = [...(await storedReports()).values()];
        expect(stored.reduce((sum, row) => sum + row.count, 0)).toBeGreaterThan(TRACKERS * 3);
        expect(heldTwice).toBe(0);
        expect(errors).toEqual([]);
        // Nobody was charged for what the kill broke off.
        const { rows: charged } = await test.db.query(sql`
          select f.tracker_id from fetch_states f where f.streak > 0 and exists (
            select from location_reports r where r.tracker_id = f.tracker_id)`);
        expect(charged).toEqual([]);
      } finally {
        for (const child of processes) child.kill('SIGKILL');
        await schedule.close();
        await simulator.close();
        await redis.close();
        await test.close();
      }
    },
    TEST_MS,
  );
});
