import type { City } from '../../places/nearest-cities-store.ts';
import { type FindNearestCity, nearestCity } from '../../places/nearest-city.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { codeOf, isTransient } from '../../platform/db/sqlstate.ts';
import {
  type CorruptReportRow,
  ensurePartitions,
  insertReports,
  type LocationReportRow,
} from './location-reports-store.ts';

/** A decrypted report of a tracker. */
export interface IngestRow {
  trackerId: number;
  /** The number of the device key that it was heard under; 1 unless given. */
  keyNumber?: number;
  /** Milliseconds since the Unix epoch. */
  timestampMs: number;
  publishedAt: Date | null;
  /** SHA-256 of the payload, 32 bytes. */
  payloadHash: Uint8Array;
  latitude: number;
  longitude: number;
  horizontalAccuracyM: number;
  confidence: number;
  statusByte: number;
  /** Empty (0/0), or coordinates that don't exist: stored without a position. */
  invalidPosition: boolean;
}

export interface IngestOptions {
  now: Date;
  /** Older reports are not stored; null stores any. */
  maxReportAgeDays: number | null;
  corrupt?: readonly CorruptReportRow[];
  nearestCity?: FindNearestCity;
  /** Kept with corrupt reports: the source whose answer they were in, and the id of that answer in the log. */
  sourceId?: number;
  requestId?: string;
  /** How often keys had been moved when these trackers were looked up; reports of one whose keys moved since are left. */
  moves?: number;
}

export interface IngestResult {
  stored: number;
  /** Good reports that were stored before, or came twice. */
  duplicates: number;
  /** Corrupt reports that were not known before. */
  corrupt: number;
  tooOld: number;
  /** Ids of the trackers that got something new and now wait for the status engine. */
  changedTrackers: number[];
}

/** A report of any age is taken if it was published lately, but not without limit: each month has a partition. */
const MOST_LATE_DAYS = 60;

/**
 * Whether a report is too old to be stored: its time lies before the limit, and so does its publication, where the
 * source tells it. `maxReportAgeDays` is null where any age will do.
 */
export function isTooOld(
  { timestampMs, publishedAt }: { timestampMs: number | null; publishedAt: Date | null },
  maxReportAgeDays: number | null,
  now: Date,
): boolean {
  if (maxReportAgeDays === null || timestampMs === null) return false;
  const oldest = now.getTime() - maxReportAgeDays * DAY_MS;
  if (timestampMs >= oldest) return false;
  // One that is said to be published in time to come tells nothing.
  const published = publishedAt && publishedAt.getTime() < now.getTime() + DAY_MS ? publishedAt.getTime() : 0;
  return published < oldest || timestampMs < now.getTime() - MOST_LATE_DAYS * DAY_MS;
}

/** The network keeps reports this long (docs/find-my.md#apples-endpoints). */
export const MAX_REPORT_AGE_DAYS = 7;
const DAY_MS = 86_400_000;
const ATTEMPTS = 4;

/** Months whose partitions a database is known to have, as `YYYY-MM`. */
const knownMonths = new WeakMap<Queryable, Set<string>>();
/** Cities that a database is known to have; none is ever deleted. */
const knownCities = new WeakMap<Queryable, Set<number>>();

/**
 * Stores a batch of reports in one round trip (one more at the first report of a month): what is new is stored once,
 * named after its nearest city, and passed on to the status engine. The same batch sent twice changes nothing.
 */
export async function ingestReports(
  db: Queryable,
  rows: readonly IngestRow[],
  options: IngestOptions,
): Promise<IngestResult> {
  const { now, maxReportAgeDays, corrupt = [] } = options;
  const recent = rows.filter((row) => !isTooOld(row, maxReportAgeDays, now));
  const tooOld = rows.length - recent.length;
  if (recent.length === 0 && corrupt.length === 0) {
    return { stored: 0, duplicates: 0, corrupt: 0, tooOld, changedTrackers: [] };
  }
  const known = knownCities.get(db) ?? new Set<number>();
  knownCities.set(db, known);
  const cities = new Map<number, City>();
  const prepared = recent.map((row) => prepare(row, options.nearestCity ?? nearestCity, cities));
  const newCities = [...cities.values()].filter((city) => !known.has(city.id));
  for (let attempt = 1; ; attempt++) {
    try {
      await preparePartitions(db, recent);
      const result = await insertReports(db, prepared, corrupt, newCities, options);
      for (const { id } of newCities) known.add(id);
      return { ...result, duplicates: recent.length - result.stored, tooOld };
    } catch (error) {
      // Retention may have dropped a partition that was known: "no partition of relation found for row".
      if (codeOf(error).code === '23514') knownMonths.delete(db);
      else if (!isTransient(error)) throw error;
      if (attempt >= ATTEMPTS) throw error;
    }
  }
}

function prepare(row: IngestRow, find: FindNearestCity, cities: Map<number, City>): LocationReportRow {
  const city = row.invalidPosition ? null : find(row.longitude, row.latitude);
  if (city) cities.set(city.id, city);
  return {
    trackerId: row.trackerId,
    keyNumber: row.keyNumber ?? 1,
    timestampMs: row.timestampMs,
    payloadHash: row.payloadHash,
    publishedAt: row.publishedAt,
    longitude: row.invalidPosition ? null : row.longitude,
    latitude: row.invalidPosition ? null : row.latitude,
    horizontalAccuracyM: row.horizontalAccuracyM,
    confidence: row.confidence,
    statusByte: row.statusByte,
    nearestCityId: city?.id ?? null,
    nearestCityDistanceM: city?.distanceM ?? null,
  };
}

async function preparePartitions(db: Queryable, rows: readonly IngestRow[]): Promise<void> {
  const known = knownMonths.get(db) ?? new Set<string>();
  knownMonths.set(db, known);
  // By day first: a batch has thousands of reports, and few days.
  const days = [...new Set(rows.map((row) => Math.floor(row.timestampMs / DAY_MS)))];
  const monthOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 7);
  const missing = days.filter((day) => !known.has(monthOf(day)));
  if (missing.length === 0) return;
  await ensurePartitions(db, new Date(Math.min(...missing) * DAY_MS), new Date(Math.max(...missing) * DAY_MS));
  for (const day of missing) known.add(monthOf(day));
}
