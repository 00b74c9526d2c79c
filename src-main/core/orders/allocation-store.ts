import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { Allocation } from '../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../src-shared/contract/trackers.ts';
import { allOf, ifGiven, iso, keyAfter, ownClient, pageOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { RememberedPeriods } from '../trackers/run-periods-store.ts';
import type { PackedDevice } from './papers/packing-list.ts';

/** A device as the rules of allocation see it. */
export interface ScannedTracker {
  id: number;
  manufactured: boolean;
  retired: boolean;
  productionRunId: number | null;
  clientId: number | null;
}

/**
 * The tracker of a MAC address, locked so that nobody else allocates, returns or moves it meanwhile. A key whose
 * firmware would broadcast this address, but which has not come back from the manufacturer, is found too. `no key
 * update`: whatever only refers to the tracker (a report being stored) need not wait. Plan: BitmapOr of the unique
 * indexes trackers_mac_address_key and trackers_broadcast_address.
 */
export async function lockTrackerByMac(tx: Transaction, mac: string): Promise<ScannedTracker | null> {
  const { rows } = await tx.query<ScannedTracker>(sql`
    select id, mac_address is not null as manufactured, retired_at is not null as retired, production_run_id as "productionRunId", client_id as "clientId"
    from trackers
    where mac_address = ${mac}::macaddr or (broadcast_address = ${mac}::macaddr and mac_address is null)
    order by mac_address is null limit 1 for no key update`);
  return rows[0] ?? null;
}

/** Where a tracker is allocated now. */
export interface LiveAllocation {
  id: number;
  orderId: number;
  allocatedBy: string;
  allocatedAt: Date;
  /** Its order takes no scans any more. */
  orderClosed: boolean;
}

export async function findLiveAllocation(tx: Transaction, trackerId: number): Promise<LiveAllocation | null> {
  const { rows } = await tx.query<LiveAllocation>(sql`
    select a.id, a.customer_order_id as "orderId", u.display_name as "allocatedBy", a.allocated_at as "allocatedAt",
      o.state in ('closed', 'cancelled') as "orderClosed"
    from device_allocations a join users u on u.id = a.allocated_by join customer_orders o on o.id = a.customer_order_id
    where a.tracker_id = ${trackerId}::bigint and a.released_at is null`);
  return rows[0] ?? null;
}

/**
 * Allocates a tracker unless it has a live allocation. The partial unique index device_allocations_live decides: with a
 * rival transaction under way this waits for it. Returns the id, or null when the rival won.
 */
export async function insertAllocation(
  tx: Transaction,
  allocation: { orderId: number; trackerId: number; userId: number; now: Date },
): Promise<number | null> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
    values (${allocation.orderId}::bigint, ${allocation.trackerId}::bigint, ${allocation.userId}::bigint,
      ${allocation.now}::timestamptz)
    on conflict (tracker_id) where released_at is null do nothing
    returning id`);
  return rows[0]?.id ?? null;
}

/** An allocation remembers which run periods of its tracker it opened, ended or replaced, for its undo. */
export const rememberPeriods = (tx: Transaction, id: number, { opened, ended, replaced }: RememberedPeriods) =>
  tx.query(sql`update device_allocations set opened_period_id = ${opened}::bigint, ended_period_id = ${ended}::bigint,
    replaced_period_id = ${replaced}::bigint where id = ${id}::bigint`);

/** Its columns, of an allocation `a`, as one value. */
export const rememberedPeriods: Sql = sql`json_build_object('opened', standing_period(a.opened_period_id), 'ended', standing_period(a.ended_period_id),
  'replaced', a.replaced_period_id)`;

/** An allocation of an order, live or released, with its tracker (locked). */
export interface FoundAllocation {
  id: number;
  trackerId: number;
  macAddress: string;
  periods: RememberedPeriods;
  /** Run periods that changes of the order's run opened since, in order. */
  movedPeriodIds: number[];
  allocatedAt: Date;
  released: boolean;
}

/** The latest allocation of a device in an order, a live one first; by allocation id, or by MAC. */
export async function lockAllocation(
  tx: Transaction,
  orderId: number,
  by: { allocationId: number } | { macAddress: string },
): Promise<FoundAllocation | null> {
  const which =
    'allocationId' in by ? sql`a.id = ${by.allocationId}::bigint` : sql`t.mac_address = ${by.macAddress}::macaddr`;
  const { rows } = await tx.query<FoundAllocation>(sql`
    select a.id, t.id as "trackerId", upper(t.mac_address::text) as "macAddress", ${rememberedPeriods} as periods,
      array(select standing_period(p)::float8 from unnest(a.moved_period_ids) with ordinality as m(p, place) order by place) as "movedPeriodIds",
      a.allocated_at as "allocatedAt", a.released_at is not null as released
    from device_allocations a join trackers t on t.id = a.tracker_id
    where a.customer_order_id = ${orderId}::bigint and ${which}
    order by a.released_at is null desc, a.id desc limit 1
    for no key update of t`);
  return rows[0] ?? null;
}

export const releaseAllocation = (tx: Transaction, id: number, userId: number, now: Date) =>
  tx.query(sql`update device_allocations set released_by = ${userId}::bigint, released_at = ${now}::timestamptz
    where id = ${id}::bigint and released_at is null`);

/** What an order counts of its allocations `a`: devices that are in it, and those that were returned. */
const counted = sql`(a.released_at is null or a.return_reason is not null)`;

const key = z.number().int();

/** A page of the devices in an order, newest first. Plan: device_allocations_order, read in order. */
export async function listAllocations(
  tx: Transaction,
  orderId: number,
  query: { limit: number; cursor?: string | undefined; unpaired?: boolean | undefined },
): Promise<Page<Allocation>> {
  const condition = allOf(
    sql`a.customer_order_id = ${orderId}::bigint and ${counted}`,
    query.unpaired ? sql`a.released_at is null and g.allocation_id is null` : undefined,
    ifGiven(keyAfter(key, query.cursor), (id) => sql`a.id < ${id}::bigint`),
  );
  const { rows } = await tx.query<{
    id: number;
    tracker_id: number;
    mac: string;
    serial_number: string | null;
    allocated_by: string;
    allocated_at: Date;
    released_at: Date | null;
    return_reason: ReturnReason | null;
    goods_reference: string | null;
  }>(sql`
    select a.id, a.tracker_id, upper(t.mac_address::text) as mac, t.serial_number, u.display_name as allocated_by,
      a.allocated_at, a.released_at, a.return_reason, g.goods_reference
    from device_allocations a
      left join device_pairings g on g.allocation_id = a.id
      join customer_orders o on o.id = a.customer_order_id
      join trackers t on t.id = a.tracker_id
      join users u on u.id = a.allocated_by
    where ${condition} and ${ownClient(tx, 'o.client_id')}
    order by a.id desc limit ${query.limit + 1}`);
  const item = (row: (typeof rows)[number]): Allocation => ({
    id: row.id,
    trackerId: row.tracker_id,
    macAddress: row.mac,
    serialNumber: row.serial_number,
    allocatedBy: row.allocated_by,
    allocatedAt: iso(row.allocated_at),
    goodsReference: row.goods_reference,
    returned: row.return_reason && row.released_at && { reason: row.return_reason, at: iso(row.released_at) },
  });
  return pageOf(rows, query.limit, item, (row) => row.id);
}

/** Up to `limit` devices of an order above an allocation id, in the order they were scanned. */
export async function listPackedDevices(
  tx: Transaction,
  orderId: number,
  afterId: number,
  limit: number,
): Promise<PackedDevice[]> {
  const { rows } = await tx.query<PackedDevice>(sql`
    select a.id as "allocationId", upper(t.mac_address::text) as "macAddress", t.serial_number as "serialNumber",
      u.display_name as "allocatedBy", a.allocated_at as "allocatedAt", a.return_reason as "returnReason",
      g.goods_reference as "goodsReference"
    from device_allocations a
      left join device_pairings g on g.allocation_id = a.id
      join customer_orders o on o.id = a.customer_order_id
      join trackers t on t.id = a.tracker_id
      join users u on u.id = a.allocated_by
    where a.customer_order_id = ${orderId}::bigint and ${counted} and a.id > ${afterId}::bigint
      and ${ownClient(tx, 'o.client_id')}
    order by a.id limit ${limit}`);
  return rows;
}
