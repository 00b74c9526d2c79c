import sql from 'sql-template-tag';
import type { DeviceKey } from '../../../src-shared/contract/trackers.ts';
import { isoOrNull } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/**
 * The hashed advertisement keys (base64) by which reports of each tracker are fetched, in order: of all its device keys
 * that have a private key. A tracker without any is left out. Plan: device_keys_number_key.
 */
export async function keysToAsk(db: Queryable, trackerIds: readonly number[]): Promise<Map<number, string[]>> {
  const { rows } = await db.query<{ id: number; keys: string[] }>(sql`
    select tracker_id as id, array_agg(encode(hashed_advertisement_key, 'base64') order by number) as keys
    from device_keys where tracker_id = any(${[...trackerIds]}::bigint[]) and private_key is not null
    group by tracker_id`);
  return new Map(rows.map(({ id, keys }) => [id, keys]));
}

/**
 * The keys of a tracker, and when each was heard, by all of its reports: for staff alone, since they may be of any
 * client's time. Plan: device_keys_number_key, and the primary key of location_reports by its tracker.
 */
export async function deviceKeys(db: Queryable, trackerId: number): Promise<DeviceKey[]> {
  const { rows } = await db.query<{
    number: number;
    key: string;
    address: string;
    has_private_key: boolean;
    reports: number;
    first: Date | null;
    last: Date | null;
  }>(sql`
    with heard as (
      select key_number, count(*) as reports, min(reported_at) as first, max(reported_at) as last
      from location_reports where tracker_id = ${trackerId}::bigint group by key_number)
    select k.number, encode(k.hashed_advertisement_key, 'base64') as key, upper(k.broadcast_address::text) as address,
      k.data_key_id is not null as has_private_key, coalesce(heard.reports, 0) as reports, heard.first, heard.last
    from device_keys k left join heard on heard.key_number = k.number
    where k.tracker_id = ${trackerId}::bigint order by k.number`);
  return rows.map((row) => ({
    number: row.number,
    hashedAdvertisementKey: row.key,
    broadcastAddress: row.address,
    hasPrivateKey: row.has_private_key,
    reportCount: row.reports,
    firstHeardAt: isoOrNull(row.first),
    lastHeardAt: isoOrNull(row.last),
  }));
}

export interface KeyOwner {
  trackerId: number;
  /** Of the device key, from 1. */
  number: number;
}

/**
 * Whose these hashed keys (base64) are now; a key may have moved since it was asked for. By unique index. `moves` is how
 * often keys were moved so far: a tracker of which one moved later may hold others now.
 */
export async function ownersOfKeys(
  db: Queryable,
  hashedKeys: readonly string[],
): Promise<{ owners: Map<string, KeyOwner>; moves: number }> {
  const wanted = hashedKeys.map((key) => Buffer.from(key, 'base64'));
  const { rows } = await db.query<{ moves: number } & (({ key: string } & KeyOwner) | { key: null })>(sql`
    select m.moves, encode(k.hashed_advertisement_key, 'base64') as key, k.tracker_id as "trackerId", k.number
    from (select coalesce((select moves from key_moves), 0) as moves) m left join device_keys k on k.hashed_advertisement_key = any(${wanted}::bytea[])`);
  const owners = new Map<string, KeyOwner>();
  for (const row of rows) if (row.key !== null) owners.set(row.key, { trackerId: row.trackerId, number: row.number });
  return { owners, moves: rows[0]!.moves };
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
