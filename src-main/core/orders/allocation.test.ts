import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanOutcome } from '../../../src-shared/contract/customer-orders.ts';
import type { Scope } from '../platform/db/queryable.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { realEngines, type TestDatabase, testEngines } from '../testing/database.ts';
import { allocate, recordScan, undoAllocation } from './allocation.ts';
import { changeOrder } from './customer-orders.ts';

const now = new Date('2026-11-23T12:00:00Z');

interface Fixture {
  test: TestDatabase;
  scope: Scope;
  userId: number;
  clientId: number;
  runId: number;
}

async function fixtureOn(test: TestDatabase): Promise<Fixture> {
  const userId = await insertUser(test.db, 'Wanda', 'warehouse');
  const { clientId, runId } = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
  return { test, scope: { kind: 'user', userId, clientId: null }, userId, clientId, runId };
}

async function placeOrders({ test, clientId, runId, userId }: Fixture, quantities: readonly number[]) {
  const ids = await insertIds(
    test.db,
    sql`insert into customer_orders (client_id, production_run_id, quantity, created_by)
      select ${clientId}::bigint, ${runId}::bigint, quantity, ${userId}::bigint
      from unnest(${[...quantities]}::int[]) with ordinality as asked (quantity, place) order by place returning id`,
  );
  return ids.sort((a, b) => a - b);
}

/** What must hold whatever was done: counts are right, no order over its quantity, no device in two orders. */
async function expectSound({ db }: TestDatabase) {
  const { rows } = await db.query<{ wrong_count: number; over: number; twice: number; wrong_state: number }>(sql`
    select
      (select count(*) from customer_orders o where allocated_count <>
        (select count(*) from device_allocations a where a.customer_order_id = o.id and a.released_at is null)) as wrong_count,
      (select count(*) from customer_orders where allocated_count > quantity) as over,
      (select count(*) from customer_orders where state in ('open', 'filled')
        and (state = 'filled') <> (allocated_count = quantity)) as wrong_state,
      (select count(*) from (select tracker_id from device_allocations where released_at is null
        group by tracker_id having count(*) > 1) t) as twice`);
  expect(rows[0]).toEqual({ wrong_count: 0, over: 0, twice: 0, wrong_state: 0 });
}

type Step =
  | { do: 'scan'; order: number; device: number }
  | { do: 'undo'; order: number; device: number }
  | { do: 'close' | 'reopen' | 'cancel'; order: number };

const order = fc.integer({ min: 0, max: 1 });
const device = fc.integer({ min: 0, max: 5 });
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('scan' as const), order, device }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), order, device }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('close', 'reopen', 'cancel'), order }) },
  ),
  { minLength: 5, maxLength: 25 },
);

/** The rules of docs/domain-rules.md#allocation in memory: device 4 is not manufactured, device 5 unknown. */
class Model {
  readonly orders: { quantity: number; devices: Set<number>; state: 'working' | 'closed' | 'cancelled' }[];
  constructor(quantities: readonly number[]) {
    this.orders = quantities.map((quantity) => ({ quantity, devices: new Set(), state: 'working' }));
  }
  scan(at: number, device: number): ScanOutcome {
    const own = this.orders[at]!;
    if (own.state !== 'working') return 'order-closed';
    if (device === 5) return 'unknown-mac';
    if (device === 4) return 'not-manufactured';
    if (own.devices.has(device)) return 'already-in-this-order';
    if (this.orders.some((other) => other.devices.has(device))) return 'in-another-order';
    if (own.devices.size >= own.quantity) return 'order-full';
    own.devices.add(device);
    return 'allocated';
  }
  act(at: number, action: 'close' | 'reopen' | 'cancel'): boolean {
    const own = this.orders[at]!;
    const wanted = { close: 'closed', cancel: 'cancelled', reopen: 'working' } as const;
    if (own.state !== 'working' && action !== 'reopen' && own.state !== wanted[action]) return false;
    own.state = wanted[action];
    if (action === 'cancel') own.devices.clear();
    return true;
  }
}

