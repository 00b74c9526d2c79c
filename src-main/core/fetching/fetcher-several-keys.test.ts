import sql from 'sql-template-tag';
import { describe, expect, it } from 'vitest';
import { testEngines } from '../testing/database.ts';
import { insertFurtherKeys, insertKeyedTrackers, type KeyedTracker } from '../testing/keyed-trackers.ts';
import { fetcherWorld, HOUR, MINUTE } from './testing/fetcher-world.ts';

describe.each(testEngines())('trackers with several keys on $name', ({ create }) => {
  const { world, newFetcher, addAccount, upload, stateOf } = fetcherWorld(create);
  const round = async (fetcher: ReturnType<typeof newFetcher>) => {
    world.now += 31 * MINUTE;
    await fetcher.cycle();
  };
  const withKeys = async (count: number): Promise<KeyedTracker[]> => {
    const [first] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    return [first!, ...(await insertFurtherKeys(world.db, world.keys, first!.id, count - 1))];
  };
  const heard = async (trackerId: number) => {
    const { rows } = await world.db.query<{ number: number; count: number }>(sql`
      select key_number as number, count(*)::int as count from location_reports where tracker_id = ${trackerId}
      group by 1 order by 1`);
    return rows.map(({ number, count }) => [number, count]);
  };
  const asked = () => new Set(world.server.requests.flatMap(({ ids }) => ids));

  it('are asked for under all of them, and each report is kept with the number of its key', async () => {
    const keys = await withKeys(5);
    const [single] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(keys[0]!, HOUR);
    upload(keys[3]!, HOUR + 1000, 2 * HOUR);
    upload(single!, HOUR);
    await addAccount();
    const fetcher = newFetcher();
    await fetcher.cycle();
    await round(fetcher);
    expect(await heard(keys[0]!.id)).toEqual([
      [1, 1],
      [4, 2],
    ]);
    expect(await heard(single!.id)).toEqual([[1, 1]]);
    expect(asked()).toEqual(new Set([...keys, single!].map(({ hashedKey }) => hashedKey)));
    expect(await stateOf(keys[0]!)).toMatchObject({ streak: 0, factor: 1 });
  });

  it('are asked for in parts where an ask takes fewer keys, and are found when one part names them', async () => {
    const keys = await withKeys(7);
    upload(keys[6]!, HOUR);
    const others = await insertKeyedTrackers(world.db, world.keys, { count: 3, runId: world.runId });
    for (const other of others) upload(other, HOUR);
    await addAccount();
    await world.db.query(sql`update report_sources set max_batch_size = 3`);
    const fetcher = newFetcher();
    for (let i = 0; i < 12 && (await heard(keys[0]!.id)).length === 0; i++) await round(fetcher);
    expect(await heard(keys[0]!.id)).toEqual([[7, 1]]);
    expect(await stateOf(keys[0]!)).toMatchObject({ streak: 0 });
    for (const { ids } of world.server.requests) expect(ids.length).toBeLessThanOrEqual(3);
    for (const { hashedKey } of keys) expect(asked()).toContain(hashedKey);
  }, 60_000);

  it('are not asked for under a key whose private key is not here, nor at all without any', async () => {
    const keys = await withKeys(3);
    const [bare] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    await world.db.query(sql`
      update device_keys set private_key = null, data_key_id = null
      where (tracker_id = ${keys[0]!.id} and number = 2) or tracker_id = ${bare!.id}`);
    await addAccount();
    const fetcher = newFetcher();
    await fetcher.cycle();
    await round(fetcher);
    expect(asked()).toEqual(new Set([keys[0]!.hashedKey, keys[2]!.hashedKey]));
    expect(await world.schedule.get(bare!.id)).toBeNull();
  });

  it('keeps a report under the tracker that has the key when it comes', async () => {
    const keys = await withKeys(2);
    const [other] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    upload(keys[1]!, HOUR);
    await addAccount();
    world.server.delayMs = 1000;
    const fetcher = newFetcher();
    await fetcher.cycle();
    const cycle = round(fetcher);
    await expect.poll(() => world.server.requests.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await world.db.query(sql`
      update device_keys set tracker_id = ${other!.id}, number = 2 where tracker_id = ${keys[0]!.id} and number = 2`);
    await cycle;
    expect(await heard(other!.id)).toEqual([[2, 1]]);
    expect(await heard(keys[0]!.id)).toEqual([]);
  });
});
