import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passwordMatches } from '../core/access/passwords.ts';
import { createFetcher } from '../core/fetching/fetcher.ts';
import { writeFetcherSettings } from '../core/fetching/fetcher-settings.ts';
import { createMemorySchedule } from '../core/fetching/schedule/memory-schedule.ts';
import { type Keyring, openKeyring } from '../core/keys/keyring.ts';
import { p224Engine } from '../core/keys/p224/load-engine.ts';
import { assignRun } from '../core/testing/assign-run.ts';
import { type TestDatabase, testEngines } from '../core/testing/database.ts';
import { adoptNewcomers } from './adopt.ts';
import { demoAccounts } from './company.ts';
import { type SimulatedNetwork, startNetwork } from './network.ts';
import { demoCredentials, ensureReportSources } from './report-sources.ts';
import { travellers } from './run.ts';
import { seedDemo } from './seed.ts';
import { type Fetched, fetchedTrackers, storeHistory } from './seed-history.ts';
import { noFaults } from './simulator/faults.ts';
import { readWorldRecord } from './world-record.ts';

const now = new Date();
const base = { randomBytes, now, seed: 7 };
const accounts = demoAccounts('a password of the test');

describe.each(testEngines())('the demo on $name', ({ create }) => {
  let test: TestDatabase;
  let dataDir: string;
  let keyring: Keyring;
  let network: SimulatedNetwork;
  let sample: Fetched[];

  beforeAll(async () => {
    test = await create();
    dataDir = await mkdtemp(join(tmpdir(), 'demo-test-'));
    const cost = { memoryKiB: 64, iterations: 1, parallelism: 1 };
    ({ keyring } = await openKeyring({ db: test.db, dataDir, randomBytes, now: () => now, cost }));
    const seeded = await seedDemo({ ...base, db: test.db, keyring, accounts });
    expect(seeded.accounts).toEqual(accounts);
    network = await startNetwork({
      port: 0,
      seed: 7,
      faults: { ...noFaults, late: 0.1, corrupt: 0.02 },
      ...demoCredentials(7),
    });
    await network.register((await travellers(test.db, seeded.record)).entries);
    // A few of each run stand for all, lest the test take a minute.
    sample = (await fetchedTrackers(test.db, now.getTime())).filter((tracker) => tracker.trackerId % 40 === 0);
    await storeHistory(test.db, network, sample, now.getTime());
  }, 180_000);
  afterAll(async () => {
    await network?.stop();
    await test?.close();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  const count = async (what: ReturnType<typeof sql>) => {
    const { rows } = await test.db.query<{ count: number }>(sql`select count(*)::int as count from ${what}`);
    return rows[0]!.count;
  };

  it('is a company of the promised size, with orders in every state', async () => {
    expect(await count(sql`clients`)).toBe(3);
    expect(await count(sql`brands`)).toBe(6);
    expect(await count(sql`production_runs`)).toBe(10);
    expect(await count(sql`production_runs where end_date < current_date`)).toBe(2);
    expect(await count(sql`production_runs where start_date > current_date`)).toBe(2);
    expect(await count(sql`locations`)).toBe(40);
    expect(await count(sql`trackers`)).toBe(2000);
    for (const state of ['open', 'filled', 'closed', 'cancelled']) {
      expect(await count(sql`customer_orders where state = ${state}`)).toBeGreaterThan(0);
    }
    expect(await count(sql`customer_orders where state = 'open' and due_date < current_date`)).toBeGreaterThan(0);
    expect(
      await count(sql`customer_orders o where allocated_count <> (select count(*) from device_allocations a
      where a.customer_order_id = o.id and released_at is null)`),
    ).toBe(0);
    expect(await count(sql`run_locations`)).toBeGreaterThan(40);
  });

  it('lets each account in with its password', async () => {
    const { rows } = await test.db.query<{ username: string; password_hash: string; client_id: number | null }>(
      sql`select username, password_hash, client_id from users`,
    );
    expect(rows.map((row) => row.username).sort()).toEqual(accounts.map((account) => account.username).sort());
    for (const { username, password } of accounts) {
      const user = rows.find((row) => row.username === username)!;
      expect(await passwordMatches(user.password_hash, password)).toBe(true);
    }
    expect(rows.filter((row) => row.client_id !== null)).toHaveLength(1);
  });

  it('is made once, and never into a database with data of its own', async () => {
    const again = await seedDemo({ ...base, db: test.db, keyring, accounts });
    expect(again.accounts).toEqual([]);
    expect(again.record).toEqual(await readWorldRecord(test.db));
    await test.db.query(sql`update settings set key = 'hidden' where key = 'demo.world'`);
    await expect(seedDemo({ ...base, db: test.db, keyring, accounts })).rejects.toMatchObject({ code: 'conflict' });
    await test.db.query(sql`update settings set key = 'demo.world' where key = 'hidden'`);
  });

  it('has two weeks of reports, within each run and left to the status engine', async () => {
    const { rows } = await test.db.query<{ reports: number; days: number; early: number; future: number }>(sql`
      select count(*)::int as reports, count(distinct reported_at::date)::int as days,
        count(*) filter (where received_at < published_at)::int as early, count(*) filter (where reported_at > ${now})::int as future
      from location_reports`);
    expect(rows[0]!.reports / sample.length).toBeGreaterThan(30);
    expect(rows[0]).toMatchObject({ early: 0, future: 0 });
    expect(rows[0]!.days).toBeGreaterThanOrEqual(14);
    expect(
      await count(sql`location_reports r join trackers t on t.id = r.tracker_id
      join production_runs run on run.id = t.production_run_id where r.reported_at > run_ends_at(run)`),
    ).toBe(0);
    expect(await count(sql`status_pending`)).toBe(sample.length);
    // Told again, it is known.
    expect(await storeHistory(test.db, network, sample, now.getTime())).toBe(0);
  });

  it('goes on by the real fetcher: what was seeded is known, what is new decrypts', async () => {
    await ensureReportSources(test.db, { ...base, keyring, simulatorUrl: await network.url() });
    await test.db.query(sql`update report_sources set min_interval_seconds = 0, enabled = kind = 'apple-older'`);
    await writeFetcherSettings(test.db, { batchSize: 256 }, now);
    // Only the sample is looked at: the other trackers leave their runs for the test.
    const others = await test.db.query<{ id: number }>(
      sql`select id from trackers where id <> all(${sample.map((one) => one.trackerId)}::bigint[])`,
    );
    await assignRun(
      test.db,
      others.rows.map(({ id }) => id),
      null,
      now,
    );
    const before = await count(sql`location_reports`);
    const schedule = createMemorySchedule();
    let ahead = 0;
    const fetcher = createFetcher({
      db: test.db,
      schedule,
      keys: () => keyring,
      engine: p224Engine(),
      fetch: globalThis.fetch,
      now: () => new Date(Date.now() + ahead),
      log: () => {},
      publish: () => {},
    });
    await fetcher.cycle();
    // First due times are spread over the interval.
    ahead = 31 * 60_000;
    expect((await fetcher.cycle()).requests).toBeGreaterThan(0);
    await fetcher.stop();
    await schedule.close();
    const { rows } = await test.db.query<{ last_error: string | null; reports: number; failures: number }>(
      sql`select last_error, reports::int, failures::int from report_sources where enabled`,
    );
    expect(rows[0]).toMatchObject({ last_error: null, failures: 0 });
    const added = (await count(sql`location_reports`)) - before;
    expect(rows[0]!.reports).toBeGreaterThan(500);
    // The six hours that were left to it, and late ones; the week before them is known.
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThan(rows[0]!.reports / 4);
    expect(await count(sql`corrupt_reports where reason not in ('bad-length', 'bad-point', 'bad-tag')`)).toBe(0);
  });

  it('keeps to its own network when it finds it elsewhere again', async () => {
    const elsewhere = 'https://reports.example/';
    await test.db.query(sql`update report_sources set url = ${elsewhere} where kind = 'haystack'`);
    await ensureReportSources(test.db, { ...base, keyring, simulatorUrl: 'http://127.0.0.1:9' });
    const { rows } = await test.db.query<{ url: string }>(sql`select url from report_sources order by kind`);
    expect(rows.map(({ url }) => url)).toEqual(['http://127.0.0.1:9/acsnservice/fetch', elsewhere]);
  });

  it('lets a tracker that a person brought into a run travel', async () => {
    const { rows } = await test.db.query<{ id: number; runId: number }>(sql`
      select id, (select id from production_runs where name = 'Winter sofas') as "runId"
      from trackers where production_run_id is null and mac_address is not null order by id desc limit 3`);
    await assignRun(
      test.db,
      rows.map(({ id }) => id),
      rows[0]!.runId,
      now,
    );
    const known = (await travellers(test.db, (await readWorldRecord(test.db))!)).known;
    for (const { id } of rows) known.delete(id);
    expect(await adoptNewcomers(test.db, network, known, now)).toBe(3);
    expect(await adoptNewcomers(test.db, network, known, now)).toBe(0);
    const entries = (await travellers(test.db, (await readWorldRecord(test.db))!)).known;
    for (const { id } of rows) expect(entries.has(id)).toBe(true);
  });
});