describe.each(testEngines())('allocation on $name', ({ create }) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await fixtureOn(await create());
  });
  afterAll(() => fixture?.test.close());

  it('answers an undo that is sent again as before, and leaves alone what was scanned in since', async () => {
    const { test, scope, userId } = fixture;
    const [device] = await insertTrackers(test.db, { count: 1, first: 5000 });
    const [orderId] = (await placeOrders(fixture, [5])) as [number];
    const scan = () => test.db.transaction(scope, (tx) => allocate(tx, { orderId, scan: device!.mac, userId }, now));
    const undo = { orderId, macAddress: device!.mac, mutationId: crypto.randomUUID(), userId };
    const takeOut = () => test.db.transaction(scope, (tx) => undoAllocation(tx, undo, now));
    await scan();
    const first = await takeOut();
    await scan();
    expect(await takeOut()).toEqual({ result: first.result, replayed: true });
    await expectSound(test);
    expect((await scan()).result.outcome).toBe('already-in-this-order');
  });

  it('records what a workstation judged without judging it anew, once for each mutation id', async () => {
    const { test, scope, userId } = fixture;
    const [device] = await insertTrackers(test.db, { count: 1, first: 5001 });
    const [orderId] = (await placeOrders(fixture, [5])) as [number];
    const mutationId = crypto.randomUUID();
    const local = {
      scanned: device!.mac,
      macAddress: device!.mac,
      trackerId: null,
      allocationId: null,
      otherOrder: null,
    };
    const order = { id: orderId, number: 'x', quantity: 5, allocatedCount: 0, state: 'open' as const };
    const result = { ...local, outcome: 'unknown-mac' as const, order, scannedAt: now.toISOString() };
    const record = () =>
      test.db.transaction(scope, (tx) => recordScan(tx, { orderId, mutationId, userId, result }, now));
    expect(await record()).toEqual({ result, replayed: false });
    expect(await record()).toEqual({ result, replayed: true });
    const again = await test.db.transaction(scope, (tx) =>
      allocate(tx, { orderId, scan: device!.mac, mutationId, userId }, now),
    );
    expect(again).toEqual({ result, replayed: true });
  });

  it('answers any series of scans, undos and actions as the rules say, and keeps the books', async () => {
    const { test, scope, userId } = fixture;
    let first = 1;
    const play = async (quantities: [number, number], series: Step[]) => {
      const made = await insertTrackers(test.db, { count: 4, first });
      made.push(...(await insertTrackers(test.db, { count: 1, first: first + 4, manufactured: false })));
      made.push({ id: 0, mac: 'DE:AD:00:00:00:00' });
      first += 5;
      const ids = await placeOrders(fixture, quantities);
      const model = new Model(quantities);
      for (const step of series) {
        const orderId = ids[step.order]!;
        if (step.do === 'scan') {
          const { result } = await test.db.transaction(scope, (tx) =>
            allocate(tx, { orderId, scan: made[step.device]!.mac, userId }, now),
          );
          expect(result.outcome).toBe(model.scan(step.order, step.device));
          expect(result.order.allocatedCount).toBe(model.orders[step.order]!.devices.size);
        } else if (step.do === 'undo') {
          const own = model.orders[step.order]!;
          const undone = test.db.transaction(scope, (tx) =>
            undoAllocation(tx, { orderId, macAddress: made[step.device]!.mac, userId }, now),
          );
          if (own.devices.has(step.device) && own.state !== 'working')
            await expect(undone).rejects.toMatchObject({ code: 'conflict' });
          else if (own.devices.delete(step.device))
            expect((await undone).result.order.allocatedCount).toBe(own.devices.size);
          // Never there, or taken out before: refused, or answered as the first time; either way nothing changes.
          else await undone.catch((error) => expect(error).toMatchObject({ code: 'not-found' }));
        } else {
          const action = step.do;
          const acted = test.db.transaction(scope, (tx) => changeOrder(tx, orderId, { action }, userId, now));
          if (model.act(step.order, action)) await acted;
          else await expect(acted).rejects.toMatchObject({ code: 'conflict' });
        }
      }
      for (const [at, id] of ids.entries()) {
        const live = await insertIds(
          test.db,
          sql`select tracker_id as id from device_allocations where customer_order_id = ${id} and released_at is null`,
        );
        expect(new Set(live)).toEqual(new Set([...model.orders[at]!.devices].map((device) => made[device]!.id)));
      }
      await expectSound(test);
    };
    const quantities = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));
    await fc.assert(fc.asyncProperty(quantities, steps, play), { numRuns: 12 });
  }, 60_000);
});

