import sql from 'sql-template-tag';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../src-shared/contract/trackers.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { RememberedPeriods } from '../trackers/run-periods-store.ts';

/** The order of an allocation, as a person with the device in the hand wants it named. */
export async function orderOfAllocation(
  tx: Transaction,
  allocationId: number,
): Promise<{ id: number; client: string; state: CustomerOrder['state']; allocationId: number }> {
  const { rows } = await tx.query<{ id: number; client: string; state: CustomerOrder['state']; allocationId: number }>(
    sql`select o.id, c.name as client, o.state, a.id as "allocationId"
      from device_allocations a join customer_orders o on o.id = a.customer_order_id join clients c on c.id = o.client_id
      where a.id = ${allocationId}::bigint`,
  );
  return rows[0]!;
}

/** The last return of a device that is in no order. */
export async function lastReturn(
  tx: Transaction,
  trackerId: number,
): Promise<{ allocationId: number; reason: ReturnReason; by: string; at: Date } | null> {
  const { rows } = await tx.query<{ allocationId: number; reason: ReturnReason; by: string; at: Date }>(sql`
    select a.id as "allocationId", a.return_reason as reason, u.display_name as by, a.released_at as at
    from device_allocations a join users u on u.id = a.released_by
    where a.tracker_id = ${trackerId}::bigint and a.return_reason is not null order by a.id desc limit 1`);
  return rows[0] ?? null;
}

/** A returned allocation, with what has happened to its device since. */
export interface ReturnedAllocation {
  trackerId: number;
  macAddress: string;
  /** Null where it is in the order. */
  returnedAt: Date | null;
  /** The return was told to have been before the scan: which period it ended isn't known. */
  isBackdated: boolean;
  isRetired: boolean;
  /** The order that has it, or had it, since. */
  laterOrderId: number | null;
  /** The run that it was put into since. */
  laterRun: string | null;
  /** The run period that the return ended, or replaced by nothing because it had only begun. */
  periods: RememberedPeriods;
}

/** An allocation of an order that was returned or still stands, its tracker locked; null for any other. */
export async function lockReturned(
  tx: Transaction,
  orderId: number,
  allocationId: number,
): Promise<ReturnedAllocation | null> {
  const locked = await tx.query<{ id: number }>(sql`
    select t.id from device_allocations a join trackers t on t.id = a.tracker_id
    where a.id = ${allocationId}::bigint and a.customer_order_id = ${orderId}::bigint
      and (a.released_at is null or a.return_reason is not null) for no key update of t`);
  if (locked.rows.length === 0) return null;
  // A statement of its own: it sees what was committed while this one waited for the lock.
  const { rows } = await tx.query<ReturnedAllocation>(sql`
    select t.id as "trackerId", upper(t.mac_address::text) as "macAddress", a.released_at as "returnedAt",
      coalesce(a.released_at = a.allocated_at, false) as "isBackdated", t.retired_at is not null as "isRetired",
      (select l.customer_order_id from device_allocations l where l.tracker_id = t.id and l.id > a.id
        and (l.released_at is null or l.return_reason is not null) order by l.id desc limit 1) as "laterOrderId",
      (select r.name from run_periods p join production_runs r on r.id = p.production_run_id
        where p.tracker_id = t.id and p.voided_at is null and p.ends_at > a.released_at limit 1) as "laterRun",
      json_build_object('opened', null,
        'ended', (select p.id from run_periods p where p.tracker_id = t.id and p.voided_at is null
          and p.ended_by = 'return' and p.ends_at = a.released_at),
        'replaced', (select p.id from run_periods p where p.tracker_id = t.id and p.voided_at = a.released_at
          and p.ended_by = 'return')) as periods
    from device_allocations a join trackers t on t.id = a.tracker_id where a.id = ${allocationId}::bigint`);
  return rows[0] ?? null;
}

/** The device is in its order again. */
export const reviveAllocation = (tx: Transaction, allocationId: number) =>
  tx.query(sql`update device_allocations set released_at = null, released_by = null, return_reason = null
    where id = ${allocationId}::bigint`);

/** The orders that a person scanned into last, the latest first. Plan: scans_person. */
export async function recentOrdersOf(
  tx: Transaction,
  userId: number,
  since: Date,
  limit: number,
): Promise<{ id: number; lastScanAt: Date }[]> {
  const { rows } = await tx.query<{ id: number; lastScanAt: Date }>(sql`
    select customer_order_id as id, max(scanned_at) as "lastScanAt" from scans
    where scanned_by = ${userId}::bigint and scanned_at >= ${since}
    group by customer_order_id order by max(scanned_at) desc limit ${limit}`);
  return rows;
}
