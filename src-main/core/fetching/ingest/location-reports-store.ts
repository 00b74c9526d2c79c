import sql from 'sql-template-tag';
import type { CorruptReason } from '../../../../src-shared/contract/corrupt-reports.ts';
import { type City, storeCities } from '../../places/nearest-cities-store.ts';
import { numbers, packed, times } from '../../platform/db/array-literal.ts';
import { fromEpochMs } from '../../platform/db/epoch.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { SaveLeftOut } from '../../status/after-fold.ts';
import { applyNewReports } from '../../status/new-reports-store.ts';
import { unmovedTrackers } from '../../trackers/key-moves-store.ts';

/** A row of location_reports as ingest writes it. `longitude` and `latitude` are null when the position is invalid. */
export interface LocationReportRow {
  trackerId: number;
  keyNumber: number;
  /** Milliseconds since the Unix epoch. */
  timestampMs: number;
  /** SHA-256 of the payload, 32 bytes */
  payloadHash: Uint8Array;
  publishedAt: Date | null;
  longitude: number | null;
  latitude: number | null;
  horizontalAccuracyM: number;
  confidence: number;
  statusByte: number;
  nearestCityId: number | null;
  nearestCityDistanceM: number | null;
}

export interface CorruptReportRow {
  /** Null when it names no key that was asked for. */
  trackerId: number | null;
  payloadHash: Uint8Array;
  payload: Uint8Array;
  reason: CorruptReason;
}

/** Makes the partitions of the months that reports between the two times belong to. */
export async function ensurePartitions(db: Queryable, first: Date, last: Date): Promise<void> {
  await db.query(sql`select ensure_location_report_partitions(${first}, ${last})`);
}

/**
 * Stores a batch in one statement: reports that are not there yet, stamped with the run period and the client that they
 * count for, corrupt ones, cities; queues the trackers that
 * really got something new for the status engine, and moves their last position on when it is newer. Trackers that were
 * deleted meanwhile, or whose keys moved after `moves` moves, are left out.
 *
 * `location_reports`' primary key decides what is new. Other rooms contribute what they keep of it as parts of the same
 * statement: a round trip for each would cost more than the work.
 */
export async function insertReports(
  db: Queryable,
  rows: readonly LocationReportRow[],
  corrupt: readonly CorruptReportRow[],
  cities: readonly City[],
  context: { now: Date; sourceId?: number | null; requestId?: string | null; moves?: number | null },
): Promise<{ stored: number; corrupt: number; changedTrackers: number[] }> {
  const { now, sourceId = null, requestId = null, moves = null } = context;
  const trackerIds = numbers(rows.map((row) => row.trackerId));
  const reportedMs = numbers(rows.map((row) => row.timestampMs));
  const statusBytes = [...new Set(rows.map((row) => row.statusByte))];
  const { rows: answers } = await db.query<{ stored: number; corrupt: number; changed: number[] }>(sql`
    with here as materialized (${unmovedTrackers([...rows, ...corrupt], moves)}),
    input as materialized (
      select tracker_id, to_timestamp(reported_ms / 1000) as reported_at,
        substring(${packed(rows.map((row) => row.payloadHash))}::bytea from place::int * 32 - 31 for 32) as payload_hash,
        to_timestamp(published_ms / 1000) as published_at, horizontal_accuracy_m, confidence, status_byte,
        nearest_city_id, nearest_city_distance_m, key_number, case when longitude is not null
          then st_setsrid(st_makepoint(longitude, latitude), 4326)::geography end as position,
        stamp.run_period_id, stamp.client_id
      from unnest(${trackerIds}::bigint[], ${reportedMs}::float8[],
        ${times(rows.map((row) => row.publishedAt))}::float8[],
        ${numbers(rows.map((row) => row.longitude))}::float8[], ${numbers(rows.map((row) => row.latitude))}::float8[],
        ${numbers(rows.map((row) => row.horizontalAccuracyM))}::smallint[],
        ${numbers(rows.map((row) => row.confidence))}::smallint[], ${numbers(rows.map((row) => row.statusByte))}::smallint[],
        ${numbers(rows.map((row) => row.nearestCityId))}::integer[],
        ${numbers(rows.map((row) => row.nearestCityDistanceM))}::integer[],
        ${numbers(rows.map((row) => row.keyNumber))}::smallint[]
      ) with ordinality as i (tracker_id, reported_ms, published_ms, longitude, latitude, horizontal_accuracy_m,
        confidence, status_byte, nearest_city_id, nearest_city_distance_m, key_number, place)
      -- After what is held, so that periods are read while nobody can move these trackers.
      left join stamps_of(${trackerIds}::bigint[], (select array_agg(to_timestamp(ms / 1000) order by n)
        from unnest(${reportedMs}::float8[]) with ordinality as t (ms, n), (select count(*) from here) as held)) as stamp
        using (place)
      where i.tracker_id in (select id from here)
    ),
    ${storeCities(cities)},
    stored as (
      insert into location_reports (tracker_id, reported_at, payload_hash, received_at, published_at, position,
        horizontal_accuracy_m, confidence, status_byte, nearest_city_id, nearest_city_distance_m, key_number,
        run_period_id, client_id, left_out_reason)
      select tracker_id, reported_at, payload_hash, ${now}::timestamptz, published_at, position, horizontal_accuracy_m,
        confidence, status_byte, nearest_city_id, nearest_city_distance_m, key_number, run_period_id, client_id,
        case when position is null then 'invalid' end
      from input
      on conflict do nothing
      returning tracker_id, reported_at, payload_hash, position, horizontal_accuracy_m, status_byte, nearest_city_id,
        nearest_city_distance_m, client_id
    ),
    damaged as (
      insert into corrupt_reports (tracker_id, payload_hash, payload, reason, received_at, source_id, request_id)
      select c.*, ${now}::timestamptz, (select id from report_sources where id = ${sourceId}::bigint), ${requestId}::uuid
      from unnest(${corrupt.map((row) => row.trackerId)}::bigint[], ${corrupt.map((row) => row.payloadHash)}::bytea[],
        ${corrupt.map((row) => row.payload)}::bytea[], ${corrupt.map((row) => row.reason)}::text[])
        as c (tracker_id, payload_hash, payload, reason)
      where tracker_id is null or c.tracker_id in (select id from here)
      on conflict do nothing
      returning tracker_id
    ),
    ${applyNewReports(now, statusBytes)}
    select (select count(*) from stored)::int as stored, (select count(*) from damaged)::int as corrupt,
      coalesce((select array_agg(tracker_id::float8 order by tracker_id) from changed), '{}') as changed`);
  const answer = answers[0]!;
  return { stored: answer.stored, corrupt: answer.corrupt, changedTrackers: answer.changed };
}

