import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import { insertIds, insertTrackers, insertUser } from '../testing/company.ts';
import { testEngines } from '../testing/database.ts';
import { type Fixture, fixtureOn, now } from '../testing/order-world.ts';
import { lockPresentWords, saveWords } from '../trackers/period-words-store.ts';
import { allocate, type ScanRequest } from './allocation.ts';
import { listAllocations, listPackedDevices } from './allocation-store.ts';
import { changeOrder } from './customer-orders.ts';
import { getCustomerOrder } from './customer-orders-store.ts';
import { undoAllocation, unpairDevice } from './undo-allocation.ts';

describe.each(testEngines())('pairing trackers with goods, on $name', ({ create }) => {
  let fixture: Fixture;
  let first = 1;
  beforeAll(async () => {
    fixture = await fixtureOn(await create());
  });
  afterAll(() => fixture?.test.close());

  const run = <T>(work: Parameters<Fixture['test']['db']['transaction']>[1]) =>
    fixture.test.db.transaction(fixture.scope, work) as Promise<T>;
  const place = async (runId: number | null = fixture.runId, quantity = 5) =>
    (
      await insertIds(
        fixture.test.db,
        sql`insert into customer_orders (client_id, production_run_id, quantity, pairs_goods, created_by)
          values (${fixture.clientId}::bigint, ${runId}::bigint, ${quantity}::int, true, ${fixture.userId}::bigint) returning id`,
      )
    )[0]!;
  const devices = async (count: number) => {
    const made = await insertTrackers(fixture.test.db, { count, first });
    first += count;
    return made;
  };
  const scan = async (orderId: number, text: string, more: Partial<ScanRequest> = {}) => {
    const request = { orderId, scan: text, userId: fixture.userId, ...more };
    const { result } = await run<{ result: ScanResult }>((tx) => allocate(tx, request, now));
    return result;
  };
  const goodsOf = async (trackerId: number) =>
    (await run<Awaited<ReturnType<typeof lockPresentWords>>>((tx) => lockPresentWords(tx, [trackerId])))[0]?.words
      .goodsReference ?? null;
  const unpair = (orderId: number, macAddress: string) =>
    run<{ result: ScanResult }>((tx) => unpairDevice(tx, { orderId, macAddress, userId: fixture.userId }, now));
  const undo = (orderId: number, macAddress: string) =>
    run<{ result: ScanResult }>((tx) => undoAllocation(tx, { orderId, macAddress, userId: fixture.userId }, now));
  const packed = async (orderId: number) =>
    (await run<Awaited<ReturnType<typeof listPackedDevices>>>((tx) => listPackedDevices(tx, orderId, 0, 100))).map(
      ({ macAddress, goodsReference }) => [macAddress, goodsReference],
    );

  it('keeps the code after each tracker in the order and its run period, and asks about one that comes twice', async () => {
    const [a, b] = (await devices(2)) as [{ id: number; mac: string }, { id: number; mac: string }];
    const orderId = await place();
    expect((await scan(orderId, a.mac)).order.unpairedCount).toBe(1);
    const paired = await scan(orderId, ' CHAIR-0001 \r', { goodsOf: a.mac });
    expect(paired).toMatchObject({
      outcome: 'paired',
      macAddress: a.mac,
      goods: { reference: 'CHAIR-0001', former: null, alsoOn: null },
      order: { unpairedCount: 0, allocatedCount: 1 },
    });
    expect(await goodsOf(a.id)).toBe('CHAIR-0001');
    // Twelve digits of a trade number look like an address, and are nobody's.
    await scan(orderId, b.mac);
    expect((await scan(orderId, '012345678905', { goodsOf: b.mac })).outcome).toBe('paired');
    const twice = await scan(orderId, 'CHAIR-0001', { goodsOf: b.mac });
    expect(twice).toMatchObject({
      outcome: 'goods-twice',
      goods: { reference: 'CHAIR-0001', former: '012345678905', alsoOn: a.mac },
    });
    expect(await goodsOf(b.id)).toBe('012345678905');
    expect((await scan(orderId, 'CHAIR-0001', { goodsOf: b.mac, keepBoth: true })).outcome).toBe('paired');
    const again = await scan(orderId, 'CHAIR-0002', { goodsOf: b.mac });
    expect(again.goods).toEqual({ reference: 'CHAIR-0002', former: 'CHAIR-0001', alsoOn: null });
    expect(await packed(orderId)).toEqual([
      [a.mac, 'CHAIR-0001'],
      [b.mac, 'CHAIR-0002'],
    ]);
    expect((await scan(orderId, a.mac)).goods?.reference).toBe('CHAIR-0001');
  });

  it('takes the address of a tracker for a tracker, and says which one is left without goods', async () => {
    const [a, b] = (await devices(2)) as [{ id: number; mac: string }, { id: number; mac: string }];
    const orderId = await place();
    await scan(orderId, a.mac);
    const other = await scan(orderId, b.mac.replaceAll(':', '').toLowerCase(), { goodsOf: a.mac });
    expect(other).toMatchObject({ outcome: 'allocated', macAddress: b.mac, leftUnpaired: a.mac });
    expect(other.order.unpairedCount).toBe(2);
    expect(await scan(orderId, b.mac, { goodsOf: b.mac })).not.toHaveProperty('leftUnpaired');
    const unpaired = await run<Awaited<ReturnType<typeof listAllocations>>>((tx) =>
      listAllocations(tx, orderId, { limit: 10, unpaired: true }),
    );
    expect(unpaired.items.map(({ macAddress }) => macAddress)).toEqual([b.mac, a.mac]);
    // Said to be goods by a workstation that was cut off: it is goods, whoever has this address since.
    expect((await scan(orderId, b.mac, { goodsOf: a.mac, asGoods: true })).outcome).toBe('paired');
  });

  it('refuses control characters and codes for a tracker that is not in the order, and changes nothing', async () => {
    const [a, b] = (await devices(2)) as [{ id: number; mac: string }, { id: number; mac: string }];
    const orderId = await place();
    await scan(orderId, a.mac);
    for (const bad of ['AB\u0007', '01\u001d10', 'x'.repeat(101), '  '])
      expect((await scan(orderId, bad, { goodsOf: a.mac })).outcome).toBe('goods-unusable');
    for (const goodsOf of [b.mac, 'no address'])
      expect((await scan(orderId, 'CHAIR', { goodsOf })).outcome).toBe('goods-without-tracker');
    expect(await goodsOf(a.id)).toBeNull();
    await run((tx) => changeOrder(tx, orderId, { action: 'close' }, fixture.userId, now));
    expect((await scan(orderId, 'CHAIR', { goodsOf: a.mac })).outcome).toBe('order-closed');
    await expect(unpair(orderId, a.mac)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('takes a code back and leaves the tracker; the tracker taken out takes the pair along', async () => {
    const [a] = (await devices(1)) as [{ id: number; mac: string }];
    // In its run already, with words of its own: the order opens no run period.
    await fixture.test.db.query(sql`update trackers set production_run_id = production_run_id where id = ${a.id}`);
    const former = await place();
    await scan(former, a.mac);
    await run((tx) => changeOrder(tx, former, { action: 'close' }, fixture.userId, now));
    const [period] = await run<Awaited<ReturnType<typeof lockPresentWords>>>((tx) => lockPresentWords(tx, [a.id]));
    await run((tx) => saveWords(tx, [{ ...period!, words: { ...period!.words, goodsReference: 'OLD' } }]));
    await fixture.test.db.query(
      sql`update device_allocations set released_at = allocated_at, released_by = ${fixture.userId}::bigint,
        return_reason = 'returned' where tracker_id = ${a.id}`,
    );
    const orderId = await place(null);
    await scan(orderId, a.mac);
    await scan(orderId, 'CHAIR-9', { goodsOf: a.mac });
    await scan(orderId, 'CHAIR-10', { goodsOf: a.mac });
    expect(await goodsOf(a.id)).toBe('CHAIR-10');
    const { result } = await unpair(orderId, a.mac);
    expect(result).toMatchObject({ outcome: 'unpaired', scanned: 'CHAIR-10', order: { unpairedCount: 1 } });
    expect(await goodsOf(a.id)).toBe('OLD');
    expect(await packed(orderId)).toEqual([[a.mac, null]]);
    await scan(orderId, 'CHAIR-11', { goodsOf: a.mac });
    expect((await undo(orderId, a.mac)).result).toMatchObject({ outcome: 'undone', order: { unpairedCount: 0 } });
    expect(await goodsOf(a.id)).toBe('OLD');
    expect((await scan(orderId, a.mac)).order.unpairedCount).toBe(1);
    expect(await packed(orderId)).toEqual([[a.mac, null]]);
  });

  it('keeps the goods of an order without a run, and carries them into the run that it gets', async () => {
    const [a, b] = (await devices(2)) as [{ id: number; mac: string }, { id: number; mac: string }];
    const orderId = await place(null);
    for (const { id, mac } of [a, b]) {
      await scan(orderId, mac);
      await scan(orderId, `BOX of ${id}`, { goodsOf: mac });
    }
    expect(await goodsOf(a.id)).toBeNull();
    await run((tx) => changeOrder(tx, orderId, { productionRunId: fixture.runId }, fixture.userId, now));
    expect(await goodsOf(a.id)).toBe(`BOX of ${a.id}`);
    // What is corrected on the tracker's page is corrected in the order; taken away there, it has none.
    const periods = await run<Awaited<ReturnType<typeof lockPresentWords>>>((tx) => lockPresentWords(tx, [a.id, b.id]));
    const said = ['BOX 1', null];
    await run((tx) =>
      saveWords(
        tx,
        periods.map((period, i) => ({ ...period, words: { ...period.words, goodsReference: said[i]! } })),
      ),
    );
    expect(await packed(orderId)).toEqual([
      [a.mac, 'BOX 1'],
      [b.mac, null],
    ]);
    const order = await run<Awaited<ReturnType<typeof getCustomerOrder>>>((tx) => getCustomerOrder(tx, orderId));
    expect(order).toMatchObject({ pairsGoods: true, unpairedCount: 1 });
  });

  it('answers a code that is sent again as before, and lets one of several stations have it', async () => {
    const made = await devices(4);
    const orderId = await place();
    for (const { mac } of made) await scan(orderId, mac);
    const mutationId = crypto.randomUUID();
    const request = { goodsOf: made[0]!.mac, mutationId };
    expect(await scan(orderId, 'PALLET', request)).toEqual(await scan(orderId, 'PALLET', request));
    await unpair(orderId, made[0]!.mac);
    const outcomes = await Promise.all(
      made.map(async ({ mac }) => (await scan(orderId, 'PALLET', { goodsOf: mac })).outcome),
    );
    expect(outcomes.toSorted()).toEqual(['goods-twice', 'goods-twice', 'goods-twice', 'paired']);
  });

  it('shows a client’s user nothing of the pairs of orders', async () => {
    const { db } = fixture.test;
    const { rows: all } = await db.query(sql`select 1 from device_pairings`);
    expect(all.length).toBeGreaterThan(0);
    const userId = await insertUser(db, 'viewer', 'client-viewer', fixture.clientId);
    const seen = await db.transaction({ kind: 'user', userId, clientId: fixture.clientId }, (tx) =>
      tx.query(sql`select 1 from device_pairings`),
    );
    expect(seen.rows).toEqual([]);
  });
});
