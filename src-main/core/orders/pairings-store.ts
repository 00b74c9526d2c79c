import sql, { type Sql } from 'sql-template-tag';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

/** How many devices are in an order without goods. Plan: device_allocations_order, device_pairings_pkey. */
export const unpairedIn = (orderId: Sql): Sql => sql`(
  select count(*)::int from device_allocations a left join device_pairings g on g.allocation_id = a.id
  where a.customer_order_id = ${orderId} and a.released_at is null and g.allocation_id is null)`;

/** How many devices of an order have a code that another of them has too. Plan: device_pairings_goods. */
export const sharedIn = (orderId: Sql): Sql => sql`(
  select coalesce(sum(devices), 0)::int from (
    select count(*) as devices from device_pairings g join device_allocations a on a.id = g.allocation_id
    where g.customer_order_id = ${orderId} and a.released_at is null group by g.goods_reference having count(*) > 1) shared)`;

export async function countUnpaired(tx: Queryable, orderId: number): Promise<number> {
  const { rows } = await tx.query<{ unpaired: number }>(sql`select ${unpairedIn(sql`${orderId}::bigint`)} as unpaired`);
  return rows[0]!.unpaired;
}

export interface Pairing {
  allocationId: number;
  trackerId: number;
  goodsReference: string;
  /** The run period that has the reference too, and what it said before. */
  runPeriodId: number | null;
  formerReference: string | null;
}

const columns = sql`g.allocation_id as "allocationId", g.tracker_id as "trackerId", g.goods_reference as "goodsReference",
  g.run_period_id as "runPeriodId", g.former_reference as "formerReference"`;

export async function findPairings(tx: Queryable, allocationIds: readonly number[]): Promise<Pairing[]> {
  const { rows } = await tx.query<Pairing>(
    sql`select ${columns} from device_pairings g where g.allocation_id = any(${[...allocationIds]}::bigint[]) order by 1`,
  );
  return rows;
}

/** MAC address of another device in the order with these goods; null when there is none. Plan: device_pairings_goods. */
export async function findWithGoods(
  tx: Queryable,
  orderId: number,
  goodsReference: string,
  exceptAllocation: number,
): Promise<string | null> {
  const { rows } = await tx.query<{ mac: string }>(sql`
    select upper(t.mac_address::text) as mac
    from device_pairings g join device_allocations a on a.id = g.allocation_id join trackers t on t.id = g.tracker_id
    where g.customer_order_id = ${orderId}::bigint and g.goods_reference = ${goodsReference}
      and g.allocation_id <> ${exceptAllocation}::bigint and a.released_at is null
    order by g.paired_at, g.allocation_id limit 1`);
  return rows[0]?.mac ?? null;
}

/** Another code of a pair keeps what the run period said before the first. */
export const savePairing = (
  tx: Transaction,
  pairing: Pairing & { orderId: number; userId: number; now: Date },
): Promise<unknown> =>
  tx.query(sql`
    insert into device_pairings (allocation_id, customer_order_id, tracker_id, goods_reference, run_period_id,
      former_reference, paired_by, paired_at)
    values (${pairing.allocationId}::bigint, ${pairing.orderId}::bigint, ${pairing.trackerId}::bigint,
      ${pairing.goodsReference}, ${pairing.runPeriodId}::bigint, ${pairing.formerReference}, ${pairing.userId}::bigint,
      ${pairing.now}::timestamptz)
    on conflict (allocation_id) do update set goods_reference = excluded.goods_reference,
      run_period_id = excluded.run_period_id, paired_by = excluded.paired_by, paired_at = excluded.paired_at,
      former_reference = case when device_pairings.run_period_id is not distinct from excluded.run_period_id
        then device_pairings.former_reference else excluded.former_reference end`);

/** The pairs of devices whose run period is another now. */
export const movePairings = (tx: Transaction, moved: readonly { allocationId: number; runPeriodId: number }[]) =>
  tx.query(sql`
    update device_pairings g set run_period_id = w.period, former_reference = null
    from unnest(${moved.map(({ allocationId }) => allocationId)}::bigint[],
      ${moved.map(({ runPeriodId }) => runPeriodId)}::bigint[]) as w(id, period)
    where g.allocation_id = w.id`);

export const deletePairings = (tx: Transaction, allocationIds: readonly number[]) =>
  tx.query(sql`delete from device_pairings where allocation_id = any(${[...allocationIds]}::bigint[])`);
