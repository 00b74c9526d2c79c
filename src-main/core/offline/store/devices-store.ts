import type { Store } from './store.ts';

/** A device as the copy knows it. `mac` and `broadcast` are 48-bit numbers. */
export interface CopiedDevice {
  mac: number;
  trackerId: number;
  manufactured: boolean;
  /** Out of use. */
  retired: boolean;
  orderId: number | null;
  allocationId: number | null;
  allocatedBy: string | null;
  /** Milliseconds since 1970. */
  allocatedAt: number | null;
  /** The code of the goods that it is paired with in its order. */
  goodsReference: string | null;
}

/** What the central database says of one tracker. */
export interface DeviceRow extends Omit<CopiedDevice, 'mac' | 'manufactured' | 'goodsReference'> {
  mac: number | null;
  /** Null where it has an address of its own. */
  broadcast: number | null;
  goodsReference?: string | null;
  /** What its label said before; null or left out where it was never corrected. Milliseconds since 1970. */
  former?: readonly { mac: number; replacedAt: number }[] | null;
}

/** By primary key. */
export function findDevice(store: Store, mac: number): CopiedDevice | null {
  const row = store.get<Omit<CopiedDevice, 'manufactured' | 'retired'> & { manufactured: number; retired: number }>(
    `select mac, tracker_id as trackerId, manufactured, retired, order_id as orderId, allocation_id as allocationId,
       allocated_by as allocatedBy, allocated_at as allocatedAt, goods_reference as goodsReference from devices where mac = ?`,
    mac,
  );
  return row ? { ...row, manufactured: row.manufactured === 1, retired: row.retired === 1 } : null;
}

/** A device of an order by its allocation. Plan: devices_order. */
export function findAllocated(store: Store, orderId: number, allocationId: number): CopiedDevice | null {
  const row = store.get<{ mac: number }>(
    'select mac from devices where order_id = ? and allocation_id = ?',
    orderId,
    allocationId,
  );
  return row ? findDevice(store, row.mac) : null;
}

/** Devices that the database had in an order when the copy was made, the latest first. Plan: devices_order. */
export const allocatedIn = (store: Store, orderId: number, limit: number) =>
  store.all<{ mac: number; allocationId: number; allocatedBy: string | null; allocatedAt: number | null }>(
    `select mac, allocation_id as allocationId, allocated_by as allocatedBy, allocated_at as allocatedAt from devices
     where order_id = ? and allocation_id is not null order by allocated_at desc limit ?`,
    orderId,
    Math.max(0, limit),
  );

/**
 * Takes over what the central database says. A key that has not come back stands under the address that its firmware
 * broadcasts, unless a manufactured device has that address; once it is back, under its own.
 */
export function putDevices(store: Store, rows: readonly DeviceRow[]): void {
  store.write(() => {
    for (const row of rows) {
      putFormerLabels(store, row);
      const allocated = [
        row.orderId,
        row.allocationId,
        row.allocatedBy,
        row.allocatedAt,
        row.goodsReference ?? null,
      ] as const;
      if (row.mac === null) {
        store.run(
          `insert into devices (mac, tracker_id, manufactured) values (?, ?, 0)
           on conflict (mac) do update set tracker_id = excluded.tracker_id, manufactured = 0
           where devices.manufactured = 0`,
          row.broadcast,
          row.trackerId,
        );
        continue;
      }
      // What stood under the address that its key is broadcast under, or under one that was corrected.
      store.run('delete from devices where tracker_id = ? and mac <> ?', row.trackerId, row.mac);
      store.run(
        `insert into devices (mac, tracker_id, manufactured, retired, order_id, allocation_id, allocated_by, allocated_at, goods_reference)
         values (?, ?, 1, ?, ?, ?, ?, ?, ?) on conflict (mac) do update set tracker_id = excluded.tracker_id, manufactured = 1,
         retired = excluded.retired, order_id = excluded.order_id, allocation_id = excluded.allocation_id, allocated_by = excluded.allocated_by,
         allocated_at = excluded.allocated_at, goods_reference = excluded.goods_reference`,
        row.mac,
        row.trackerId,
        row.retired ? 1 : 0,
        ...allocated,
      );
    }
  });
}

/** Of two trackers whose labels said the same, the later counts, as with the central database. */
function putFormerLabels(store: Store, { trackerId, former }: DeviceRow): void {
  store.run('delete from former_labels where tracker_id = ?', trackerId);
  for (const { mac, replacedAt } of former ?? [])
    store.run(
      `insert into former_labels (mac, tracker_id, replaced_at) values (?, ?, ?) on conflict (mac) do update
       set tracker_id = excluded.tracker_id, replaced_at = excluded.replaced_at where former_labels.replaced_at <= excluded.replaced_at`,
      mac,
      trackerId,
      replacedAt,
    );
}

/** The address that a tracker has now whose label said this one since `since` (milliseconds). Plan: both primary keys. */
export function findCorrected(store: Store, formerMac: number, since: number): number | null {
  const row = store.get<{ mac: number }>(
    `select d.mac from former_labels f join devices d on d.tracker_id = f.tracker_id
     where f.mac = ? and f.replaced_at >= ? and d.manufactured = 1`,
    formerMac,
    since,
  );
  return row?.mac ?? null;
}

export const holdDevice = (
  store: Store,
  mac: number,
  held: { orderId: number; allocationId: number | null; allocatedBy: string; allocatedAt: number },
) =>
  store.run(
    `update devices set goods_reference = case when order_id = ? then goods_reference end, order_id = ?, allocation_id = ?,
     allocated_by = ?, allocated_at = ? where mac = ?`,
    held.orderId,
    held.orderId,
    held.allocationId,
    held.allocatedBy,
    held.allocatedAt,
    mac,
  );

export const freeDevice = (store: Store, mac: number) =>
  store.run(
    `update devices set order_id = null, allocation_id = null, allocated_by = null, allocated_at = null,
     goods_reference = null where mac = ?`,
    mac,
  );

/** The code of the goods of a device in its order; null takes it away. */
export const setGoods = (store: Store, mac: number, goodsReference: string | null) =>
  store.run('update devices set goods_reference = ? where mac = ? and order_id is not null', goodsReference, mac);

/** Another device of the order with these goods; null when there is none. Plan: devices_goods. */
export const findWithGoods = (
  store: Store,
  orderId: number,
  goodsReference: string,
  exceptMac: number,
): number | null =>
  store.get<{ mac: number }>(
    'select mac from devices where order_id = ? and goods_reference = ? and mac <> ? limit 1',
    orderId,
    goodsReference,
    exceptMac,
  )?.mac ?? null;

/** How many devices of an order have no goods. Plan: devices_order. */
export const countUnpaired = (store: Store, orderId: number): number =>
  store.get<{ count: number }>(
    'select count(*) as count from devices where order_id = ? and goods_reference is null',
    orderId,
  )!.count;

/** Devices of an order without goods, those scanned last first. Plan: devices_order. */
export const listUnpaired = (store: Store, orderId: number, limit: number): CopiedDevice[] =>
  store
    .all<{ mac: number }>(
      'select mac from devices where order_id = ? and goods_reference is null order by allocated_at desc, mac limit ?',
      orderId,
      limit,
    )
    .flatMap(({ mac }) => findDevice(store, mac) ?? []);

export const countDevices = (store: Store): number =>
  store.get<{ count: number }>('select count(*) as count from devices')!.count;

export function forgetDevices(store: Store): void {
  store.run('delete from devices');
  store.run('delete from former_labels');
}
