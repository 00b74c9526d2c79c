import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/** Whether a device is in an order now. */
export async function isInOrder(db: Queryable, orderId: number, macAddress: string): Promise<boolean> {
  const { rows } = await db.query(sql`
    select 1 from device_allocations a join trackers t on t.id = a.tracker_id
    where t.mac_address = ${macAddress}::macaddr and a.customer_order_id = ${orderId}::bigint and a.released_at is null`);
  return rows.length > 0;
}