/** By the primary key of location_reports. */
export const saveLeftOut: SaveLeftOut = async (tx, changes) => {
  if (changes.length === 0) return;
  await tx.query(sql`
    update location_reports r set left_out_reason = w.reason
    from unnest(${changes.map((c) => c.trackerId)}::bigint[], ${changes.map((c) => c.at)}::float8[],
      ${changes.map((c) => c.hash)}::text[], ${changes.map((c) => c.reason)}::text[])
      as w(tracker_id, at_ms, hash, reason)
    where r.tracker_id = w.tracker_id and r.reported_at = ${fromEpochMs('w.at_ms')}
      and r.payload_hash = decode(w.hash, 'hex')`);
};

/** What identifies a payload without decrypting it. `timestampMs` is null when the payload is too damaged to tell. */
export interface PayloadKey {
  trackerId: number;
  timestampMs: number | null;
  /** 32 bytes */
  payloadHash: Uint8Array;
}

/**
 * Which of these were stored before, as a good report or as a corrupt one: they need no decryption. Answers their
 * places in `keys`. Looks rows up by the primary key of location_reports and the unique key of corrupt_reports.
 */
export async function findKnown(db: Queryable, keys: readonly PayloadKey[]): Promise<Set<number>> {
  if (keys.length === 0) return new Set();
  const { rows } = await db.query<{ place: number }>(sql`
    with key as (
      select place, tracker_id, to_timestamp(reported_ms / 1000) as reported_at,
        substring(${packed(keys.map((key) => key.payloadHash))}::bytea from place::int * 32 - 31 for 32) as payload_hash
      from unnest(${numbers(keys.map((key) => key.trackerId))}::bigint[],
        ${numbers(keys.map((key) => key.timestampMs))}::float8[])
        with ordinality as k (tracker_id, reported_ms, place)
    )
    select place::int as place
    from key k
    where exists (select from location_reports r
        where r.tracker_id = k.tracker_id and r.reported_at = k.reported_at and r.payload_hash = k.payload_hash)
      or exists (select from corrupt_reports c
        where c.tracker_id = k.tracker_id and c.payload_hash = k.payload_hash)`);
  return new Set(rows.map((row) => row.place - 1));
}
