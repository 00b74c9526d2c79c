import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/** Hashed advertisement key in base64, by which reports are fetched, of each tracker that exists. */
export async function hashedKeys(db: Queryable, trackerIds: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await db.query<{ id: number; key: Buffer }>(
    sql`select id, hashed_advertisement_key as key from trackers where id = any(${[...trackerIds]}::bigint[])`,
  );
  return new Map(rows.map((row) => [row.id, row.key.toString('base64')]));
}

export interface SealedKeyRow {
  trackerId: number;
  /** Of the device key, from 1. */
  number: number;
  dataKeyId: number;
  /** base64; the record that the sealed key is bound to. */
  hashedKey: string;
  sealed: Uint8Array;
}

/**
 * Sealed private keys of all device keys that have one. Only the system scope can read them: the role of people has no
 * right to the column. Plan: device_keys_number_key.
 */
export async function sealedPrivateKeys(db: Queryable, trackerIds: readonly number[]): Promise<SealedKeyRow[]> {
  const { rows } = await db.query<{ id: number; number: number; data_key_id: number; key: Buffer; sealed: Buffer }>(sql`
    select tracker_id as id, number, data_key_id, hashed_advertisement_key as key, private_key as sealed
    from device_keys where tracker_id = any(${[...trackerIds]}::bigint[]) and private_key is not null`);
  return rows.map((row) => ({
    trackerId: row.id,
    number: row.number,
    dataKeyId: row.data_key_id,
    hashedKey: row.key.toString('base64'),
    sealed: row.sealed,
  }));
}
