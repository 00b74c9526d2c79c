import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanOutcome } from '../../../src-shared/contract/customer-orders.ts';
import { insertIds, insertTrackers } from '../testing/company.ts';
import { testEngines } from '../testing/database.ts';
import { expectSound, type Fixture, fixtureOn, now, placeOrders } from '../testing/order-world.ts';
import { allocate, recordScan } from './allocation.ts';
import { changeOrder } from './customer-orders.ts';
import { undoAllocation } from './undo-allocation.ts';

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

  it('finds the address where the profile of a manufacturer in use says that it stands', async () => {
    const { test, scope, userId } = fixture;
    const [device] = await insertTrackers(test.db, { count: 1, first: 5100 });
    const [orderId] = (await placeOrders(fixture, [5])) as [number];
    const digits = device!.mac.replaceAll(':', '');
    const label = `]C121C0FFEE000001\u001d240${digits}`;
    const scan = (text: string) =>
      test.db.transaction(scope, (tx) => allocate(tx, { orderId, scan: text, userId }, now));
    const manufacturer = (identifier: string, archived: Date | null) =>
      test.db.query(sql`
        insert into manufacturers (name, contact, notes, profile, mac_identifier, archived_at, created_at)
        values (${identifier}, '', '', '{}', ${identifier}, ${archived}, ${now})`);
    expect((await scan(label)).result).toMatchObject({ outcome: 'unknown-mac', macAddress: 'C0:FF:EE:00:00:01' });
    await manufacturer('240', null);
    await manufacturer('21', now);
    expect((await scan(label)).result).toMatchObject({ outcome: 'allocated', macAddress: device!.mac });
    const undo = { orderId, macAddress: label, mutationId: crypto.randomUUID(), userId };
    const undone = await test.db.transaction(scope, (tx) => undoAllocation(tx, undo, now));
    expect(undone.result).toMatchObject({ outcome: 'undone', macAddress: device!.mac });
    await test.db.query(sql`delete from manufacturers where name in ('240', '21')`);
  });

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
    expect(again).toEqual({ result, replayed: true, returnedFrom: null });
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
