import { randomBytes } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDataKey, type KekHolder } from '../keys/data-keys.ts';
import { p224Engine } from '../keys/p224/engine.ts';
import { createMemorySchedule } from '../queue/memory-schedule.ts';
import type { FetchSchedule } from '../queue/schedule.ts';
import { insertRun } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { insertKek, insertKeyedTrackers, type KeyedTracker, uploadedReport } from '../testing/keyed-trackers.ts';
import { type ReportServer, startReportServer } from '../testing/report-server.ts';
import { sealCredentials } from './credentials.ts';
import { createFetcher, type Fetcher } from './fetcher.ts';
import { writeFetcherSettings } from './fetcher-settings.ts';

const T0 = new Date('2026-11-23T10:00:00Z').getTime();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe.each(testEngines())('fetcher on $name', ({ create }) => {
  let test: TestDatabase;
  let server: ReportServer;
  let keys: KekHolder;
  let now: number;
  let schedule: FetchSchedule;
  let fetchers: Fetcher[];
  let logged: Record<string, unknown>[];
  let runId: number;
  let runs = 0;

  beforeAll(async () => {
    test = await create();
    server = await startReportServer();
    keys = await insertKek(test.db);
  });
  afterAll(async () => {
    await server?.close();
    await test?.close();
  });
  beforeEach(async () => {
    now = T0;
    schedule = createMemorySchedule();
    fetchers = [];
    logged = [];
    Object.assign(server, { cap: Number.POSITIVE_INFINITY, overlaps: 0, delayMs: 0 });
    server.requests.length = 0;
    server.faults.length = 0;
    server.reports.clear();
    for (const table of [
      'corrupt_reports',
      'fetch_days',
      'fetch_states',
      'fetcher_totals',
      'report_sources',
      'settings',
      'trackers',
    ]) {
      await test.db.query(sql`delete from ${raw(table)}`);
    }
    await test.db.query(sql`delete from location_reports`).catch(() => undefined);
    ({ runId } = await insertRun(test.db, `run ${++runs}`, '2026-11-01', '2026-11-30'));
  });
  afterEach(async () => {
    await Promise.all(fetchers.map((fetcher) => fetcher.stop()));
  });

  const newFetcher = (held: KekHolder | null = keys, ask: typeof fetch = fetch) => {
    const fetcher = createFetcher({
      db: test.db,
      schedule,
      keys: () => held,
      engine: p224Engine(),
      fetch: ask,
      now: () => new Date(now),
      log: (level, message, fields) => {
        logged.push({ level, message, ...fields });
        if (level === 'error') throw new Error(`${message}: ${JSON.stringify(fields)}`);
      },
      publish: () => undefined,
      nearestCity: () => null,
      requestTimeoutMs: 30_000,
    });
    fetchers.push(fetcher);
    return fetcher;
  };
  const addSource = (name: string, changes: { interval?: number; batch?: number; kind?: string } = {}) =>
    test.db.query(sql`
      insert into report_sources (name, kind, url, min_interval_seconds, max_batch_size, batch_size)
      values (${name}, ${changes.kind ?? 'haystack'}, ${`${server.url}/haystack`}, ${changes.interval ?? 0}, 64,
        ${changes.batch ?? 64})`);
  const addAccount = async () => {
    await test.db.query(sql`
      insert into report_sources (name, kind, url, anisette_url, min_interval_seconds, max_batch_size, batch_size)
      values ('account', 'apple-older', ${`${server.url}/older`}, ${`${server.url}/anisette`}, 0, 64, 64)`);
    const dataKey = await createDataKey(test.db, keys, { randomBytes, now: () => new Date(now) });
    const { rows } = await test.db.query<{ id: number }>(sql`select id from report_sources where name = 'account'`);
    const id = rows[0]!.id;
    const sealed = sealCredentials(dataKey.key, id, { dsid: '1', searchPartyToken: 't' }, randomBytes);
    await test.db.query(sql`update report_sources set credentials = ${sealed}, data_key_id = ${dataKey.id}
      where id = ${id}`);
  };
  const upload = (tracker: KeyedTracker, ...agoMs: number[]) =>
    server.reports.set(
      tracker.hashedKey,
      agoMs.map((ago) => uploadedReport(tracker, new Date(T0 - ago))),
    );
  const sourceRow = async () => {
    const { rows } = await test.db.query<Record<string, unknown>>(
      sql`select * from report_sources order by id limit 1`,
    );
    return rows[0]!;
  };
  const stateOf = async (tracker: KeyedTracker) => {
    const { rows } = await test.db.query<Record<string, unknown>>(
      sql`select factor, streak, total_failures, last_error, last_success_at, next_due_at, incomplete, searching
        from fetch_states where tracker_id = ${tracker.id}`,
    );
    return rows[0];
  };
  const countOf = async (tracker: KeyedTracker) => {
    const { rows } = await test.db.query<{ count: number }>(
      sql`select count(*)::int as count from location_reports where tracker_id = ${tracker.id}`,
    );
    return rows[0]!.count;
  };
  const totals = async () => {
    const { rows } = await test.db.query<{ name: string; value: number }>(sql`select name, value from fetcher_totals`);
    return Object.fromEntries(rows.map((row) => [row.name, row.value]));
  };

  it('asks for the manufactured trackers of active runs, stores what comes, and backs off from those absent', async () => {
    const over = await insertRun(test.db, `over ${runs}`, '2026-10-01', '2026-11-22');
    const [present, absent] = await insertKeyedTrackers(test.db, keys, { count: 2, runId });
    await insertKeyedTrackers(test.db, keys, { count: 1, runId, manufactured: false });
    await insertKeyedTrackers(test.db, keys, { count: 1, runId: over.runId });
    upload(present!, HOUR, 30 * HOUR, 8 * 24 * HOUR);
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    expect(await schedule.members({ afterId: 0, limit: 10 })).toEqual([present!.id, absent!.id]);
    now += MINUTE;
    await fetcher.cycle();
    expect(new Set(server.requests.flatMap((request) => request.ids))).toEqual(
      new Set([present!.hashedKey, absent!.hashedKey]),
    );
    expect(await countOf(present!)).toBe(2);
    expect(await stateOf(present!)).toMatchObject({ factor: 1, streak: 0, last_error: null });
    expect(await schedule.get(present!.id)).toMatchObject({ dueAt: now + 30 * MINUTE, factor: 1 });
    expect(await stateOf(absent!)).toMatchObject({ factor: 2, streak: 1, total_failures: 1, last_success_at: null });
    expect(await totals()).toMatchObject({
      requests: 2,
      reports: 3,
      stored: 2,
      duplicates: 0,
      corrupt: 0,
      absent: 1,
      present: 1,
      claims: 2,
    });
    const { rows: pending } = await test.db.query(sql`select tracker_id from status_pending`);
    expect(pending).toEqual([{ tracker_id: present!.id }]);

    now += 2 * HOUR;
    await fetcher.cycle();
    expect(await stateOf(absent!)).toMatchObject({ factor: 4, streak: 2 });
    expect(await totals()).toMatchObject({ stored: 2, duplicates: 2, absent: 2 });
    upload(absent!, HOUR);
    now += 2 * HOUR;
    await fetcher.cycle();
    expect(await stateOf(absent!)).toMatchObject({ factor: 1, streak: 0, total_failures: 2, last_error: null });
    const { rows: days } = await test.db.query(
      sql`select day, failures, successes from fetch_days where tracker_id = ${absent!.id}`,
    );
    expect(days).toEqual([{ day: '2026-11-23', failures: 2, successes: 1 }]);
  });

  it('gets every key’s reports though busy keys fill the capped answers', async () => {
    const trackers = await insertKeyedTrackers(test.db, keys, { count: 48, runId });
    for (const [i, tracker] of trackers.entries()) {
      upload(tracker, ...Array.from({ length: i % 12 === 0 ? 24 : 1 + (i % 3) }, (_, n) => (n + 1) * 2 * HOUR));
    }
    server.cap = 20;
    await addAccount();
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    await fetcher.cycle();
    for (const [i, tracker] of trackers.entries()) {
      const busy = i % 12 === 0;
      expect(await countOf(tracker)).toBe(busy ? 20 : 1 + (i % 3));
      const state = await stateOf(tracker);
      expect(state).toMatchObject({ streak: 0, factor: 1, incomplete: busy, searching: false });
      expect(state!.last_error).toEqual(busy ? expect.stringContaining('older reports may be missing') : null);
    }
    expect(await sourceRow()).toMatchObject({ learned_cap: 20, circuit: 'closed', last_error: null });
    expect(server.requests.length).toBeLessThan(40);
    expect((await totals()).absent).toBe(0);
  });

  it('charges a failed answer to the source, gives the claims back, and asks again after the pause', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    upload(tracker!, HOUR);
    await addSource('home');
    server.faults.push({ status: 429, headers: { 'retry-after': '90' } }, { status: 503 });
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({
      circuit: 'open',
      failures: 1,
      paused_until: new Date(now + 90_000),
      last_error: expect.stringContaining('429'),
    });
    expect(await schedule.stats(now)).toMatchObject({ leased: 0, due: 1 });
    expect(await stateOf(tracker!)).toBeUndefined();
    now += 89_000;
    expect((await fetcher.cycle()).requests).toBe(0);
    now += 1000;
    expect((await fetcher.cycle()).requests).toBe(1);
    expect(await sourceRow()).toMatchObject({ circuit: 'open', consecutive_failures: 2 });
    now += MINUTE;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({ circuit: 'closed', consecutive_failures: 0, last_error: null });
    expect(await countOf(tracker!)).toBe(1);
  });

  it('tries once more after a spurious 401 before it pauses', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    upload(tracker!, HOUR);
    await addSource('home');
    server.faults.push({ status: 401 });
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    expect((await fetcher.cycle()).requests).toBe(2);
    expect(await countOf(tracker!)).toBe(1);
    server.faults.push({ status: 401 }, { status: 401 });
    now += 40 * MINUTE;
    expect((await fetcher.cycle()).requests).toBe(2);
    expect(await sourceRow()).toMatchObject({ circuit: 'open', last_error: expect.stringContaining('auth.json') });
  });

  it('takes an empty 200 for no news, and many in a row for a failure of the source', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    upload(tracker!, HOUR);
    await addSource('home');
    server.faults.push({ status: 200 });
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    await fetcher.cycle();
    expect(await countOf(tracker!)).toBe(1);
    expect(await stateOf(tracker!)).toMatchObject({ streak: 0 });
    server.faults.push({ status: 200 }, { status: 200 }, { status: 200 });
    now += HOUR;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({ circuit: 'open', last_error: expect.stringContaining('empty body') });
    expect(await stateOf(tracker!)).toMatchObject({ streak: 0, total_failures: 0 });
  });

  it('counts and keeps corrupt reports, and stores the others', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    upload(tracker!, HOUR, 2 * HOUR);
    const list = server.reports.get(tracker!.hashedKey)!;
    const tampered = Buffer.from(list[1]!, 'base64');
    tampered[70]! ^= 1;
    list[1] = tampered.toString('base64');
    list.push('AAAA', 'not base64 at all', uploadedReport(tracker!, new Date(T0 + 40 * 24 * HOUR)));
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    await fetcher.cycle();
    expect(await countOf(tracker!)).toBe(1);
    const { rows } = await test.db.query<{ reason: string }>(
      sql`select reason from corrupt_reports where tracker_id = ${tracker!.id} order by reason`,
    );
    expect(rows.map((row) => row.reason)).toEqual(['bad-length', 'bad-length', 'bad-tag', 'future-time']);
    expect(await totals()).toMatchObject({ corrupt: 4, stored: 1 });
    now += HOUR;
    await fetcher.cycle();
    expect(await totals()).toMatchObject({ corrupt: 4, decryptFailed: 1, stored: 1, duplicates: 5 });
  });

  it('keeps entries that are not of the answer’s form, under the id that their request has in the log', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    const good = uploadedReport(tracker!, new Date(T0 - HOUR));
    const results = [
      { id: tracker!.hashedKey, payload: good },
      { id: tracker!.hashedKey, payload: 7 },
      { nobody: true },
    ];
    server.faults.push({ status: 200, body: JSON.stringify({ results, statusCode: '200' }) });
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    await fetcher.cycle();
    expect(await countOf(tracker!)).toBe(1);
    expect(await stateOf(tracker!)).toMatchObject({ streak: 0 });
    const { rows } = await test.db.query<Record<string, unknown>>(sql`
      select tracker_id, convert_from(payload, 'UTF8') as content, s.name, request_id
      from corrupt_reports c join report_sources s on s.id = c.source_id
      where reason = 'malformed' order by c.id`);
    expect(rows).toMatchObject([
      { tracker_id: tracker!.id, content: JSON.stringify(results[1]), name: 'home' },
      { tracker_id: null, content: '{"nobody":true}', name: 'home' },
    ]);
    const request = logged.find((entry) => entry.message === 'reports fetched');
    expect(request).toMatchObject({ source: 'home', asked: 1, reports: 3, stored: 1, corrupt: 2 });
    expect(rows.map((row) => row.request_id)).toEqual([request!.requestId, request!.requestId]);
    expect(await totals()).toMatchObject({ reports: 3, stored: 1, corrupt: 2, decryptFailed: 0 });
  });

  it('searches a busy tracker’s time again after a kill in the middle of it', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    upload(tracker!, ...Array.from({ length: 30 }, (_, n) => (n + 1) * 2 * HOUR));
    server.cap = 20;
    await addAccount();
    let asked = 0;
    const hangsAtSecond: typeof fetch = (url, init) => {
      if (init?.method !== 'POST' || ++asked === 1) return fetch(url, init);
      return new Promise((_resolve, reject) => {
        init.signal!.addEventListener('abort', () => reject(init.signal!.reason));
      });
    };
    const killed = newFetcher(keys, hangsAtSecond);
    await killed.cycle();
    now += MINUTE;
    const hanging = killed.cycle();
    await expect.poll(() => asked, { timeout: 10_000 }).toBe(2);
    expect(await stateOf(tracker!)).toMatchObject({ searching: true });
    expect(await countOf(tracker!)).toBe(20);

    // The next one finds nothing new in the whole answer, and looks into the parts all the same.
    server.requests.length = 0;
    now += HOUR;
    await newFetcher().cycle();
    expect(server.requests.length).toBeGreaterThan(1);
    expect(await stateOf(tracker!)).toMatchObject({ searching: false, incomplete: true });
    server.requests.length = 0;
    now += HOUR;
    await fetchers[1]!.cycle();
    expect(server.requests.length).toBe(1);
    expect(await stateOf(tracker!)).toMatchObject({ incomplete: true });
    await killed.stop();
    await hanging;
  });

  it('follows a run that begins and ends by its own time zone, within a minute', async () => {
    const run = await insertRun(test.db, `Berlin ${runs}`, '2026-11-24', '2026-11-24', 'Europe/Berlin');
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId: run.runId });
    await addSource('home', { interval: 86_400 });
    const fetcher = newFetcher();
    const queued = async (at: string) => {
      now = new Date(at).getTime();
      await fetcher.cycle();
      return (await schedule.get(tracker!.id)) !== null;
    };
    expect(await queued('2026-11-23T10:00:00Z')).toBe(false);
    expect(await queued('2026-11-23T22:59:50Z')).toBe(false);
    expect(await queued('2026-11-23T23:00:45Z')).toBe(true);
    expect(await queued('2026-11-24T22:59:50Z')).toBe(true);
    expect(await queued('2026-11-24T23:00:45Z')).toBe(false);
  });

  it('brings due times forward when the settings ask for it, without a restart', async () => {
    const [present, absent] = await insertKeyedTrackers(test.db, keys, { count: 2, runId });
    upload(present!, HOUR);
    await addSource('home');
    await writeFetcherSettings(test.db, { fetchIntervalMinutes: 600, maxBackoffHours: 100 }, new Date(now));
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    await fetcher.cycle();
    const fetchedAt = now;
    expect((await schedule.get(present!.id))!.dueAt).toBe(fetchedAt + 600 * MINUTE);
    await writeFetcherSettings(test.db, { fetchIntervalMinutes: 20, maxBackoffHours: 0.5 }, new Date(now));
    now += MINUTE;
    await fetcher.cycle();
    expect(await schedule.get(present!.id)).toMatchObject({ dueAt: fetchedAt + 20 * MINUTE, factor: 1 });
    expect(await schedule.get(absent!.id)).toMatchObject({ dueAt: fetchedAt + 30 * MINUTE, factor: 2 });
    expect(await stateOf(present!)).toMatchObject({ next_due_at: new Date(fetchedAt + 20 * MINUTE) });
    await writeFetcherSettings(test.db, { maxReportAgeDays: 1, batchSize: 1 }, new Date(now));
    now = fetchedAt + 40 * MINUTE;
    await addAccount();
    await test.db.query(sql`update report_sources set enabled = (kind = 'apple-older')`);
    server.requests.length = 0;
    await fetcher.cycle();
    expect(server.requests.map(({ ids }) => ids.length)).toEqual([1, 1]);
    const { startDate } = (server.requests[0]!.body as { search: { startDate: number }[] }).search[0]!;
    expect(startDate).toBe(now - 24 * HOUR);
  });

  it.each([
    [1, false],
    [3, true],
  ])('asks %i sources at once when that is the setting', async (concurrency, overlap) => {
    const trackers = await insertKeyedTrackers(test.db, keys, { count: 6, runId });
    for (const tracker of trackers) upload(tracker, HOUR);
    for (const name of ['one', 'two', 'three']) await addSource(name, { interval: 20 });
    await writeFetcherSettings(test.db, { concurrency }, new Date(now));
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    server.delayMs = 60;
    expect((await fetcher.cycle()).requests).toBe(3);
    expect(server.overlaps > 0).toBe(overlap);
  });

  it('spreads keys over several sources at once, one request at a time each, at their intervals', async () => {
    const trackers = await insertKeyedTrackers(test.db, keys, { count: 6, runId });
    for (const tracker of trackers) upload(tracker, HOUR);
    await addSource('one', { interval: 30 });
    await addSource('two', { interval: 30 });
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    server.delayMs = 30;
    const rounds = [];
    for (let i = 0; i < 3; i++) {
      rounds.push((await fetcher.cycle()).requests, (await fetcher.cycle()).requests);
      now += 30_000;
    }
    expect(rounds).toEqual([2, 0, 2, 0, 2, 0]);
    expect(server.overlaps).toBeGreaterThan(0);
    for (const tracker of trackers) expect(await countOf(tracker)).toBe(1);
  });

  it('never asks a source twice at once, however many fetchers share it', async () => {
    const trackers = await insertKeyedTrackers(test.db, keys, { count: 12, runId });
    for (const tracker of trackers) upload(tracker, HOUR);
    await addSource('shared');
    const several = [newFetcher(), newFetcher(), newFetcher()];
    await several[0]!.cycle();
    now += MINUTE;
    server.delayMs = 5;
    for (let i = 0; i < 60 && (await schedule.stats(now)).due + (await schedule.stats(now)).leased > 0; i++) {
      await Promise.all(several.map((fetcher) => fetcher.cycle()));
      now += 5 * MINUTE;
    }
    expect(server.overlaps).toBe(0);
    for (const tracker of trackers) expect(await countOf(tracker)).toBe(1);
  });

  it('restores due time and factor from the database, and lets trackers go when their run ends', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    const due = new Date(T0 + 5 * HOUR);
    await test.db.query(
      sql`insert into fetch_states (tracker_id, next_due_at, factor, streak) values (${tracker!.id}, ${due}, 8, 3)`,
    );
    const fetcher = newFetcher();
    await fetcher.cycle();
    expect(await schedule.get(tracker!.id)).toEqual({ trackerId: tracker!.id, dueAt: due.getTime(), factor: 8 });
    await test.db.query(sql`update production_runs set end_date = '2026-11-22' where id = ${runId}`);
    now += 31_000;
    await fetcher.cycle();
    expect((await schedule.stats(now)).depth).toBe(0);
  });

  it('does nothing while paused or without its key, and goes on afterwards', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    upload(tracker!, HOUR);
    await addSource('home');
    await writeFetcherSettings(test.db, { paused: true }, new Date(now));
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    expect((await fetcher.cycle()).requests).toBe(0);
    await writeFetcherSettings(test.db, { paused: false }, new Date(now));
    expect((await newFetcher(null).cycle()).requests).toBe(0);
    expect((await fetcher.cycle()).requests).toBe(1);
  });

  it('gives claims back when it is stopped in the middle of a request', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    upload(tracker!, HOUR);
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    now += MINUTE;
    server.delayMs = 3000;
    const cycle = fetcher.cycle();
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await fetcher.stop();
    await cycle;
    expect(await schedule.stats(now)).toMatchObject({ due: 1, leased: 0 });
    expect(await sourceRow()).toMatchObject({ circuit: 'closed', failures: 0, busy_until: null });
    expect(await stateOf(tracker!)).toBeUndefined();
  });

  it('takes over what a killed fetcher held, once its lease and its turn have lapsed', async () => {
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    upload(tracker!, HOUR);
    await addSource('home');
    let asked = false;
    const hangs: typeof fetch = (_url, init) => {
      asked = true;
      return new Promise((_resolve, reject) => {
        init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason));
      });
    };
    const killed = newFetcher(keys, hangs);
    await killed.cycle();
    now += MINUTE;
    const hanging = killed.cycle();
    while (!asked) await new Promise((resolve) => setTimeout(resolve, 5));
    const other = newFetcher();
    expect((await other.cycle()).requests).toBe(0);
    expect(await schedule.stats(now)).toMatchObject({ leased: 1, due: 0 });
    now += 10 * MINUTE;
    expect((await other.cycle()).requests).toBe(1);
    expect(await countOf(tracker!)).toBe(1);
    // What the first one says when it wakes up after all changes nothing.
    await killed.stop();
    await hanging;
    expect(await schedule.get(tracker!.id)).toMatchObject({ dueAt: now + 30 * MINUTE });
    expect(await sourceRow()).toMatchObject({ requests: 1, failures: 0, busy_until: null });
  });
});
