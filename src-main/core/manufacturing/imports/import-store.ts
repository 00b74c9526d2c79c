import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

/** What an import compares a row with. */
export interface KnownTracker {
  id: number;
  keyBatchId: number | null;
  productionRunId: number | null;
  /** Base64 of the hashed advertisement key. */
  hashedKey: string;
  broadcastAddress: string;
  macAddress: string | null;
  serialNumber: string | null;
}

/**
 * The trackers that have any of these hashed keys, addresses (their own, or as broadcast) or serial numbers. Plan: a
 * bitmap of the unique indexes of trackers.
 */
export async function findTrackersOfImport(
  tx: Queryable,
  by: {
    hashedKeys: readonly Uint8Array[];
    macs: readonly string[];
    serials: readonly string[];
    broadcast?: readonly string[];
    ids?: readonly number[];
  },
): Promise<KnownTracker[]> {
  const { rows } = await tx.query<KnownTracker>(sql`
    select id, key_batch_id as "keyBatchId", production_run_id as "productionRunId",
      encode(hashed_advertisement_key, 'base64') as "hashedKey", upper(broadcast_address::text) as "broadcastAddress",
      upper(mac_address::text) as "macAddress", serial_number as "serialNumber"
    from trackers
    where hashed_advertisement_key = any(${by.hashedKeys}::bytea[]) or mac_address = any(${by.macs}::macaddr[])
      or serial_number = any(${by.serials}::text[]) or broadcast_address = any(${by.broadcast ?? []}::macaddr[])
      or id = any(${by.ids ?? []}::bigint[])`);
  return rows;
}

export interface ManufacturedDevice {
  trackerId: number;
  macAddress: string;
  serialNumber: string | null;
}

/**
 * Gives trackers their address, or a serial number to one that has this address. Returns how many; fewer than given when
 * one got another address meanwhile.
 */
export async function storeManufactured(
  tx: Queryable,
  devices: readonly ManufacturedDevice[],
  now: Date,
): Promise<number> {
  if (devices.length === 0) return 0;
  const { rowCount } = await tx.query(sql`
    update trackers t set mac_address = d.mac, serial_number = coalesce(d.serial, t.serial_number),
      manufactured_at = coalesce(t.manufactured_at, ${now})
    from unnest(${devices.map((d) => d.trackerId)}::bigint[], ${devices.map((d) => d.macAddress)}::macaddr[],
      ${devices.map((d) => d.serialNumber)}::text[]) as d(id, mac, serial)
    where t.id = d.id and (t.mac_address is null
      or (t.mac_address = d.mac and t.serial_number is null and d.serial is not null))`);
  return rowCount;
}

export interface ImportedTracker {
  advertisementKey: Uint8Array;
  hashedKey: Uint8Array;
  sealedPrivateKey: Uint8Array;
  broadcastAddress: string;
  macAddress: string | null;
  serialNumber: string | null;
}

/** Adds trackers that were made elsewhere to a production run. */
export async function insertImportedTrackers(
  tx: Queryable,
  productionRunId: number,
  dataKeyId: number,
  trackers: readonly ImportedTracker[],
  now: Date,
): Promise<void> {
  if (trackers.length === 0) return;
  await tx.query(sql`
    insert into trackers (production_run_id, data_key_id, advertisement_key, hashed_advertisement_key, private_key,
      broadcast_address, mac_address, serial_number, manufactured_at, created_at)
    select ${productionRunId}, ${dataKeyId}, t.adv, t.hashed, t.sealed, t.broadcast, t.mac, t.serial,
      case when t.mac is not null then ${now}::timestamptz end, ${now}
    from unnest(${trackers.map((t) => t.advertisementKey)}::bytea[], ${trackers.map((t) => t.hashedKey)}::bytea[],
      ${trackers.map((t) => t.sealedPrivateKey)}::bytea[], ${trackers.map((t) => t.broadcastAddress)}::macaddr[],
      ${trackers.map((t) => t.macAddress)}::macaddr[], ${trackers.map((t) => t.serialNumber)}::text[])
      with ordinality as t(adv, hashed, sealed, broadcast, mac, serial, position)
    order by t.position`);
}
