import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

export interface LabelledTracker {
  id: number;
  macAddress: string | null;
  serialNumber: string | null;
  /** Addresses that its device keys are broadcast under. */
  broadcastAddresses: string[];
  /** The order that it is allocated to. */
  orderId: number | null;
}

/** Reads what a tracker's label says; `lock` keeps it from being changed until the end of the transaction. */
export async function labelOf(tx: Transaction, trackerId: number, lock: boolean): Promise<LabelledTracker | null> {
  if (lock) await tx.query(sql`select from trackers where id = ${trackerId}::bigint for update`);
  const { rows } = await tx.query<LabelledTracker>(sql`
    select t.id, upper(t.mac_address::text) as "macAddress", t.serial_number as "serialNumber",
      (select array_agg(upper(k.broadcast_address::text)) from device_keys k where k.tracker_id = t.id) as "broadcastAddresses",
      (select a.customer_order_id from device_allocations a where a.tracker_id = t.id and a.released_at is null) as "orderId"
    from trackers t where t.id = ${trackerId}::bigint`);
  return rows[0] ?? null;
}

/** Who has a MAC address or a serial number, if anybody. By the unique indexes. */
export async function ownerOf(
  tx: Queryable,
  label: { macAddress?: string | null; serialNumber?: string | null },
): Promise<{ ofMac: number | null; ofSerial: number | null }> {
  const { rows } = await tx.query<{ ofMac: number | null; ofSerial: number | null }>(sql`
    select (select id from trackers where mac_address = ${label.macAddress ?? null}::macaddr) as "ofMac",
      (select id from trackers where serial_number = ${label.serialNumber ?? null}) as "ofSerial"`);
  return rows[0]!;
}

/** Writes the corrected fields; a former MAC address is kept. */
export async function saveLabel(
  tx: Transaction,
  trackerId: number,
  label: { macAddress: string | null; serialNumber: string | null; formerMac: string | null },
  now: Date,
): Promise<void> {
  await tx.query(sql`
    update trackers set mac_address = ${label.macAddress}::macaddr, serial_number = ${label.serialNumber}
    where id = ${trackerId}::bigint`);
  if (label.formerMac === null) return;
  await tx.query(sql`
    insert into former_mac_addresses (tracker_id, mac_address, replaced_at)
    values (${trackerId}::bigint, ${label.formerMac}::macaddr, ${now})`);
}

/** The address that a tracker has now whose label once said this one; null where none did. By its index. */
export async function correctedMac(tx: Queryable, formerMac: string): Promise<string | null> {
  const { rows } = await tx.query<{ mac: string }>(sql`
    select upper(t.mac_address::text) as mac from former_mac_addresses f join trackers t on t.id = f.tracker_id
    where f.mac_address = ${formerMac}::macaddr and t.mac_address is not null
    order by f.replaced_at desc, f.id desc limit 1`);
  return rows[0]?.mac ?? null;
}

/** Former addresses are known for a year. */
export const forgetFormerMacs = (db: Queryable, before: Date) =>
  db.query(sql`delete from former_mac_addresses where replaced_at < ${before}::timestamptz`);
