import sql from 'sql-template-tag';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { RememberedPeriods } from '../trackers/run-periods-store.ts';
import { rememberedPeriods } from './allocation-store.ts';

/** A device in an order, with what its allocation did to its run periods. */
export interface OrderDevice {
  allocationId: number;
  trackerId: number;
  periods: RememberedPeriods;
}

/** All devices of an order, locked in the order of their ids as every move of trackers does. */
export async function lockOrderDevices(tx: Transaction, orderId: number): Promise<OrderDevice[]> {
  const { rows } = await tx.query<OrderDevice>(sql`
    select a.id as "allocationId", t.id as "trackerId", ${rememberedPeriods} as periods
    from device_allocations a join trackers t on t.id = a.tracker_id
    where a.customer_order_id = ${orderId}::bigint and a.released_at is null
    order by t.id for no key update of t`);
  return rows;
}

/**
 * Releases every live allocation of an order and records each as a scan of outcome `undone`, with the result that an
 * undo of a single one would have had. `state` and a count of 0 are what the order is left with.
 */
export async function releaseAll(
  tx: Transaction,
  order: { id: number; quantity: number; state: string },
  userId: number,
  now: Date,
): Promise<void> {
  const summary = { ...order, number: orderNumber(order.id), allocatedCount: 0 };
  await tx.query(sql`
    with released as (
      update device_allocations set released_by = ${userId}::bigint, released_at = ${now}::timestamptz
      where customer_order_id = ${order.id}::bigint and released_at is null
      returning id, tracker_id)
    insert into scans (customer_order_id, scanned, mac_address, tracker_id, outcome, result, allocation_id, scanned_by, scanned_at)
    select ${order.id}::bigint, upper(t.mac_address::text), t.mac_address, t.id, 'undone',
      jsonb_build_object('outcome', 'undone', 'scanned', upper(t.mac_address::text), 'macAddress', upper(t.mac_address::text),
        'trackerId', t.id, 'allocationId', released.id, 'otherOrder', null,
        'order', ${JSON.stringify(summary)}::jsonb, 'scannedAt', ${now.toISOString()}::text),
      released.id, ${userId}::bigint, ${now}::timestamptz
    from released join trackers t on t.id = released.tracker_id
    order by released.id`);
}
