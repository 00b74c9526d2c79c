import sql from 'sql-template-tag';
import { describe, expect, it } from 'vitest';
import { testEngines } from '../testing/database.ts';
import { insertKeyedTrackers } from '../testing/keyed-trackers.ts';
import { fetcherWorld, HOUR, MINUTE } from './testing/fetcher-world.ts';

const nothing = { status: 200, body: '{"results":[],"statusCode":"200"}' };

describe.each(testEngines())('canaries of a fetcher on $name', ({ create }) => {
  const { world, newFetcher, addAccount, upload, sourceRow, stateOf } = fetcherWorld(create);
  const learned = async () => (await sourceRow()).learned as Record<string, unknown>;
  /** Works through an interval of the schedule. */
  const round = async (fetcher: ReturnType<typeof newFetcher>) => {
    world.now += 31 * MINUTE;
    await fetcher.cycle();
  };

  it('charges a tracker between two canaries, and goes on with what it knows after a restart', async () => {
    const trackers = await insertKeyedTrackers(world.db, world.keys, { count: 8, runId: world.runId });
    const silent = trackers[7]!;
    for (const tracker of trackers.slice(0, 7)) upload(tracker, HOUR, 20 * HOUR);
    await addAccount();
    const first = newFetcher();
    await first.cycle();
    await round(first);
    expect(await stateOf(silent)).toMatchObject({ streak: 0, last_error: null });
    await first.stop();
    world.server.requests.length = 0;
    const second = newFetcher();
    for (let i = 0; i < 3; i++) await round(second);
    const state = await stateOf(silent);
    expect(state!.streak).toBeGreaterThan(0);
    expect(state!.last_error).toContain('Absent from a complete answer');
    const asks = world.server.requests.map(({ ids }) => ids).filter((ids) => ids.includes(silent.hashedKey));
    expect(asks.length).toBeGreaterThan(0);
    for (const ids of asks) expect([ids.length, ids.indexOf(silent.hashedKey)]).toEqual([3, 1]);
    // The others were asked for together, and apart from it.
    expect(world.server.requests.some(({ ids }) => ids.length === 7)).toBe(true);
  }, 60_000);

  it('charges nobody while it is blind, and asks at once for what it left unproven when it sees again', async () => {
    const trackers = await insertKeyedTrackers(world.db, world.keys, { count: 6, runId: world.runId });
    const silent = trackers[5]!;
    for (const tracker of trackers.slice(0, 5)) upload(tracker, HOUR, 20 * HOUR);
    await addAccount();
    const fetcher = newFetcher();
    await fetcher.cycle();
    await round(fetcher);
    await round(fetcher);
    const before = await stateOf(silent);
    for (let i = 0; i < 40; i++) world.server.faults.push(nothing);
    for (let i = 0; i < 4; i++) await round(fetcher);
    expect((await learned()).blindSince).not.toBeNull();
    expect(await stateOf(silent)).toMatchObject({ streak: before!.streak, total_failures: before!.total_failures });
    for (const tracker of trackers.slice(0, 5)) expect(await stateOf(tracker)).toMatchObject({ streak: 0, factor: 1 });
    world.server.faults.length = 0;
    for (let i = 0; i < 3; i++) await round(fetcher);
    expect((await learned()).blindSince).toBeNull();
    const { rows } = await world.db.query(sql`select tracker_id from fetch_states where unproven_by is not null`);
    expect(rows).toEqual([]);
  }, 60_000);

  it('names on the source what it answered unasked, and takes an answer of only such for failed', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(tracker!, HOUR);
    await addAccount();
    const strange = `${'B'.repeat(42)}A=`;
    const results = [{ id: strange, payload: world.server.reports.get(tracker!.hashedKey)![0] }];
    world.server.faults.push({ status: 200, body: JSON.stringify({ results }) });
    const fetcher = newFetcher();
    await fetcher.cycle();
    await round(fetcher);
    expect(await sourceRow()).toMatchObject({ failures: 1, last_error: expect.stringContaining('were not asked for') });
    expect((await learned()).strangers).toMatchObject({ count: 1, ids: [strange] });
    expect(await stateOf(tracker!)).toBeUndefined();
  });

  it('is asked as a person set it, whatever was learned', async () => {
    const trackers = await insertKeyedTrackers(world.db, world.keys, { count: 3, runId: world.runId });
    for (const tracker of trackers) upload(tracker, HOUR);
    await addAccount();
    const url = `${world.server.url}/newer`;
    await world.db.query(sql`update report_sources set kind = 'apple-newer', assumed = '{"entries": "first"}'`);
    await world.db.query(sql`update report_sources set url = ${url}`);
    const fetcher = newFetcher();
    await fetcher.cycle();
    await round(fetcher);
    const bodies = world.server.requests.map(({ body }) => (body as { fetch: { primaryIds: string[] }[] }).fetch);
    expect(bodies.map((entries) => entries.map(({ primaryIds }) => primaryIds.length))[0]).toEqual([3]);
  });
});
