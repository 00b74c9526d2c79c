import sql from 'sql-template-tag';
import type { KeyBatchPart } from '../../keys/generator/generate-keys.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { notFound } from '../../platform/errors.ts';

/** What the generation of a batch works with. */
export interface BatchInProgress {
  requestedCount: number;
  dataKeyId: number | null;
  state: string;
}

/** Locks the batch's row to the end of the transaction. */
export async function lockKeyBatch(tx: Queryable, keyBatchId: number): Promise<BatchInProgress> {
  const { rows } = await tx.query<BatchInProgress>(sql`
    select requested_count as "requestedCount", data_key_id as "dataKeyId", state from key_batches
    where id = ${keyBatchId} for update`);
  if (!rows[0]) throw notFound('key batch', keyBatchId);
  return rows[0];
}

export async function setBatchDataKey(tx: Queryable, keyBatchId: number, dataKeyId: number): Promise<void> {
  await tx.query(sql`update key_batches set data_key_id = ${dataKeyId} where id = ${keyBatchId}`);
}

export interface StoredKeys {
  count: number;
  /** 0 when there is none yet. */
  lastId: number;
}

export async function storedKeys(db: Queryable, keyBatchId: number): Promise<StoredKeys> {
  const { rows } = await db.query<StoredKeys>(sql`
    select count(*) as count, coalesce(max(id), 0) as "lastId" from trackers where key_batch_id = ${keyBatchId}`);
  return rows[0] ?? { count: 0, lastId: 0 };
}

/** Whether someone else added keys to the batch since. Plan: trackers_batch, one probe. */
export async function keysAddedAfter(tx: Queryable, keyBatchId: number, lastId: number): Promise<boolean> {
  const { rows } = await tx.query<{ found: boolean }>(sql`
    select exists (select from trackers where key_batch_id = ${keyBatchId} and id > ${lastId}) as found`);
  return rows[0]?.found === true;
}

/**
 * Stores a part of a batch, cut out of three packed values: cheaper to send than arrays, and no array of keys has to be
 * written as text. A pair whose key or broadcast address (46 bits of the key) is there already is left out, since two
 * devices with one address could not be told apart; the caller makes another in its place. Returns what was stored.
 */
export async function insertKeys(
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

export interface PublicKeyPage {
  /** Advertisement keys of 28 bytes each, one after the other. */
  packed: Uint8Array;
  /** Of the trackers, in the same order; as text, since an array of numbers costs twice as much to read. */
  ids: number[];
}

/**
 * Public keys of a batch above an id and up to another, in order of id: the same order at every export. As one value,
 * since a row each costs many times what the keys themselves do. Plan: trackers_batch. Null when there are no more.
 */
export async function publicKeys(
  tx: Queryable,
  keyBatchId: number,
  range: { afterId: number; throughId: number; limit: number },
): Promise<PublicKeyPage | null> {
  const { rows } = await tx.query<{ packed: Uint8Array; ids: string }>(sql`
    select string_agg(advertisement_key, ''::bytea order by id) as packed, string_agg(id::text, ',' order by id) as ids
    from (
      select id, advertisement_key from trackers
      where key_batch_id = ${keyBatchId} and id > ${range.afterId} and id <= ${range.throughId}
      order by id limit ${range.limit}) page
    having count(*) > 0`);
  return rows[0] ? { packed: rows[0].packed, ids: rows[0].ids.split(',').map(Number) } : null;
}
