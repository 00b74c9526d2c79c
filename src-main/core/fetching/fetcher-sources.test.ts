import { describe, expect, it } from 'vitest';
import { AppError } from '../platform/errors.ts';
import { testEngines } from '../testing/database.ts';
import { insertKeyedTrackers } from '../testing/keyed-trackers.ts';
import { writeFetcherSettings } from './fetcher-settings.ts';
import { fetcherWorld, HOUR, MINUTE } from './testing/fetcher-world.ts';

describe.each(testEngines())('the sources of a fetcher on $name', ({ create }) => {
  const { world, newFetcher, addSource, addAccount, moveAccount, upload, sourceRow, stateOf, countOf } =
    fetcherWorld(create);

  it('charges a failed answer to the source, gives the claims back, and asks again after the pause', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addSource('home');
    world.server.faults.push({ status: 429, headers: { 'retry-after': '90' } }, { status: 503 });
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({
      circuit: 'open',
      failures: 1,
      paused_until: new Date(world.now + 90_000),
      last_error: expect.stringContaining('429'),
    });
    expect(await world.schedule.stats(world.now)).toMatchObject({ leased: 0, due: 1 });
    expect(await stateOf(tracker!)).toBeUndefined();
    world.now += 89_000;
    expect((await fetcher.cycle()).requests).toBe(0);
    world.now += 1000;
    expect((await fetcher.cycle()).requests).toBe(1);
    expect(await sourceRow()).toMatchObject({ circuit: 'open', consecutive_failures: 2 });
    world.now += MINUTE;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({ circuit: 'closed', consecutive_failures: 0, last_error: null });
    expect(await countOf(tracker!)).toBe(1);
  });

  it('tries once more after a spurious 401 before it pauses', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addSource('home');
    world.server.faults.push({ status: 401 });
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    expect((await fetcher.cycle()).requests).toBe(2);
    expect(await countOf(tracker!)).toBe(1);
    world.server.faults.push({ status: 401 }, { status: 401 });
    world.now += 40 * MINUTE;
    expect((await fetcher.cycle()).requests).toBe(2);
    expect(await sourceRow()).toMatchObject({
      circuit: 'open',
      last_error: expect.stringContaining('a user name and a password'),
    });
  });

  it('takes an empty 200 for no news, and many in a row for a failure of the source', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addSource('home');
    world.server.faults.push({ status: 200 });
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    expect(await countOf(tracker!)).toBe(1);
    expect(await stateOf(tracker!)).toMatchObject({ streak: 0 });
    world.server.faults.push({ status: 200 }, { status: 200 }, { status: 200 });
    world.now += HOUR;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({ circuit: 'open', last_error: expect.stringContaining('empty body') });
    expect(await stateOf(tracker!)).toMatchObject({ streak: 0, total_failures: 0 });
  });

  it.each([
    [1, false],
    [3, true],
  ])('asks %i sources at once when that is the setting', async (concurrency, overlap) => {
    const trackers = await insertKeyedTrackers(world.db, world.keys, { count: 6, runId: world.runId });
    for (const tracker of trackers) upload(tracker, HOUR);
    for (const name of ['one', 'two', 'three']) await addSource(name, { interval: 20 });
    await writeFetcherSettings(world.db, { concurrency }, new Date(world.now));
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    world.server.delayMs = 300;
    expect((await fetcher.cycle()).requests).toBe(3);
    expect(world.server.overlaps > 0).toBe(overlap);
  });

  it('spreads keys over several sources at once, one request at a time each, at their intervals', async () => {
    const trackers = await insertKeyedTrackers(world.db, world.keys, { count: 6, runId: world.runId });
    for (const tracker of trackers) upload(tracker, HOUR);
    await addSource('one', { interval: 30 });
    await addSource('two', { interval: 30 });
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    world.server.delayMs = 300;
    const rounds = [];
    for (let i = 0; i < 3; i++) {
      rounds.push((await fetcher.cycle()).requests, (await fetcher.cycle()).requests);
      world.now += 30_000;
    }
    expect(rounds).toEqual([2, 0, 2, 0, 2, 0]);
    expect(world.server.overlaps).toBeGreaterThan(0);
    for (const tracker of trackers) expect(await countOf(tracker)).toBe(1);
  });

  it('never asks a source twice at once, however many fetchers share it', async () => {
    const trackers = await insertKeyedTrackers(world.db, world.keys, { count: 12, runId: world.runId });
    for (const tracker of trackers) upload(tracker, HOUR);
    await addSource('shared');
    const several = [newFetcher(), newFetcher(), newFetcher()];
    await several[0]!.cycle();
    world.now += MINUTE;
    world.server.delayMs = 5;
    for (
      let i = 0;
      i < 60 && (await world.schedule.stats(world.now)).due + (await world.schedule.stats(world.now)).leased > 0;
      i++
    ) {
      await Promise.all(several.map((fetcher) => fetcher.cycle()));
      world.now += 5 * MINUTE;
    }
    expect(world.server.overlaps).toBe(0);
    for (const tracker of trackers) expect(await countOf(tracker)).toBe(1);
  });

  it('does nothing while paused or without its key, and goes on afterwards', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addSource('home');
    await writeFetcherSettings(world.db, { paused: true }, new Date(world.now));
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    expect((await fetcher.cycle()).requests).toBe(0);
    await writeFetcherSettings(world.db, { paused: false }, new Date(world.now));
    expect((await newFetcher(null).cycle()).requests).toBe(0);
    expect((await fetcher.cycle()).requests).toBe(1);
  });

  it('takes no login to an address that it was not entered for, whenever the source is changed', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addAccount();
    let moves = 0;
    const move = () => moveAccount(`/moved-${++moves}`, { dsid: `${moves}`, searchPartyToken: 'moved' });
    // After the source was looked at, before it is asked.
    const claim = world.schedule.claim.bind(world.schedule);
    world.schedule.claim = async (wanted) => {
      await move();
      return claim(wanted);
    };
    // After its login was opened, before that is sent.
    const fetcher = newFetcher(world.keys, async (address, init) => {
      if (String(address).endsWith('/anisette')) await move();
      return fetch(address, init);
    });
    await fetcher.cycle();
    for (let round = 0; round < 3; round++) {
      world.now += HOUR;
      await fetcher.cycle();
    }
    expect(moves).toBeGreaterThan(world.server.requests.length);
    expect(world.server.requests.length).toBeGreaterThan(2);
    for (const { path, headers } of world.server.requests) {
      const login = Buffer.from(`${path.replace('/moved-', '')}:moved`).toString('base64');
      expect(headers.authorization).toBe(`Basic ${login}`);
    }
  });

  it('gives claims back when it is stopped in the middle of a request', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addSource('home');
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    world.server.delayMs = 3000;
    const cycle = fetcher.cycle();
    while (world.server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await fetcher.stop();
    await cycle;
    expect(await world.schedule.stats(world.now)).toMatchObject({ due: 1, leased: 0 });
    expect(await sourceRow()).toMatchObject({ circuit: 'closed', failures: 0, busy_until: null });
    expect(await stateOf(tracker!)).toBeUndefined();
  });

  it('takes over what a killed fetcher held, once its lease and its turn have lapsed', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addSource('home');
    let asked = false;
    const hangs: typeof fetch = (_url, init) => {
      asked = true;
      return new Promise((_resolve, reject) => {
        init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason));
      });
    };
    const killed = newFetcher(world.keys, hangs);
    await killed.cycle();
    world.now += MINUTE;
    const hanging = killed.cycle();
    while (!asked) await new Promise((resolve) => setTimeout(resolve, 5));
    const other = newFetcher();
    expect((await other.cycle()).requests).toBe(0);
    expect(await world.schedule.stats(world.now)).toMatchObject({ leased: 1, due: 0 });
    world.now += 10 * MINUTE;
    expect((await other.cycle()).requests).toBe(1);
    expect(await countOf(tracker!)).toBe(1);
    // What the first one says when it wakes up after all changes nothing.
    await killed.stop();
    await hanging;
    expect(await world.schedule.get(tracker!.id)).toMatchObject({ dueAt: world.now + 30 * MINUTE });
    expect(await sourceRow()).toMatchObject({ requests: 1, failures: 0, busy_until: null });
  });

  it('asks a source again at once whose request a kill broke off, but not twice in a row', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addSource('home', { interval: 900 });
    let asked = 0;
    const hangs: typeof fetch = (_url, init) => {
      asked++;
      return new Promise((_resolve, reject) => {
        init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason));
      });
    };
    const killed = [newFetcher(world.keys, hangs), newFetcher(world.keys, hangs)];
    await killed[0]!.cycle();
    world.now += MINUTE;
    const hanging = [killed[0]!.cycle()];
    await expect.poll(() => asked, { timeout: 20_000 }).toBe(1);
    // Its lease would last longer, so that another tracker's claim is what asks.
    await world.schedule.release([{ trackerId: tracker!.id, token: 1, factor: 1, dueAt: 0 }]);
    world.now += 21_000;
    hanging.push(killed[1]!.cycle());
    await expect.poll(() => asked, { timeout: 20_000 }).toBe(2);
    await world.schedule.release([{ trackerId: tracker!.id, token: 2, factor: 1, dueAt: 0 }]);
    world.now += 21_000;
    expect((await newFetcher().cycle()).requests).toBe(0);
    world.now += 15 * MINUTE;
    expect((await newFetcher().cycle()).requests).toBe(1);
    await Promise.all(killed.map((fetcher) => fetcher.stop()));
    await Promise.all(hanging);
  });

  it('asks a source again at once after trouble of its own in mid-request', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addSource('home', { interval: 900 });
    let away = true;
    const trouble: typeof fetch = (url, init) => {
      if (away) world.db.query = () => Promise.reject(new AppError('unavailable', 'The database is away.'));
      return fetch(url, init);
    };
    const query = world.db.query;
    const fetcher = newFetcher(world.keys, trouble);
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    world.db.query = query;
    expect(await countOf(tracker!)).toBe(0);
    away = false;
    world.now += 21_000;
    expect((await fetcher.cycle()).requests).toBe(1);
    expect(await countOf(tracker!)).toBe(1);
  });
});
