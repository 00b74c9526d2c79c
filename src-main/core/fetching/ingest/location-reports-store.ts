import sql from 'sql-template-tag';
import type { CorruptReason } from '../../../../src-shared/contract/corrupt-reports.ts';
import { batteryOf } from '../../../../src-shared/domain/find-my/battery.ts';
import { numbers, packed, times } from '../../platform/db/array-literal.ts';
import type { Queryable } from '../../platform/db/queryable.ts';

/** A row of location_reports as ingest writes it. `longitude` and `latitude` are null when the position is invalid. */
export interface LocationReportRow {
  trackerId: number;
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

export interface CityRow {
  id: number;
  name: string;
  countryCode: string;
}

/** Makes the partitions of the months that reports between the two times belong to. */
export async function ensurePartitions(db: Queryable, first: Date, last: Date): Promise<void> {
  await db.query(sql`select ensure_location_report_partitions(${first}, ${last})`);
}

/** Against the row as it is once it is locked: another fetcher may have moved it on meanwhile. */
const isNewer = sql`(s.last_reported_at is null and n.reported_at is not null or n.reported_at > s.last_reported_at)`;

/**
 * Stores a batch in one statement: reports that are not there yet, corrupt ones, cities; queues the trackers that
 * really got something new for the status engine, and moves their last position on when it is newer. Trackers that
 * were deleted meanwhile are left out.
 *
 * `location_reports`' primary key decides what is new. tracker_status is updated by primary key.
 */
export async function insertReports(
  db: Queryable,
  rows: readonly LocationReportRow[],
  corrupt: readonly CorruptReportRow[],
  cities: readonly CityRow[],
  context: { now: Date; sourceId?: number | null; requestId?: string | null },
): Promise<{ stored: number; corrupt: number; changedTrackers: number[] }> {
  const { now, sourceId = null, requestId = null } = context;
  const statusBytes = [...new Set(rows.map((row) => row.statusByte))];
  const { rows: answers } = await db.query<{ stored: number; corrupt: number; changed: number[] }>(sql`
    with input as materialized (
      select tracker_id, to_timestamp(reported_ms / 1000) as reported_at,
        substring(${packed(rows.map((row) => row.payloadHash))}::bytea from place::int * 32 - 31 for 32) as payload_hash,
        to_timestamp(published_ms / 1000) as published_at, horizontal_accuracy_m, confidence, status_byte,
        nearest_city_id, nearest_city_distance_m, case when longitude is not null
          then st_setsrid(st_makepoint(longitude, latitude), 4326)::geography end as position
      from unnest(
        ${numbers(rows.map((row) => row.trackerId))}::bigint[], ${numbers(rows.map((row) => row.timestampMs))}::float8[],
        ${times(rows.map((row) => row.publishedAt))}::float8[],
        ${numbers(rows.map((row) => row.longitude))}::float8[], ${numbers(rows.map((row) => row.latitude))}::float8[],
        ${numbers(rows.map((row) => row.horizontalAccuracyM))}::smallint[],
        ${numbers(rows.map((row) => row.confidence))}::smallint[], ${numbers(rows.map((row) => row.statusByte))}::smallint[],
        ${numbers(rows.map((row) => row.nearestCityId))}::integer[],
        ${numbers(rows.map((row) => row.nearestCityDistanceM))}::integer[]
      ) with ordinality as i (tracker_id, reported_ms, published_ms, longitude, latitude, horizontal_accuracy_m,
        confidence, status_byte, nearest_city_id, nearest_city_distance_m, place)
      where exists (select from trackers t where t.id = i.tracker_id)
    ),
    city as (
      insert into nearest_cities (id, name, country_code)
      select * from unnest(${cities.map((city) => city.id)}::integer[], ${cities.map((city) => city.name)}::text[],
        ${cities.map((city) => city.countryCode)}::text[]) as c (id, name, country_code)
      order by id
      on conflict (id) do nothing
    ),
    stored as (
      insert into location_reports (tracker_id, reported_at, payload_hash, received_at, published_at, position,
        horizontal_accuracy_m, confidence, status_byte, nearest_city_id, nearest_city_distance_m, left_out_reason)
      select tracker_id, reported_at, payload_hash, ${now}::timestamptz, published_at, position, horizontal_accuracy_m,
        confidence, status_byte, nearest_city_id, nearest_city_distance_m,
        case when position is null then 'invalid' end
      from input
      on conflict do nothing
      returning tracker_id, reported_at, payload_hash, position, horizontal_accuracy_m, status_byte, nearest_city_id,
        nearest_city_distance_m
    ),
    damaged as (
      insert into corrupt_reports (tracker_id, payload_hash, payload, reason, received_at, source_id, request_id)
      select c.*, ${now}::timestamptz, (select id from report_sources where id = ${sourceId}::bigint), ${requestId}::uuid
      from unnest(${corrupt.map((row) => row.trackerId)}::bigint[], ${corrupt.map((row) => row.payloadHash)}::bytea[],
        ${corrupt.map((row) => row.payload)}::bytea[], ${corrupt.map((row) => row.reason)}::text[])
        as c (tracker_id, payload_hash, payload, reason)
      where tracker_id is null or exists (select from trackers t where t.id = c.tracker_id)
      on conflict do nothing
      returning tracker_id
    ),
    changed as (
      select tracker_id, count(*) as reports, min(reported_at) as fold_from, max(reported_at) as fold_to
      from stored group by tracker_id
    ),
    pending as (
      insert into status_pending as p (tracker_id, fold_from, fold_to, reason, queued_at)
      select tracker_id, fold_from, fold_to, 'reports', ${now}::timestamptz from changed order by tracker_id
      on conflict (tracker_id) do update set fold_from = least(p.fold_from, excluded.fold_from),
        fold_to = greatest(p.fold_to, excluded.fold_to)
    ),
    -- From what was stored, not from the input: a join of the two is estimated at one row, and goes by nested loops.
    newest as (
      select distinct on (tracker_id) *
      from stored
      where position is not null
      order by tracker_id, reported_at desc, payload_hash desc
    ),
    battery as (
      select * from unnest(${statusBytes}::smallint[], ${statusBytes.map((byte) => batteryOf(byte))}::text[])
        as b (status_byte, level)
    ),
    counted as (
      update tracker_status s
      set report_count = s.report_count + c.reports,
        last_reported_at = case when ${isNewer} then n.reported_at else s.last_reported_at end,
        last_position = case when ${isNewer} then n.position else s.last_position end,
        last_horizontal_accuracy_m =
          case when ${isNewer} then n.horizontal_accuracy_m else s.last_horizontal_accuracy_m end,
        last_battery_level = case when ${isNewer} then b.level else s.last_battery_level end,
        last_nearest_city_id = case when ${isNewer} then n.nearest_city_id else s.last_nearest_city_id end,
        last_nearest_city_distance_m =
          case when ${isNewer} then n.nearest_city_distance_m else s.last_nearest_city_distance_m end
      from changed c left join newest n on n.tracker_id = c.tracker_id left join battery b using (status_byte)
      where s.tracker_id = c.tracker_id
    )
    select (select count(*) from stored)::int as stored, (select count(*) from damaged)::int as corrupt,
      coalesce((select array_agg(tracker_id::float8 order by tracker_id) from changed), '{}') as changed`);
  const answer = answers[0]!;
  return { stored: answer.stored, corrupt: answer.corrupt, changedTrackers: answer.changed };
}

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
