import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealCredentials } from '../../core/fetching/credentials.ts';
import { createFetcher } from '../../core/fetching/fetcher.ts';
import { createMemorySchedule } from '../../core/fetching/schedule/memory-schedule.ts';
import { createDataKey, type KekHolder } from '../../core/keys/data-keys.ts';
import { p224Engine } from '../../core/keys/p224/load-engine.ts';
import { insertRun } from '../../core/testing/company.ts';
import { type TestDatabase, testEngines } from '../../core/testing/database.ts';
import { insertKek, insertKeyedTrackers, type KeyedTracker } from '../../core/testing/keyed-trackers.ts';
import { noFaults, usualFaults } from './faults.ts';
import type { RoutePlanInput } from './motion/route-plan.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
import { askHaystack, askOlder, TEST_NOW } from './testing/console-and-simulator.ts';

/** Keys by engine; one in twenty is busy. The embedded engine gets fewer, to keep the suite quick. */
const KEY_COUNTS = { embedded: 100, postgresql: 140 };
const ONE_BUSY_IN = 20;
const CAP = 20;
/** Asking again takes a third of the requests at most, so that what a cap cuts comes round by round. */
const CYCLES = 20;
const DAY_MS = 86_400_000;
const TEST_MS = 120_000;
/** An interval of the schedule, and a little. */
const EVERY_MS = 31 * 60_000;
const EDGE_MS = 13 * 3_600_000;
const login = { dsid: '42', searchPartyToken: 'token' };

/** A week in Hamburg, with this many reports an hour. */
const plan = (perHour: number): RoutePlanInput => ({
  startAt: new Date(TEST_NOW - 8 * DAY_MS).toISOString(),
  stops: [{ latitude: 53.5, longitude: 9.93, hours: null }],
  reportsPerHour: { atStops: perHour, onTheWay: perHour },
});

