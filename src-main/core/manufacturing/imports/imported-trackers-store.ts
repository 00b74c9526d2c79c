import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

/** What an import compares a row with. */
export interface KnownTracker {
  id: number;
  keyBatchId: number | null;
  productionRunId: number | null;
  /** Of all its device keys, in their order: base64 of the hashed advertisement key, and the address it broadcasts. */
  hashedKeys: string[];
  broadcastAddresses: string[];
  /** Those of the hashed keys whose private key isn't here. */
  publicOnly: string[];
  macAddress: string | null;
  serialNumber: string | null;
}

/**
 * The trackers that have any of these hashed keys, addresses (their own, or as broadcast) or serial numbers. Plan: a
 * bitmap of the unique indexes of trackers, after the indexes of device_keys.
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
    select t.id, t.key_batch_id as "keyBatchId", t.production_run_id as "productionRunId", keys.*,
      upper(t.mac_address::text) as "macAddress", t.serial_number as "serialNumber"
    from trackers t cross join lateral (
      select array_agg(encode(k.hashed_advertisement_key, 'base64') order by k.number) as "hashedKeys",
        array_agg(upper(k.broadcast_address::text) order by k.number) as "broadcastAddresses",
        coalesce(array_agg(encode(k.hashed_advertisement_key, 'base64')) filter (where k.data_key_id is null), '{}')
          as "publicOnly"
      from device_keys k where k.tracker_id = t.id) keys
    where t.mac_address = any(${by.macs}::macaddr[]) or t.serial_number = any(${by.serials}::text[])
      or t.id = any(${by.ids ?? []}::bigint[])
      or t.id = any(array(select k.tracker_id from device_keys k
        where k.hashed_advertisement_key = any(${by.hashedKeys}::bytea[])
          or k.broadcast_address = any(${by.broadcast ?? []}::macaddr[])))`);
  return rows;
}
