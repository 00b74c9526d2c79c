import sql from 'sql-template-tag';
import type { ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../src-shared/contract/trackers.ts';
import { epochMs } from '../platform/db/epoch.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { RememberedPeriods } from '../trackers/run-periods-store.ts';
import { rememberedPeriods } from './allocation-store.ts';
import { orderNumberSql } from './order-number-store.ts';

/** A device in an order, with what its allocation did to its run periods. */
export interface OrderDevice {
  allocationId: number;
  trackerId: number;
  allocatedAt: Date;
  periods: RememberedPeriods;
  /** Run periods that changes of the order's run opened since, in order. */
  movedPeriodIds: number[];
}

/** All devices that are in an order, locked in the order of their ids as every move of trackers does. */
export async function lockOrderDevices(tx: Transaction, orderId: number): Promise<OrderDevice[]> {
  const { rows } = await tx.query<OrderDevice>(sql`
    select a.id as "allocationId", t.id as "trackerId", a.allocated_at as "allocatedAt", ${rememberedPeriods} as periods,
      array(select standing_period(p)::float8 from unnest(a.moved_period_ids) with ordinality as m(p, place) order by place) as "movedPeriodIds"
    from device_allocations a join trackers t on t.id = a.tracker_id
    where a.customer_order_id = ${orderId}::bigint and a.released_at is null
    order by t.id for no key update of t`);
  return rows;
}

/** When the run periods that allocations opened begin, epoch milliseconds, by period; voided ones are left out. */
export async function beginningsOf(tx: Transaction, periodIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await tx.query<{ id: number; at: number }>(sql`
    select id, ${epochMs('starts_at')} as at from run_periods
    where id = any(${[...periodIds]}::bigint[]) and voided_at is null and ends_at = 'infinity'`);
  return new Map(rows.map(({ id, at }) => [id, at]));
}

/** After another run of the order: what each allocation did to the run periods of its device, as it stands now. */
export async function rememberMoved(
  tx: Transaction,
  devices: readonly Pick<OrderDevice, 'allocationId' | 'periods' | 'movedPeriodIds'>[],
): Promise<void> {
  const of = (name: keyof RememberedPeriods) => devices.map(({ periods }) => periods[name]);
  await tx.query(sql`
    update device_allocations a set opened_period_id = w.opened, ended_period_id = w.ended, replaced_period_id = w.replaced,
      moved_period_ids = array(select jsonb_array_elements_text(w.moved::jsonb)::bigint)
    from unnest(${devices.map(({ allocationId }) => allocationId)}::bigint[], ${of('opened')}::bigint[],
      ${of('ended')}::bigint[], ${of('replaced')}::bigint[],
      ${devices.map(({ movedPeriodIds }) => JSON.stringify(movedPeriodIds))}::text[]) as w(id, opened, ended, replaced, moved)
    where a.id = w.id`);
}

/** The live allocations of trackers, which the caller has locked. */
export async function liveAllocationsOf(
  tx: Transaction,
  trackerIds: readonly number[],
): Promise<{ allocationId: number; orderId: number }[]> {
  const { rows } = await tx.query<{ allocationId: number; orderId: number }>(sql`
    select id as "allocationId", customer_order_id as "orderId" from device_allocations
    where tracker_id = any(${[...trackerIds]}::bigint[]) and released_at is null`);
  return rows;
}

export interface Release {
  allocationIds: readonly number[];
  /** Why they are returned; null when they were never meant. */
  reason: ReturnReason | null;
  at: Date;
  userId: number;
  mutationId?: string | undefined;
  /** What the order is left with, where that isn't written yet. */
  left?: { state: string; allocatedCount: number } | undefined;
}

/**
 * Ends allocations, and records each as a scan of outcome `undone` or `returned`, with the result that one by itself
 * would have. Returns the results; those that had ended already are left out.
 */
export async function releaseAndRecord(tx: Transaction, release: Release): Promise<ScanResult[]> {
  const { reason, at, userId } = release;
  const outcome = reason === null ? 'undone' : 'returned';
  const { rows } = await tx.query<{ result: ScanResult }>(sql`
    with released as (
      update device_allocations set released_by = ${userId}::bigint, return_reason = ${reason},
        released_at = greatest(${at}::timestamptz, allocated_at)
      where id = any(${[...release.allocationIds]}::bigint[]) and released_at is null
      returning id, tracker_id, customer_order_id)
    insert into scans (customer_order_id, mutation_id, scanned, mac_address, tracker_id, outcome, result, allocation_id,
      scanned_by, scanned_at)
    select o.id, ${release.mutationId ?? null}::uuid, upper(t.mac_address::text), t.mac_address, t.id, ${outcome},
      jsonb_build_object('outcome', ${outcome}::text, 'scanned', upper(t.mac_address::text),
        'macAddress', upper(t.mac_address::text), 'trackerId', t.id, 'allocationId', released.id, 'otherOrder', null,
        'order', jsonb_build_object('id', o.id, 'number', ${orderNumberSql('o.id')}, 'quantity', o.quantity,
          'allocatedCount', o.allocated_count, 'state', o.state) || ${JSON.stringify(release.left ?? {})}::jsonb,
        'scannedAt', ${at.toISOString()}::text),
      released.id, ${userId}::bigint, ${at}::timestamptz
    from released join trackers t on t.id = released.tracker_id join customer_orders o on o.id = released.customer_order_id
    order by released.id returning result`);
  return rows.map(({ result }) => result);
}
