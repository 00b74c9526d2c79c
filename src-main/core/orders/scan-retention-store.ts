import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/**
 * Removes up to a small step of the scans of orders that are over and to which nothing has happened since; returns how
 * many. Plan: the orders by customer_orders_state, their scans by scans_order.
 */
export async function deleteScansOfClosedOrders(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from scans where id in (
      select s.id from customer_orders o join scans s on s.customer_order_id = o.id
      where o.state in ('closed', 'cancelled') and s.scanned_at < ${before}
        and not exists (select from customer_order_events e where e.customer_order_id = o.id and e.at >= ${before})
      limit 500)`);
  return rowCount;
}
