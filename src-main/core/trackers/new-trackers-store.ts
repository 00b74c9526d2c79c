import sql from 'sql-template-tag';
import type { Firmware } from '../../../src-shared/domain/find-my/battery.ts';
import type { KeyBatchPart } from '../keys/generator/generate-keys.ts';
import type { Queryable } from '../platform/db/queryable.ts';

export interface StoredTrackers {
  count: number;
  /** 0 when there is none yet. */
  lastId: number;
}

/**
 * Stores a part of a batch, cut out of three packed values: cheaper to send than arrays, and no array of keys has to be
 * written as text. `keysPerDevice` pairs that follow one another are a tracker's, and what is left at the end is nobody's.
 * A pair whose key or broadcast address (46 bits of the key) is there already is left out, since two devices with one
 * address could not be told apart; the caller makes others in place of what is missing. Returns the trackers stored.
 * Plan: device_keys_broadcast_address and device_keys_hashed_advertisement_key_key, one probe a pair.
 */
export async function insertGeneratedTrackers(
  tx: Queryable,
  batch: { keyBatchId: number; dataKeyId: number; keysPerDevice: number },
  part: KeyBatchPart,
  now: Date,
): Promise<StoredTrackers> {
  const { keyBatchId, dataKeyId, keysPerDevice } = batch;
  const { rows } = await tx.query<StoredTrackers>(sql`
    with cut as materialized (
      select i, key as advertisement_key,
        substring(${part.hashedKeys}::bytea from i * 32 + 1 for 32) as hashed_advertisement_key,
        substring(${part.sealedPrivateKeys}::bytea from i * 57 + 1 for 57) as private_key,
        encode(set_byte(substring(key from 1 for 6), 0, get_byte(key, 0) | 192), 'hex')::macaddr as broadcast_address
      from generate_series(0, ${part.count}::int - 1) i
        cross join lateral substring(${part.advertisementKeys}::bytea from i * 28 + 1 for 28) key),
    good as materialized (
      select c.*, row_number() over (order by i) - 1 as place, count(*) over () as good_count
      from (select *, row_number() over (partition by broadcast_address order by i) as nth from cut) c
      where nth = 1
        and not exists (select from device_keys k where k.broadcast_address = c.broadcast_address)
        and not exists (select from device_keys k where k.hashed_advertisement_key = c.hashed_advertisement_key)),
    key as materialized (
      select *, place / ${keysPerDevice}::int as device, place % ${keysPerDevice}::int + 1 as number
      from good where place < good_count / ${keysPerDevice}::int * ${keysPerDevice}::int),
    stored as (
      insert into trackers (key_batch_id, production_run_id, advertisement_key, hashed_advertisement_key, private_key,
        data_key_id, broadcast_address, firmware, created_at)
      select b.id, b.production_run_id, key.advertisement_key, key.hashed_advertisement_key, key.private_key,
        ${dataKeyId}::bigint, key.broadcast_address, b.firmware, ${now}::timestamptz
      from key join key_batches b on b.id = ${keyBatchId} where key.number = 1 order by key.place
      returning id, hashed_advertisement_key),
    -- The first key comes with the tracker.
    further as (
      insert into device_keys (tracker_id, number, advertisement_key, hashed_advertisement_key, private_key, data_key_id,
        broadcast_address)
      select stored.id, key.number, key.advertisement_key, key.hashed_advertisement_key, key.private_key,
        ${dataKeyId}::bigint, key.broadcast_address
      from stored join key first using (hashed_advertisement_key) join key on key.device = first.device
      where key.number > 1 order by key.place)
    select count(*) as count, coalesce(max(id), 0) as "lastId" from stored`);
  return rows[0] ?? { count: 0, lastId: 0 };
}

export interface ImportedKey {
  /** 28 bytes */
  advertisementKey: Uint8Array;
  /** 32 bytes */
  hashedKey: Uint8Array;
  sealedPrivateKey: Uint8Array;
  broadcastAddress: string;
}

export interface ImportedTracker {
  /** In order; never empty. */
  keys: readonly ImportedKey[];
  macAddress: string | null;
  serialNumber: string | null;
}

/** Adds trackers that were made elsewhere, with all their keys, to a production run. */
export async function insertImportedTrackers(
  tx: Queryable,
  { productionRunId, dataKeyId, firmware }: { productionRunId: number; dataKeyId: number; firmware: Firmware | null },
  trackers: readonly ImportedTracker[],
  now: Date,
): Promise<void> {
  if (trackers.length === 0) return;
  const first = trackers.map(({ keys }) => keys[0]!);
  const { rows } = await tx.query<{ id: number; key: string }>(sql`
    insert into trackers (production_run_id, data_key_id, advertisement_key, hashed_advertisement_key, private_key,
      broadcast_address, mac_address, serial_number, firmware, manufactured_at, created_at)
    select ${productionRunId}, ${dataKeyId}, t.adv, t.hashed, t.sealed, t.broadcast, t.mac, t.serial, ${firmware},
      case when t.mac is not null then ${now}::timestamptz end, ${now}
    from unnest(${first.map((k) => k.advertisementKey)}::bytea[], ${first.map((k) => k.hashedKey)}::bytea[],
      ${first.map((k) => k.sealedPrivateKey)}::bytea[], ${first.map((k) => k.broadcastAddress)}::macaddr[],
      ${trackers.map((t) => t.macAddress)}::macaddr[], ${trackers.map((t) => t.serialNumber)}::text[])
      with ordinality as t(adv, hashed, sealed, broadcast, mac, serial, position)
    order by t.position
    returning id, encode(hashed_advertisement_key, 'base64') as key`);
  const idOf = new Map(rows.map(({ id, key }) => [key, id]));
  const further = trackers.map(({ keys: [one, ...rest] }) => ({
    trackerId: idOf.get(Buffer.from(one!.hashedKey).toString('base64'))!,
    after: 1,
    keys: rest,
  }));
  await insertFurtherKeys(tx, dataKeyId, further);
}

