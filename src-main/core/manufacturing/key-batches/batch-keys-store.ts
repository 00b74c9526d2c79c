import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';
import { notFound } from '../../platform/errors.ts';
import type { StoredTrackers } from '../../trackers/new-trackers-store.ts';

/** What the generation of a batch works with. */
export interface BatchInProgress {
  /** Trackers, each with `keysPerDevice` keys. */
  requestedCount: number;
  keysPerDevice: number;
  dataKeyId: number | null;
  state: string;
}

/** Locks the batch's row to the end of the transaction. */
export async function lockKeyBatch(tx: Queryable, keyBatchId: number): Promise<BatchInProgress> {
  const { rows } = await tx.query<BatchInProgress>(sql`
    select requested_count as "requestedCount", keys_per_device as "keysPerDevice", data_key_id as "dataKeyId", state
    from key_batches where id = ${keyBatchId} for update`);
  if (!rows[0]) throw notFound('key batch', keyBatchId);
  return rows[0];
}

export async function setBatchDataKey(tx: Queryable, keyBatchId: number, dataKeyId: number): Promise<void> {
  await tx.query(sql`update key_batches set data_key_id = ${dataKeyId} where id = ${keyBatchId}`);
}

export async function storedTrackers(db: Queryable, keyBatchId: number): Promise<StoredTrackers> {
  const { rows } = await db.query<StoredTrackers>(sql`
    select count(*) as count, coalesce(max(id), 0) as "lastId" from trackers where key_batch_id = ${keyBatchId}`);
  return rows[0] ?? { count: 0, lastId: 0 };
}

/** Whether someone else added trackers to the batch since. Plan: trackers_batch, one probe. */
export async function addedAfter(tx: Queryable, keyBatchId: number, lastId: number): Promise<boolean> {
  const { rows } = await tx.query<{ found: boolean }>(sql`
    select exists (select from trackers where key_batch_id = ${keyBatchId} and id > ${lastId}) as found`);
  return rows[0]?.found === true;
}

export interface PublicKeyPage {
  /** Advertisement keys of 28 bytes each, one after the other. */
  packed: Uint8Array;
  /** Of the trackers, in the same order, once for each key; as text, since an array of numbers costs twice as much to read. */
  ids: number[];
}

/**
 * Public keys of `limit` trackers of a batch above an id and up to another, in order of id and number: the same order at
 * every export. As one value, since a row per key would cost many times what the keys themselves do. Plan:
 * trackers_batch, device_keys_number_key. Null when there are no more.
 */
export async function publicKeys(
  tx: Queryable,
  keyBatchId: number,
  range: { afterId: number; throughId: number; limit: number },
): Promise<PublicKeyPage | null> {
  const { rows } = await tx.query<{ packed: Uint8Array; ids: string }>(sql`
    select string_agg(k.advertisement_key, ''::bytea order by k.tracker_id, k.number) as packed,
      string_agg(k.tracker_id::text, ',' order by k.tracker_id, k.number) as ids
    from (
      select id from trackers
      where key_batch_id = ${keyBatchId} and id > ${range.afterId} and id <= ${range.throughId}
      order by id limit ${range.limit}) page
      join device_keys k on k.tracker_id = page.id
    having count(*) > 0`);
  return rows[0] ? { packed: rows[0].packed, ids: rows[0].ids.split(',').map(Number) } : null;
}
