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