describe.each(realEngines())('allocation by many stations on $name', ({ create }) => {
  it('never over-fills an order and never allocates a device twice: 8 stations at once, 10,000 scans', async () => {
    const fixture = await fixtureOn(await create());
    const { test, scope, userId } = fixture;
    try {
      const devices = await insertTrackers(test.db, { count: 1250 });
      const orders = await placeOrders(fixture, [250, 330, 420]);
      const outcomes = new Map<ScanOutcome, number>();
      // Every station scans every device, each in another order of devices and orders, now and then taking one out.
      const station = async (number: number) => {
        for (let i = 0; i < devices.length; i++) {
          const { mac } = devices[(i * 7 + number * 37) % devices.length]!;
          const orderId = orders[(2 * i + number) % orders.length]!;
          const { result } = await test.db.transaction(scope, (tx) =>
            allocate(tx, { orderId, scan: mac, userId }, now),
          );
          outcomes.set(result.outcome, (outcomes.get(result.outcome) ?? 0) + 1);
          if (result.outcome === 'allocated' && i % 11 === 0) {
            await test.db.transaction(scope, (tx) => undoAllocation(tx, { orderId, macAddress: mac, userId }, now));
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, number) => station(number)));
      await expectSound(test);
      const { rows } = await test.db.query<{ filled: number; scans: number; in_run: number }>(sql`
        select (select count(*) from customer_orders where state = 'filled') as filled,
          (select count(*) from scans where outcome <> 'undone') as scans,
          (select count(*) from trackers where production_run_id is not null) as in_run`);
      expect(rows[0]).toEqual({ filled: 3, scans: 10_000, in_run: 1000 });
      expect([...outcomes.keys()].toSorted()).toEqual([
        'allocated',
        'already-in-this-order',
        'in-another-order',
        'order-full',
      ]);
    } finally {
      await test.close();
    }
  }, 120_000);

  it('gives one device to one of two orders, and one mutation id one effect, when all arrive at once', async () => {
    const fixture = await fixtureOn(await create());
    const { test, scope, userId } = fixture;
    try {
      const devices = await insertTrackers(test.db, { count: 25 });
      const orders = await placeOrders(fixture, Array(8).fill(100));
      for (const { mac } of devices) {
        const results = await Promise.all(
          orders.map((orderId) =>
            test.db.transaction(scope, (tx) => allocate(tx, { orderId, scan: mac, userId }, now)),
          ),
        );
        const outcomes = results.map(({ result }) => result.outcome).toSorted();
        expect(outcomes).toEqual(['allocated', ...Array(7).fill('in-another-order')]);
      }
      const [spare] = await insertTrackers(test.db, { count: 1, first: 900 });
      const request = { orderId: orders[0]!, scan: spare!.mac, mutationId: crypto.randomUUID(), userId };
      const again = await Promise.all(
        Array.from({ length: 8 }, () => test.db.transaction(scope, (tx) => allocate(tx, request, now))),
      );
      expect(again.filter(({ replayed }) => !replayed)).toHaveLength(1);
      for (const { result } of again) expect(result).toEqual(again[0]!.result);
      await expectSound(test);
    } finally {
      await test.close();
    }
  }, 120_000);
});
