import sql from 'sql-template-tag';
import type { Transaction } from '../platform/db/queryable.ts';

/**
 * Those allocations since which reports of their devices count: in the run period that the allocation opened, or since
 * the scan where it opened none. Plan: a probe of location_reports a device.
 */
export async function countedSince(tx: Transaction, allocationIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await tx.query<{ id: number }>(sql`
    select a.id from device_allocations a left join run_periods p on p.id = standing_period(a.opened_period_id) and p.voided_at is null
    where a.id = any(${[...allocationIds]}::bigint[]) and exists (
      select from location_reports r where r.tracker_id = a.tracker_id and r.left_out_reason is null
        and r.reported_at >= coalesce(p.starts_at, a.allocated_at) and r.reported_at < coalesce(p.ends_at, 'infinity'))`);
  return new Set(rows.map(({ id }) => id));
}

/** Devices in an order, or one of them, that are still in it. */
export async function devicesIn(
  tx: Transaction,
  orderId: number,
  allocationId: number | undefined,
): Promise<{ id: number; allocatedAt: Date }[]> {
  const one = allocationId === undefined ? sql`true` : sql`id = ${allocationId}::bigint`;
  const { rows } = await tx.query<{ id: number; allocatedAt: Date }>(sql`
    select id, allocated_at as "allocatedAt" from device_allocations
    where customer_order_id = ${orderId}::bigint and released_at is null and ${one}`);
  return rows;
}

/** What stands in the run periods that allocations opened, as it is folded: an undo takes it from the run. */
export async function wouldGo(
  tx: Transaction,
  allocationIds: readonly number[],
): Promise<{ reports: number; deliveries: number }> {
  const { rows } = await tx.query<{ reports: number; deliveries: number }>(sql`
    with opened as (
      select a.tracker_id, p.id from device_allocations a join run_periods p on p.id = standing_period(a.opened_period_id)
      where a.id = any(${[...allocationIds]}::bigint[]) and p.voided_at is null)
    select coalesce(sum((select sum(g.report_count) from tracker_aggregates g
        where g.tracker_id = opened.tracker_id and g.period = 'day' and g.run_period_id = opened.id)), 0)::int as reports,
      coalesce(sum((select count(*) from deliveries d
        where d.tracker_id = opened.tracker_id and d.run_period_id = opened.id)), 0)::int as deliveries
    from opened`);
  return rows[0]!;
}
