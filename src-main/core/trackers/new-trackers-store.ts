import sql from 'sql-template-tag';
import type { KeyBatchPart } from '../keys/generator/generate-keys.ts';
import type { Queryable } from '../platform/db/queryable.ts';

export interface StoredKeys {
  count: number;
  /** 0 when there is none yet. */
  lastId: number;
}

/**
 * Stores a part of a batch, cut out of three packed values: cheaper to send than arrays, and no array of keys has to be
 * written as text. A pair whose key or broadcast address (46 bits of the key) is there already is left out, since two
 * devices with one address could not be told apart; the caller makes another in its place. Returns what was stored.
 */
export async function insertGeneratedTrackers(
  tx: Queryable,
  keyBatchId: number,
  dataKeyId: number,
  part: KeyBatchPart,
  now: Date,
): Promise<StoredKeys> {
  const { rows } = await tx.query<StoredKeys>(sql`
    with cut as materialized (
      select i, substring(${part.advertisementKeys}::bytea from i * 28 + 1 for 28) as advertisement_key,
        substring(${part.hashedKeys}::bytea from i * 32 + 1 for 32) as hashed_advertisement_key,
        substring(${part.sealedPrivateKeys}::bytea from i * 57 + 1 for 57) as private_key
      from generate_series(0, ${part.count}::int - 1) i),
    stored as (
      insert into trackers (key_batch_id, production_run_id, advertisement_key, hashed_advertisement_key, private_key,
        data_key_id, broadcast_address, created_at)
      select b.id, b.production_run_id, cut.advertisement_key, cut.hashed_advertisement_key, cut.private_key,
        ${dataKeyId}::bigint,
        encode(set_byte(substring(cut.advertisement_key from 1 for 6), 0, get_byte(cut.advertisement_key, 0) | 192), 'hex')::macaddr,
        ${now}::timestamptz
      from cut join key_batches b on b.id = ${keyBatchId} order by cut.i
      on conflict do nothing returning id)
    select count(*) as count, coalesce(max(id), 0) as "lastId" from stored`);
  return rows[0] ?? { count: 0, lastId: 0 };
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
