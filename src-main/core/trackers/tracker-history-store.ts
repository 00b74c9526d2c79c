import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { LocationKind, Status } from '../../../src-shared/contract/status.ts';
import type { LocationReport, StatusHistoryEntry, TrackerAggregate } from '../../../src-shared/contract/trackers.ts';
import { batteryOf, type Firmware, readBattery } from '../../../src-shared/domain/find-my/battery.ts';
import { allOf, ifGiven, iso, isoOrNull, keyAfter, ownClient, pageOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { ownReport } from './client-view-store.ts';

/** Cursors carry an instant as the database prints it: a Date would drop the microseconds. */
const instantText = z.string().max(60);

interface Range extends TimeRange {
  limit: number;
  cursor?: string | undefined;
}
export const inTimeRange = (column: Sql, { from, to }: TimeRange): (Sql | undefined)[] => [
  ifGiven(from, (at) => sql`${column} >= ${at}::timestamptz`),
  ifGiven(to, (at) => sql`${column} < ${at}::timestamptz`),
];

/** ISO instants; `from` is included, `to` is not. */
export interface TimeRange {
  from?: string | undefined;
  to?: string | undefined;
}

/**
 * Whether there is such a tracker and the transaction's person may see it. Each list decides which part of its past
 * they see.
 */
export async function trackerIsVisible(tx: Transaction, trackerId: number): Promise<boolean> {
  const { rows } = await tx.query<{ found: boolean }>(sql`
    select exists (select from trackers t where t.id = ${trackerId}::bigint and ${ownClient(tx, 't.client_id')}) as found`);
  return rows[0]?.found === true;
}

interface ReportRow {
  at_text: string;
  hash: string;
  reported_at: Date;
  received_at: Date;
  published_at: Date | null;
  longitude: number | null;
  latitude: number | null;
  horizontal_accuracy_m: number | null;
  confidence: number;
  status_byte: number | null;
  firmware: Firmware | null;
  city_name: string | null;
  city_country: string | null;
  city_distance_m: number | null;
  left_out_reason: LocationReport['leftOutReason'];
}

/** Location reports of a tracker, newest first. Plan: backward scan of the primary key (tracker, time, hash). */
export async function locationReports(tx: Transaction, trackerId: number, query: Range): Promise<Page<LocationReport>> {
  const last = keyAfter(z.tuple([instantText, z.string()]), query.cursor);
  const { rows } = await tx.query<ReportRow>(sql`
    select r.reported_at::text as at_text, encode(r.payload_hash, 'hex') as hash, r.reported_at, r.received_at, r.published_at,
      st_x(r.position::geometry) as longitude, st_y(r.position::geometry) as latitude, r.horizontal_accuracy_m, r.confidence,
      r.status_byte, c.name as city_name, c.country_code as city_country, r.nearest_city_distance_m as city_distance_m,
      r.left_out_reason, firmware_of(r.tracker_id) as firmware
    from location_reports r left join nearest_cities c on c.id = r.nearest_city_id
    where ${allOf(
      sql`r.tracker_id = ${trackerId}::bigint`,
      ...inTimeRange(sql`r.reported_at`, query),
      ownReport(tx, 'r'),
      ifGiven(
        last,
        ([at, hash]) => sql`(r.reported_at, r.payload_hash) < (${at}::timestamptz, decode(${hash}, 'hex'))`,
      ),
    )}
    order by r.reported_at desc, r.payload_hash desc limit ${query.limit + 1}`);
  return pageOf(rows, query.limit, toReport, (row) => [row.at_text, row.hash]);
}

const toReport = (row: ReportRow): LocationReport => ({
  id: `${row.reported_at.getTime()}-${row.hash.slice(0, 16)}`,
  reportedAt: iso(row.reported_at),
  receivedAt: iso(row.received_at),
  publishedAt: isoOrNull(row.published_at),
  position:
    row.longitude === null || row.latitude === null
      ? null
      : { type: 'Point', coordinates: [row.longitude, row.latitude] },
  horizontalAccuracyM: row.horizontal_accuracy_m,
  confidence: row.confidence,
  ...readBattery(row.status_byte === null ? null : batteryOf(row.status_byte, row.firmware)),
  nearestCity:
    row.city_name === null
      ? null
      : { name: row.city_name, countryCode: row.city_country ?? '', distanceM: row.city_distance_m ?? 0 },
  leftOutReason: row.left_out_reason,
});

interface HistoryRow {
  id: number;
  at_text: string;
  cause_text: string;
  visit_id: string;
  status: Status;
  location_id: number | null;
  location_name: string | null;
  location_kind: LocationKind | null;
  entered_at: Date;
  left_at: Date | null;
  cause_at: Date;
  cause_hash: string;
  superseded_at: Date | null;
  superseded_reason: string | null;
}

/** Status history, in the order of the fold, newest first; a client's user sees the entries of their own runs. Plan: scan of status_history_tracker (tracker, entered_at desc), sorted within equal times. */
export async function statusHistory(
  tx: Transaction,
  trackerId: number,
  query: Range & { includeSuperseded?: boolean | undefined },
): Promise<Page<StatusHistoryEntry>> {
  const last = keyAfter(z.tuple([instantText, instantText, z.string(), z.number()]), query.cursor);
  const { rows } = await tx.query<HistoryRow>(sql`
    select h.id, h.entered_at::text as at_text, h.cause_reported_at::text as cause_text, h.visit_id, h.status, h.location_id, l.name as location_name,
      l.kind as location_kind, h.entered_at, h.left_at, h.cause_reported_at as cause_at,
      encode(h.cause_payload_hash, 'hex') as cause_hash, h.superseded_at, h.superseded_reason
    from status_history h left join locations l on l.id = h.location_id
    where ${allOf(
      sql`h.tracker_id = ${trackerId}::bigint and ${ownClient(tx, 'h.client_id')}`,
      query.includeSuperseded ? undefined : sql`h.superseded_at is null`,
      ifGiven(query.from, (at) => sql`(h.left_at is null or h.left_at > ${at}::timestamptz)`),
      ifGiven(query.to, (at) => sql`h.entered_at < ${at}::timestamptz`),
      ifGiven(
        last,
        ([at, cause, hash, id]) => sql`(h.entered_at, h.cause_reported_at, h.cause_payload_hash, h.id)
          < (${at}::timestamptz, ${cause}::timestamptz, decode(${hash}, 'hex'), ${id}::bigint)`,
      ),
    )}
    order by h.entered_at desc, h.cause_reported_at desc, h.cause_payload_hash desc, h.id desc limit ${query.limit + 1}`);
  return pageOf(rows, query.limit, toEntry, (row) => [row.at_text, row.cause_text, row.cause_hash, row.id]);
}

const toEntry = (row: HistoryRow): StatusHistoryEntry => ({
  id: row.id,
  visitId: row.visit_id,
  status: row.status,
  location:
    row.location_id === null || row.location_kind === null
      ? null
      : { id: row.location_id, name: row.location_name ?? '', kind: row.location_kind },
  enteredAt: iso(row.entered_at),
  leftAt: isoOrNull(row.left_at),
  causedByReportId: `${row.cause_at.getTime()}-${row.cause_hash.slice(0, 16)}`,
  supersededAt: isoOrNull(row.superseded_at),
  supersededReason: row.superseded_reason,
});

interface AggregateRow {
  at_text: string;
  run_period_id: number;
  bucket_start: Date;
  report_count: number;
  first_reported_at: Date;
  last_reported_at: Date;
  longitude: number;
  latitude: number;
  distance_m: number;
  status_at_end: Status;
}

/** Aggregates by hour or day (UTC), newest first; one that a move lies in has a part for each run period. Plan: backward scan of the primary key. */
export async function trackerAggregates(
  tx: Transaction,
  trackerId: number,
  query: Range & { period: 'hour' | 'day' },
): Promise<Page<TrackerAggregate>> {
  const last = keyAfter(z.tuple([instantText, z.number()]), query.cursor);
  const { rows } = await tx.query<AggregateRow>(sql`
    select a.bucket_start::text as at_text, a.run_period_id, a.bucket_start, a.report_count, a.first_reported_at, a.last_reported_at,
      st_x(a.position::geometry) as longitude, st_y(a.position::geometry) as latitude, a.distance_m, a.status_at_end
    from tracker_aggregates a
    where ${allOf(
      sql`a.tracker_id = ${trackerId}::bigint and a.period = ${query.period}`,
      ownClient(tx, 'a.client_id'),
      ...inTimeRange(sql`a.bucket_start`, query),
      ifGiven(last, ([at, period]) => sql`(a.bucket_start, a.run_period_id) < (${at}::timestamptz, ${period}::bigint)`),
    )}
    order by a.bucket_start desc, a.run_period_id desc limit ${query.limit + 1}`);
  return pageOf(rows, query.limit, toAggregate, (row) => [row.at_text, row.run_period_id]);
}

const toAggregate = (row: AggregateRow): TrackerAggregate => ({
  bucketStart: iso(row.bucket_start),
  reportCount: row.report_count,
  firstReportedAt: iso(row.first_reported_at),
  lastReportedAt: iso(row.last_reported_at),
  position: { type: 'Point', coordinates: [row.longitude, row.latitude] },
  distanceM: row.distance_m,
  statusAtEnd: row.status_at_end,
});
