import sql from 'sql-template-tag';
import { describe, expect, it } from 'vitest';
import { insertRun } from '../testing/company.ts';
import { testEngines } from '../testing/database.ts';
import { insertKeyedTrackers, uploadedReport } from '../testing/keyed-trackers.ts';
import { writeFetcherSettings } from './fetcher-settings.ts';
import { fetcherWorld, HOUR, MINUTE, T0 } from './testing/fetcher-world.ts';

describe.each(testEngines())('fetcher on $name', ({ create }) => {
  const { world, newFetcher, addSource, addAccount, upload, sourceRow, stateOf, countOf, totals } =
    fetcherWorld(create);

  it('asks for the manufactured trackers of active runs, stores what comes, and backs off from those absent', async () => {
    const over = await insertRun(world.db, `over ${world.runs}`, '2026-10-01', '2026-11-22');
    const [present, absent] = await insertKeyedTrackers(world.db, world.keys, { count: 2, runId: world.runId });
    await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId, manufactured: false });
    await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: over.runId });
    upload(present!, HOUR, 30 * HOUR, 8 * 24 * HOUR);
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    expect(await world.schedule.members({ afterId: 0, limit: 10 })).toEqual([present!.id, absent!.id]);
    world.now += MINUTE;
    await fetcher.cycle();
    expect(new Set(world.server.requests.flatMap((request) => request.ids))).toEqual(
      new Set([present!.hashedKey, absent!.hashedKey]),
    );
    expect(await countOf(present!)).toBe(2);
    expect(await stateOf(present!)).toMatchObject({ factor: 1, streak: 0, last_error: null });
    expect(await world.schedule.get(present!.id)).toMatchObject({ dueAt: world.now + 30 * MINUTE, factor: 1 });
    // It was asked for before the source had a canary: that counted as no failure, and it was due again with the first one.
    expect(await stateOf(absent!)).toMatchObject({ factor: 4, streak: 1, total_failures: 1, last_success_at: null });
    expect(await totals()).toMatchObject({
      requests: 3,
      reports: 3,
      stored: 2,
      duplicates: 0,
      corrupt: 0,
      absent: 1,
      present: 1,
      claims: 3,
    });
    const { rows: pending } = await world.db.query(sql`select tracker_id from status_pending`);
    expect(pending).toEqual([{ tracker_id: present!.id }]);

    world.now += 2 * HOUR;
    await fetcher.cycle();
    expect(await stateOf(absent!)).toMatchObject({ factor: 8, streak: 2 });
    expect(await totals()).toMatchObject({ stored: 2, duplicates: 2, absent: 2 });
    upload(absent!, HOUR);
    world.now += 4 * HOUR;
    await fetcher.cycle();
    expect(await stateOf(absent!)).toMatchObject({ factor: 1, streak: 0, total_failures: 2, last_error: null });
    const { rows: days } = await world.db.query(
      sql`select day, failures, successes from fetch_days where tracker_id = ${absent!.id}`,
    );
    expect(days).toEqual([{ day: '2026-11-23', failures: 2, successes: 1 }]);
  });

  it('gets every key’s reports though busy keys fill the capped answers', async () => {
    const trackers = await insertKeyedTrackers(world.db, world.keys, { count: 24, runId: world.runId });
    for (const [i, tracker] of trackers.entries()) {
      upload(tracker, ...Array.from({ length: i % 12 === 0 ? 24 : 1 + (i % 3) }, (_, n) => (n + 1) * 2 * HOUR));
    }
    world.server.cap = 20;
    await addAccount();
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    for (let round = 0; round < 12; round++) {
      await fetcher.cycle();
      world.now += 31 * MINUTE;
    }
    for (const [i, tracker] of trackers.entries()) {
      const busy = i % 12 === 0;
      expect(await countOf(tracker)).toBe(busy ? 20 : 1 + (i % 3));
      const state = await stateOf(tracker);
      expect(state).toMatchObject({ streak: 0, factor: 1, incomplete: busy, searching: false });
      expect(state!.last_error).toEqual(busy ? expect.stringContaining('older reports may be missing') : null);
    }
    expect(await sourceRow()).toMatchObject({ learned_cap: 20, circuit: 'closed', last_error: null });
    expect(world.server.requests.length).toBeLessThan(12 * 12);
    expect((await totals()).absent).toBe(0);
  }, 60_000);

  it('counts and keeps corrupt reports, and stores the others', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR, 2 * HOUR);
    const list = world.server.reports.get(tracker!.hashedKey)!;
    const tampered = Buffer.from(list[1]!, 'base64');
    tampered[70]! ^= 1;
    list[1] = tampered.toString('base64');
    list.push('AAAA', 'not base64 at all', uploadedReport(tracker!, new Date(T0 + 40 * 24 * HOUR)));
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    expect(await countOf(tracker!)).toBe(1);
    const { rows } = await world.db.query<{ reason: string }>(
      sql`select reason from corrupt_reports where tracker_id = ${tracker!.id} order by reason`,
    );
    expect(rows.map((row) => row.reason)).toEqual(['bad-length', 'bad-length', 'bad-tag']);
    expect(await totals()).toMatchObject({ corrupt: 3, stored: 1, ahead: 1 });
    world.now += HOUR;
    await fetcher.cycle();
    expect(await totals()).toMatchObject({ corrupt: 3, decryptFailed: 1, stored: 1, duplicates: 4, ahead: 1 });
    // A time that far ahead is never true.
    world.now += 31 * 24 * HOUR;
    world.server.reports.clear();
    await fetcher.cycle();
    expect(await totals()).toMatchObject({ ahead: 1, droppedAhead: 1 });
    expect((await world.db.query(sql`select tracker_id from waiting_reports`)).rows).toEqual([]);
  });

  it('keeps a report that is ahead of the clock until the clock is there, whether it comes again or not', async () => {
    const [again, once] = await insertKeyedTrackers(world.db, world.keys, { count: 2, runId: world.runId });
    // A day and 45 seconds after the second fetch.
    for (const tracker of [again!, once!]) upload(tracker, -(24 * HOUR + MINUTE + 45_000));
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    expect([await countOf(again!), await countOf(once!)]).toEqual([0, 0]);
    expect(await totals()).toMatchObject({ ahead: 2, stored: 0 });
    world.server.reports.delete(once!.hashedKey);
    world.now += MINUTE;
    await world.schedule.makeDue([again!.id], world.now);
    await fetcher.cycle();
    expect([await countOf(again!), await countOf(once!)]).toEqual([1, 0]);
    world.now += HOUR;
    await fetcher.cycle();
    expect([await countOf(again!), await countOf(once!)]).toEqual([1, 1]);
    expect((await world.db.query(sql`select tracker_id from waiting_reports`)).rows).toEqual([]);
  });

  it('leaves out what is too old without opening it, and takes it when the clock was set right', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, 48 * HOUR);
    await addSource('home');
    const fetcher = newFetcher();
    const right = world.now;
    // This console's clock is six days fast.
    world.now += 6 * 24 * HOUR - MINUTE;
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    expect(await totals()).toMatchObject({ tooOld: 1, stored: 0, duplicates: 0 });
    world.now = right + 2 * MINUTE;
    await world.schedule.makeDue([tracker!.id], world.now);
    await world.db.query(sql`update report_sources set last_request_at = null`);
    await fetcher.cycle();
    expect(await countOf(tracker!)).toBe(1);
  });

  it('keeps entries that are not of the answer’s form, under the id that their request has in the log', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    const good = uploadedReport(tracker!, new Date(T0 - HOUR));
    const results = [
      { id: tracker!.hashedKey, payload: good },
      { id: tracker!.hashedKey, payload: 7 },
      { nobody: true },
    ];
    world.server.faults.push({ status: 200, body: JSON.stringify({ results, statusCode: '200' }) });
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    expect(await countOf(tracker!)).toBe(1);
    expect(await stateOf(tracker!)).toMatchObject({ streak: 0 });
    const { rows } = await world.db.query<Record<string, unknown>>(sql`
      select tracker_id, convert_from(payload, 'UTF8') as content, s.name, request_id
      from corrupt_reports c join report_sources s on s.id = c.source_id
      where reason = 'malformed' order by c.id`);
    expect(rows).toMatchObject([
      { tracker_id: tracker!.id, content: JSON.stringify(results[1]), name: 'home' },
      { tracker_id: null, content: '{"nobody":true}', name: 'home' },
    ]);
    const request = world.logged.find((entry) => entry.message === 'reports fetched');
    expect(request).toMatchObject({ source: 'home', asked: 1, reports: 3, stored: 1, corrupt: 2 });
    expect(rows.map((row) => row.request_id)).toEqual([request!.requestId, request!.requestId]);
    expect(await totals()).toMatchObject({ reports: 3, stored: 1, corrupt: 2, decryptFailed: 0 });
  });

  it('searches a busy tracker’s time again after a kill in the middle of it', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, ...Array.from({ length: 30 }, (_, n) => (n + 1) * 2 * HOUR));
    world.server.cap = 20;
    await addAccount();
    await world.db.query(sql`update report_sources set learned = '{"reportCap": 20, "credit": 4}'`);
    let asked = 0;
    const hangsAtSecond: typeof fetch = (url, init) => {
      if (init?.method !== 'POST' || ++asked === 1) return fetch(url, init);
      return new Promise((_resolve, reject) => {
        init.signal!.addEventListener('abort', () => reject(init.signal!.reason));
      });
    };
    const killed = newFetcher(world.keys, hangsAtSecond);
    await killed.cycle();
    world.now += MINUTE;
    const hanging = killed.cycle();
    await expect.poll(() => asked, { timeout: 10_000 }).toBe(2);
    expect(await stateOf(tracker!)).toMatchObject({ searching: true });
    expect(await countOf(tracker!)).toBe(20);

    // The next one finds nothing new in the whole answer, and looks into the parts all the same.
    world.server.requests.length = 0;
    world.now += HOUR;
    await newFetcher().cycle();
    expect(world.server.requests.length).toBeGreaterThan(1);
    expect(await stateOf(tracker!)).toMatchObject({ searching: false, incomplete: true });
    world.server.requests.length = 0;
    world.now += HOUR;
    await world.fetchers[1]!.cycle();
    expect(world.server.requests.length).toBe(1);
    expect(await stateOf(tracker!)).toMatchObject({ incomplete: true });
    await killed.stop();
    await hanging;
  });

  it('follows a run that begins and ends by its own time zone, within a minute', async () => {
    const run = await insertRun(world.db, `Berlin ${world.runs}`, '2026-11-24', '2026-11-24', 'Europe/Berlin');
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: run.runId });
    await addSource('home', { interval: 86_400 });
    const fetcher = newFetcher();
    const queued = async (at: string) => {
      world.now = new Date(at).getTime();
      await fetcher.cycle();
      return (await world.schedule.get(tracker!.id)) !== null;
    };
    expect(await queued('2026-11-23T10:00:00Z')).toBe(false);
    expect(await queued('2026-11-23T22:59:50Z')).toBe(false);
    expect(await queued('2026-11-23T23:00:45Z')).toBe(true);
    expect(await queued('2026-11-24T22:59:50Z')).toBe(true);
    expect(await queued('2026-11-24T23:00:45Z')).toBe(false);
  });

  it('brings due times forward when the settings ask for it, without a restart', async () => {
    const [present, absent] = await insertKeyedTrackers(world.db, world.keys, { count: 2, runId: world.runId });
    upload(present!, HOUR);
    await addSource('home');
    await writeFetcherSettings(world.db, { fetchIntervalMinutes: 600, maxBackoffHours: 100 }, new Date(world.now));
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    const fetchedAt = world.now;
    expect((await world.schedule.get(present!.id))!.dueAt).toBe(fetchedAt + 600 * MINUTE);
    await writeFetcherSettings(world.db, { fetchIntervalMinutes: 20, maxBackoffHours: 0.5 }, new Date(world.now));
    world.now += MINUTE;
    await fetcher.cycle();
    expect(await world.schedule.get(present!.id)).toMatchObject({ dueAt: fetchedAt + 20 * MINUTE, factor: 1 });
    expect(await world.schedule.get(absent!.id)).toMatchObject({ dueAt: fetchedAt + 30 * MINUTE });
    expect(await stateOf(present!)).toMatchObject({ next_due_at: new Date(fetchedAt + 20 * MINUTE) });
    await writeFetcherSettings(world.db, { maxReportAgeDays: 1, batchSize: 1 }, new Date(world.now));
    world.now = fetchedAt + 40 * MINUTE;
    await addAccount();
    await world.db.query(sql`update report_sources set enabled = (kind = 'apple-older')`);
    world.server.requests.length = 0;
    await fetcher.cycle();
    expect(world.server.requests.map(({ ids }) => ids.length)).toEqual([1, 1]);
    const { startDate } = (world.server.requests[0]!.body as { search: { startDate: number }[] }).search[0]!;
    expect(startDate).toBe(world.now - 24 * HOUR);
  });

  it('restores due time and factor from the database, and lets trackers go when their run ends', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    const due = new Date(T0 + 5 * HOUR);
    await world.db.query(
      sql`insert into fetch_states (tracker_id, next_due_at, factor, streak) values (${tracker!.id}, ${due}, 8, 3)`,
    );
    const fetcher = newFetcher();
    await fetcher.cycle();
    expect(await world.schedule.get(tracker!.id)).toEqual({ trackerId: tracker!.id, dueAt: due.getTime(), factor: 8 });
    await world.db.query(sql`update production_runs set end_date = '2026-11-22' where id = ${world.runId}`);
    world.now += 31_000;
    await fetcher.cycle();
    expect((await world.schedule.stats(world.now)).depth).toBe(0);
  });
});
