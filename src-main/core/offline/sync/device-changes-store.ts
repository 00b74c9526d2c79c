import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { DeviceRow } from '../store/devices-store.ts';

/** Which database this is, and how far its journal of devices has come. */
export interface Horizon {
  installation: string;
  /** When it was last restored from a backup, which has other transactions; null for never. */
  restoredAt: string | null;
  /** Changes of transactions below this one are all committed or gone. */
  xid: number;
}

export async function readHorizon(db: Queryable): Promise<Horizon> {
  const { rows } = await db.query<Horizon>(sql`
    select (select value ->> 'id' from settings where key = 'installation') as installation,
      (select value ->> 'restoredAt' from settings where key = 'installation') as "restoredAt",
      pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xid`);
  return rows[0]!;
}

export interface DeviceChange {
  id: number;
  firstId: number;
  lastId: number;
}

/** Changes of the transactions from..below, a page at a time. Plan: device_changes_xid, a range of it. */
export async function readDeviceChanges(
  db: Queryable,
  from: number,
  below: number,
  afterId: number,
  limit: number,
): Promise<DeviceChange[]> {
  const { rows } = await db.query<DeviceChange>(sql`
    select id, first_id as "firstId", last_id as "lastId" from device_changes
    where xid >= ${from}::bigint and xid < ${below}::bigint and id > ${afterId}::bigint order by id limit ${limit}`);
  return rows;
}

/** Changes older than any copy that is still worth bringing up to date. Plan: device_changes_age. */
export const forgetDeviceChanges = (db: Queryable, before: Date) =>
  db.query(sql`delete from device_changes where changed_at < ${before}::timestamptz`);

const macNumber = (column: Sql) => sql`('x' || replace(${column}::text, ':', ''))::bit(48)::bigint`;

async function select(db: Queryable, source: Sql): Promise<DeviceRow[]> {
  const { rows } = await db.query<DeviceRow>(sql`
    select t.id as "trackerId", ${macNumber(sql`t.mac_address`)} as mac,
      case when t.mac_address is null then ${macNumber(sql`t.broadcast_address`)} end as broadcast,
      t.retired_at is not null as retired,
      (select json_agg(json_build_object('mac', ${macNumber(sql`f.mac_address`)},
        'replacedAt', (extract(epoch from f.replaced_at) * 1000)::bigint) order by f.replaced_at)
        from former_mac_addresses f where f.tracker_id = t.id) as former,
      a.customer_order_id as "orderId", a.id as "allocationId", u.display_name as "allocatedBy",
      (extract(epoch from a.allocated_at) * 1000)::bigint as "allocatedAt", g.goods_reference as "goodsReference"
    from ${source}
      left join device_allocations a on a.tracker_id = t.id and a.released_at is null
      left join users u on u.id = a.allocated_by
      left join device_pairings g on g.allocation_id = a.id
    order by t.id`);
  return rows;
}

/** Devices above an id, for the first load. Plan: trackers_pkey, read in order. */
export const readDevicesAfter = (db: Queryable, afterId: number, limit: number): Promise<DeviceRow[]> =>
  select(db, sql`(select * from trackers where id > ${afterId}::bigint order by id limit ${limit}) t`);

/** Devices of a range of ids. Plan: trackers_pkey. */
export const readDevicesBetween = (db: Queryable, first: number, last: number): Promise<DeviceRow[]> =>
  select(db, sql`(select * from trackers where id between ${first}::bigint and ${last}::bigint) t`);
