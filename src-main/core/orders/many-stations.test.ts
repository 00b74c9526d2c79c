import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import type { ScanOutcome } from '../../../src-shared/contract/customer-orders.ts';
import { insertTrackers } from '../testing/company.ts';
import { postgres } from '../testing/database.ts';
import { needing } from '../testing/needing.ts';
import { expectSound, fixtureOn, now, placeOrders } from '../testing/order-world.ts';
import { allocate } from './allocation.ts';
import { undoAllocation } from './undo-allocation.ts';

needing('postgres').describe('allocation by many stations on postgresql', () => {
  it('never over-fills an order and never allocates a device twice: 8 stations at once, 3,000 scans', async () => {
    const fixture = await fixtureOn(await postgres.create());
    const { test, scope, userId } = fixture;
    try {
      const devices = await insertTrackers(test.db, { count: 375 });
      const orders = await placeOrders(fixture, [75, 99, 126]);
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
      expect(rows[0]).toEqual({ filled: 3, scans: 3000, in_run: 300 });
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
    const fixture = await fixtureOn(await postgres.create());
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
