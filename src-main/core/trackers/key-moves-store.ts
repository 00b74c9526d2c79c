import sql, { type Sql } from 'sql-template-tag';
import { numbers } from '../platform/db/array-literal.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

/** A tracker whose keys may be another device's, and what was heard of them. */
export interface KeyedTracker {
  id: number;
  macAddress: string | null;
  serialNumber: string | null;
  /** Base64 of the hashed key that is its first. */
  firstKey: string;
  /** Addresses that its keys are broadcast under. */
  broadcastAddresses: string[];
  /** Stored reports, those that wait and corrupt ones. */
  reports: number;
  visits: number;
  deliveries: number;
}

/** Locks trackers in the order of their ids, against moves and against ingest, and reads them. Staff only. */
export async function lockKeys(tx: Transaction, trackerIds: readonly number[]): Promise<Map<number, KeyedTracker>> {
  const ids = [...trackerIds];
  await tx.query(sql`select from trackers where id = any(${ids}::bigint[]) order by id for no key update`);
  await tx.query(sql`
    select from tracker_status where tracker_id = any(${ids}::bigint[]) order by tracker_id for no key update`);
  // A statement of its own: it sees what was committed while this one waited for the locks.
  const { rows } = await tx.query<KeyedTracker>(sql`
    select t.id, upper(t.mac_address::text) as "macAddress", t.serial_number as "serialNumber",
      encode(t.hashed_advertisement_key, 'base64') as "firstKey",
      (select array_agg(upper(k.broadcast_address::text)) from device_keys k where k.tracker_id = t.id)
        as "broadcastAddresses",
      (select count(*) from location_reports r where r.tracker_id = t.id)
        + (select count(*) from waiting_reports w where w.tracker_id = t.id)
        + (select count(*) from corrupt_reports c where c.tracker_id = t.id) as reports,
      (select count(*) from status_history h where h.tracker_id = t.id and h.superseded_at is null
        and h.location_id is not null) as visits,
      (select count(*) from deliveries d where d.tracker_id = t.id) as deliveries
    from trackers t where t.id = any(${ids}::bigint[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Gives each tracker all keys of another, with what was heard of them: a function, since reports are fetching's. */
export async function moveKeys(
  tx: Transaction,
  moves: readonly { trackerId: number; keysOf: number }[],
  now: Date,
): Promise<void> {
  await tx.query(sql`
    select move_device_keys(${moves.map((move) => move.trackerId)}::bigint[],
      ${moves.map((move) => move.keysOf)}::bigint[], ${now}::timestamptz)`);
}

/** How often keys were moved so far. */
export async function countKeyMoves(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ moves: number }>(sql`select moves from key_moves`);
  return rows[0]?.moves ?? 0;
}

/**
 * A statement's part: those of the trackers that are there and whose keys haven't moved since `moves` moves (null where
 * that is not known), held against moves until the end of the transaction.
 */
export const unmovedTrackers = (rows: readonly { trackerId: number | null }[], moves: number | null): Sql =>
  sql`select id from unmoved_trackers(${numbers([...new Set(rows.map(({ trackerId }) => trackerId))])}::bigint[],
    ${moves}::bigint) as id`;

/** A device key, where it is now. */
export interface PlacedKey {
  /** Base64. */
  hashedKey: string;
  trackerId: number;
  broadcastAddress: string;
  /** Stored reports that were heard under it, and those that wait. */
  reports: number;
}

/** The trackers that have these keys (base64). */
export async function trackersOfKeys(tx: Queryable, hashedKeys: readonly string[]): Promise<number[]> {
  const hashes = hashedKeys.map((key) => Buffer.from(key, 'base64'));
  const { rows } = await tx.query<{ id: number }>(sql`
    select distinct tracker_id as id from device_keys where hashed_advertisement_key = any(${hashes}::bytea[])`);
  return rows.map(({ id }) => id);
}

/** All keys of trackers, in order. */
export async function placedKeys(tx: Queryable, trackerIds: readonly number[]): Promise<PlacedKey[]> {
  const { rows } = await tx.query<PlacedKey>(sql`
    select encode(k.hashed_advertisement_key, 'base64') as "hashedKey", k.tracker_id as "trackerId",
      upper(k.broadcast_address::text) as "broadcastAddress",
      (select count(*) from location_reports r where r.tracker_id = k.tracker_id and r.key_number = k.number)
        + (select count(*) from waiting_reports w where w.tracker_id = k.tracker_id and w.key_number = k.number) as reports
    from device_keys k where k.tracker_id = any(${[...trackerIds]}::bigint[]) order by k.tracker_id, k.number`);
  return rows;
}

/** Gives each key to another tracker, with what was heard under it: a function, since reports are fetching's. */
export async function moveSingleKeys(
  tx: Transaction,
  keys: readonly { hashedKey: string; toTrackerId: number }[],
  now: Date,
): Promise<void> {
  await tx.query(sql`
    select move_single_keys(${keys.map(({ hashedKey }) => Buffer.from(hashedKey, 'base64'))}::bytea[],
      ${keys.map(({ toTrackerId }) => toTrackerId)}::bigint[], ${now}::timestamptz)`);
}