describe.each(testEngines())('fetcher against the simulator on $name', ({ name, create }) => {
  const KEYS = KEY_COUNTS[name];
  const BUSY = KEYS / ONE_BUSY_IN;
  let test: TestDatabase;
  let keys: KekHolder;
  let trackers: KeyedTracker[];
  let simulator: Simulator;
  let clock = TEST_NOW;
  beforeAll(async () => {
    test = await create();
    keys = await insertKek(test.db);
    const { runId } = await insertRun(test.db, 'Autumn', '2026-11-01', '2026-11-30');
    trackers = await insertKeyedTrackers(test.db, keys, { count: KEYS, runId });
  }, TEST_MS);
  afterAll(() => test?.close());

  const isBusy = (place: number) => place % ONE_BUSY_IN === 0;
  /** @param busier how many times as many reports as usual each tracker gets in an hour */
  async function simulate(options: SimulatorOptions, busier = 1): Promise<void> {
    simulator = await createSimulator({
      trackers: trackers.map(({ advertisementKey }, place) => ({
        advertisementKey: Buffer.from(advertisementKey).toString('base64'),
        plan: plan(busier * (isBusy(place) ? 0.4 : 0.015)),
      })),
      anisette: 'off',
      now: () => TEST_NOW,
      ...options,
    });
    await test.db.query(sql`delete from report_sources`);
    await test.db.query(sql`delete from fetch_states`);
    const { rows } = await test.db.query<{ id: number }>(sql`
      insert into report_sources (name, kind, url, anisette_url, min_interval_seconds, max_batch_size, batch_size)
      values ('account', 'apple-older', ${`${simulator.url}/acsnservice/fetch`}, ${`${simulator.url}/`}, 0, 256, 64)
      returning id`);
    const dataKey = await createDataKey(test.db, keys, { randomBytes, now: () => new Date(TEST_NOW) });
    const sealed = sealCredentials(dataKey.key, rows[0]!.id, login, randomBytes);
    await test.db.query(sql`update report_sources set credentials = ${sealed}, data_key_id = ${dataKey.id}`);
  }
  async function fetchAll(cycles: number): Promise<number> {
    const schedule = createMemorySchedule();
    const fetcher = createFetcher({
      db: test.db,
      schedule,
      keys: () => keys,
      engine: p224Engine(),
      fetch,
      now: () => new Date(clock),
      log: (level, message, fields) => {
        if (level === 'error') throw new Error(`${message}: ${JSON.stringify(fields)}`);
      },
      publish: () => undefined,
      nearestCity: () => null,
    });
    clock = TEST_NOW;
    await fetcher.cycle();
    let requests = 0;
    for (let i = 0; i < cycles; i++) {
      clock += i === 0 ? 60_000 : EVERY_MS;
      requests += (await fetcher.cycle()).requests;
    }
    await fetcher.stop();
    return requests;
  }
  const storedReports = async () => {
    const { rows } = await test.db.query<{ id: number; count: number }>(
      sql`select tracker_id as id, count(*)::int as count from location_reports group by tracker_id`,
    );
    return new Map(rows.map((row) => [row.id, row.count]));
  };
  /** Reports of the last 7 days that the network has, of each tracker. */
  const expectedReports = (from = TEST_NOW - 7 * DAY_MS) => {
    const ids = trackers.map((tracker) => tracker.hashedKey);
    const found = simulator.reportsOf(ids, { from, now: TEST_NOW });
    return new Map(trackers.map((tracker) => [tracker.id, found.get(tracker.hashedKey)?.length ?? 0]));
  };
  const failed = async () => {
    const { rows } = await test.db.query<{ id: number }>(
      sql`select tracker_id as id from fetch_states where streak > 0 order by tracker_id`,
    );
    return rows.map((row) => row.id);
  };
  const idsWhere = (counts: Map<number, number>, wanted: (count: number) => boolean) =>
    [...counts].filter(([, count]) => wanted(count)).map(([id]) => id);

  it(
    `gets every report of ${KEYS} keys, ${BUSY} of them busy, though an answer holds ${CAP}`,
    async () => {
      await simulate({ baseFaults: noFaults, faults: { cap: CAP, dates: 1 } });
      const expected = expectedReports();
      // The clock goes on between cycles, so what is on the edge of the seven days may be asked for or not.
      const later = expectedReports(TEST_NOW - 7 * DAY_MS + EDGE_MS);
      const sure = (id: number) => expected.get(id) === later.get(id);
      expect(trackers.filter(({ id }) => !sure(id)).length).toBeLessThan(KEYS / 3);
      const requests = await fetchAll(CYCLES);
      const stored = await storedReports();
      expect([...expected].filter(([id, count]) => sure(id) && (stored.get(id) ?? 0) !== count)).toEqual([]);
      const silent = new Set(idsWhere(expected, (count) => count === 0));
      expect((await failed()).filter((id) => sure(id) && !silent.has(id))).toEqual([]);

      const seen = idsWhere(expected, (count) => count > 0).length;
      expect(idsWhere(expected, (count) => count > CAP).length).toBe(BUSY);
      expect(seen).toBeGreaterThan(KEYS / 2);
      const fixed = new Set<string>();
      let fixedReports = 0;
      for (let start = 0; start < KEYS; start += 256) {
        const ids = trackers.slice(start, start + 256).map((tracker) => tracker.hashedKey);
        const { json } = await askOlder(simulator, ids);
        for (const { id } of json.results) fixed.add(id);
        fixedReports += json.results.length;
      }
      const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);
      console.info(
        `cap ${CAP}, ${KEYS} keys, ${BUSY} busy: ${sum(stored.values())} reports of ${seen} keys in ${requests} requests; ` +
          `a fixed batch of 256 got ${fixedReports} reports of ${fixed.size} keys`,
      );
      expect(fixedReports).toBeLessThan(sum(expected.values()) / 10);
      // What tools do that ask for 256 keys at a time: nearly every key looks as if nobody had seen it.
      expect(fixed.size).toBeLessThan(seen / 20);

      expect(requests).toBeLessThan((CYCLES * KEYS) / 4);
      await simulator.close();
    },
    TEST_MS,
  );

  it(
    'loses no key to everything that usually goes wrong, and charges no key for it',
    async () => {
      await test.db.query(sql`delete from location_reports`);
      await simulate({ baseFaults: usualFaults, faults: { cap: 40, missing: 0, retryAfter: 60 } });
      const expected = expectedReports();
      await fetchAll(CYCLES);
      const stored = await storedReports();
      const { rows } = await test.db.query<{ id: number; count: number }>(
        sql`select tracker_id as id, count(*)::int as count from corrupt_reports group by tracker_id`,
      );
      const corrupt = new Map(rows.map((row) => [row.id, row.count]));
      const got = (id: number) => (stored.get(id) ?? 0) + (corrupt.get(id) ?? 0);
      // Reports that become 7 days old while the test's clock runs may be left out.
      const certain = expectedReports(TEST_NOW - 7 * DAY_MS + EDGE_MS);
      expect([...certain].filter(([id, count]) => count > 0 && got(id) === 0)).toEqual([]);
      expect([...certain].filter(([id, count]) => expected.get(id)! < 36 && got(id) < count)).toEqual([]);
      const sure = (id: number) => expected.get(id) === certain.get(id);
      const silent = new Set(idsWhere(expected, (count) => count === 0));
      expect((await failed()).filter((id) => sure(id) && !silent.has(id))).toEqual([]);
      await simulator.close();
    },
    TEST_MS,
  );

  // The database has no part in it: once is enough.
  if (name === 'embedded')
    it(
      'asks a haystack endpoint, which keeps one report a second over all keys, for one key at a time',
      async () => {
        await test.db.query(sql`delete from location_reports`);
        await simulate({ baseFaults: noFaults, faults: { haystackMerge: 1 } }, 9);
        await test.db.query(sql`update report_sources set kind = 'haystack', url = ${`${simulator.url}/`}`);
        const expected = expectedReports();
        const later = expectedReports(TEST_NOW - 7 * DAY_MS + EDGE_MS);
        const ids = trackers.map((tracker) => tracker.hashedKey);
        const { json } = await askHaystack(simulator, ids);
        const total = [...expected.values()].reduce((sum, count) => sum + count, 0);
        // What a tool gets that asks for all keys at once: reports of two keys in one second are one.
        expect(json.results.length).toBeLessThan(total);
        await fetchAll(2);
        const stored = await storedReports();
        // Two reports of one key in one second can't be told apart by any request; there are very few.
        const twins = (id: number) => {
          const { hashedKey } = trackers.find((tracker) => tracker.id === id)!;
          const all = simulator.reportsOf([hashedKey], { from: 0, now: TEST_NOW }).get(hashedKey) ?? [];
          return all.length - new Set(all.map((report) => report.at)).size;
        };
        const wrong = [...expected].filter(([id, count]) => {
          const got = stored.get(id) ?? 0;
          return got > count || got + twins(id) < later.get(id)!;
        });
        const lost = total - [...stored.values()].reduce((sum, count) => sum + count, 0);
        expect(total - json.results.length).toBeGreaterThan(2 * lost);
        expect(wrong).toEqual([]);
        console.info(
          `haystack, ${ids.length} keys: of ${total} reports ${total - lost} one by one, ${json.results.length} at once`,
        );
        await simulator.close();
      },
      TEST_MS,
    );
});
