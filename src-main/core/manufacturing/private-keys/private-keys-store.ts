import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

export type KeyHolderScope = { keyBatchId: number } | { productionRunId: number } | { trackerIds: readonly number[] };

export interface SealedKeyPair {
  trackerId: number;
  /** Of the key, from 1. */
  number: number;
  dataKeyId: number;
  /** The address that the device is known by: its MAC address, or the one that its firmware will broadcast. */
  address: string;
  advertisementKey: Buffer;
  /** 32 bytes */
  hashedKey: Buffer;
  sealed: Buffer;
}

// Each is one of the indices trackers_batch, trackers_run and trackers_pkey, walked in order of id.
const within = (scope: KeyHolderScope): Sql =>
  'keyBatchId' in scope
    ? sql`t.key_batch_id = ${scope.keyBatchId}`
    : 'productionRunId' in scope
      ? sql`t.production_run_id = ${scope.productionRunId}`
      : sql`t.id = any(${[...scope.trackerIds]}::bigint[])`;

/** How many key pairs are meant, and of how many trackers. */
export async function countKeyPairs(db: Queryable, scope: KeyHolderScope): Promise<{ keys: number; trackers: number }> {
  const { rows } = await db.query<{ keys: number; trackers: number }>(sql`
    select count(*) as keys, count(distinct t.id) as trackers
    from trackers t join device_keys k on k.tracker_id = t.id where ${within(scope)} and k.private_key is not null`);
  return rows[0]!;
}

/**
 * The key pairs of up to `limit` trackers above an id, by tracker and number, the private keys sealed. System scope only:
 * the roles of people can't read them.
 */
export async function sealedKeyPairs(
  db: Queryable,
  scope: KeyHolderScope,
  afterId: number,
  limit: number,
): Promise<SealedKeyPair[]> {
  const { rows } = await db.query<SealedKeyPair>(sql`
    select t.id as "trackerId", k.number, k.data_key_id as "dataKeyId",
      upper(coalesce(t.mac_address, t.broadcast_address)::text) as address,
      k.advertisement_key as "advertisementKey", k.hashed_advertisement_key as "hashedKey", k.private_key as sealed
    from (
      select t.* from trackers t where ${within(scope)} and t.id > ${afterId}
        and exists (select from device_keys k where k.tracker_id = t.id and k.private_key is not null)
      order by t.id limit ${limit}) t
      join device_keys k on k.tracker_id = t.id
    where k.private_key is not null order by t.id, k.number`);
  return rows;
}

/** Ids by MAC address, of those that exist. */
export async function trackersByMac(db: Queryable, macs: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: number; mac: string }>(sql`
    select id, upper(mac_address::text) as mac from trackers where mac_address = any(${[...macs]}::macaddr[])`);
  return new Map(rows.map(({ id, mac }) => [mac, id]));
}