/** Adds keys to trackers, numbered from the one that follows `after`. */
export async function insertFurtherKeys(
  tx: Queryable,
  dataKeyId: number,
  trackers: readonly { trackerId: number; after: number; keys: readonly ImportedKey[] }[],
): Promise<void> {
  const keys = trackers.flatMap(({ trackerId, after, keys: own }) =>
    own.map((key, i) => ({ ...key, trackerId, number: after + i + 1 })),
  );
  if (keys.length === 0) return;
  await tx.query(sql`
    insert into device_keys (tracker_id, number, advertisement_key, hashed_advertisement_key, private_key, data_key_id,
      broadcast_address)
    select k.tracker, k.number, k.adv, k.hashed, k.sealed, ${dataKeyId}, k.broadcast
    from unnest(${keys.map((k) => k.trackerId)}::bigint[], ${keys.map((k) => k.number)}::smallint[],
      ${keys.map((k) => k.advertisementKey)}::bytea[], ${keys.map((k) => k.hashedKey)}::bytea[],
      ${keys.map((k) => k.sealedPrivateKey)}::bytea[], ${keys.map((k) => k.broadcastAddress)}::macaddr[])
      as k(tracker, number, adv, hashed, sealed, broadcast)`);
}

/**
 * Adds the private keys of device keys that are there as public ones only; one that has come meanwhile stays. They are
 * found by the hashed key.
 */
export async function insertPrivateKeys(tx: Queryable, dataKeyId: number, keys: readonly ImportedKey[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(sql`
    update device_keys k set private_key = w.sealed, data_key_id = ${dataKeyId}::bigint
    from unnest(${keys.map((k) => k.hashedKey)}::bytea[], ${keys.map((k) => k.sealedPrivateKey)}::bytea[]) as w(hashed, sealed)
    where k.hashed_advertisement_key = w.hashed and k.data_key_id is null`);
}

/**
 * Says which firmware trackers of a batch have: all of them, or with a range of ids those of which it isn't known yet.
 * Plan: trackers_batch.
 */
export async function setFirmware(
  tx: Queryable,
  of: { keyBatchId: number; unknownIn?: { afterId: number; throughId: number } },
  firmware: Firmware | null,
): Promise<void> {
  const { afterId, throughId } = of.unknownIn ?? { afterId: 0, throughId: Number.MAX_SAFE_INTEGER };
  await tx.query(sql`
    update trackers set firmware = ${firmware}
    where key_batch_id = ${of.keyBatchId} and id > ${afterId} and id <= ${throughId}
      and firmware is distinct from ${firmware} and (${of.unknownIn === undefined} or firmware is null)`);
}

/** The tracker that has a key; or else one that broadcasts another under the same address; null where there is none. */
export async function trackerOfKey(
  tx: Queryable,
  hashedKey: Uint8Array,
  broadcastAddress: string,
): Promise<{ id: number; isSame: boolean } | null> {
  const { rows } = await tx.query<{ id: number; isSame: boolean }>(sql`
    select tracker_id as id, hashed_advertisement_key = ${hashedKey} as "isSame" from device_keys
    where hashed_advertisement_key = ${hashedKey} or broadcast_address = ${broadcastAddress}::macaddr
    order by 2 desc limit 1`);
  return rows[0] ?? null;
}

/** Adds one tracker, with its sealed private key or the public key only. Returns its id. */
export async function insertTracker(
  tx: Queryable,
  tracker: Omit<ImportedKey, 'sealedPrivateKey'> & {
    productionRunId: number | null;
    macAddress: string | null;
    serialNumber: string | null;
  },
  key: { sealed: Uint8Array; dataKeyId: number } | null,
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into trackers (production_run_id, data_key_id, advertisement_key, hashed_advertisement_key, private_key,
      broadcast_address, mac_address, serial_number, manufactured_at, created_at)
    values (${tracker.productionRunId}::bigint, ${key?.dataKeyId ?? null}::bigint, ${tracker.advertisementKey},
      ${tracker.hashedKey}, ${key?.sealed ?? null}::bytea, ${tracker.broadcastAddress}::macaddr,
      ${tracker.macAddress}::macaddr, ${tracker.serialNumber},
      case when ${tracker.macAddress}::macaddr is not null then ${now}::timestamptz end, ${now}::timestamptz)
    returning id`);
  return rows[0]!.id;
}
