import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { LocationKind } from '../../../../src-shared/contract/status.ts';
import type { Position } from '../../../../src-shared/domain/geo/distance.ts';
import { addToHours, type HourBucket } from '../../../../src-shared/domain/status/aggregate.ts';
import { foldReports, leftOutReason } from '../../../../src-shared/domain/status/fold.ts';
import { bruteForceHistory, seen, timesOf, type World } from '../../../../src-shared/domain/status/testing/world.ts';
import {
  compareKeys,
  type RunWindow,
  type StatusRules,
  unknownState,
} from '../../../../src-shared/domain/status/types.ts';
import { ingestReports } from '../../fetching/ingest/ingest.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { writeSetting } from '../../platform/db/settings-store.ts';
import { insertIds } from '../../testing/company.ts';
import { type FencesChanged, followFences } from '../fences-in-time.ts';
import { queueRefold } from '../refold-queue-store.ts';
import { areaByHand, distanceByHand } from './outline-by-hand.ts';

/** A report of a made-up world; `n` makes its payload. A null position is an empty report. */
export interface MadeReport {
  trackerId: number;
  at: number;
  n: number;
  position: Position | null;
  accuracyM: number;
}
export interface MadeFence {
  id: number;
  kind: LocationKind;
  radiusM: number;
  position: Position;
  /** The corners of an outline of one ring, of which the radius is the margin. */
  corners?: readonly Position[];
  /** Half-open, epoch milliseconds; without a limit where it isn't said. */
  from?: number;
  to?: number;
}

export const payloadHash = (report: MadeReport) =>
  createHash('sha256').update(`${report.trackerId} ${report.at} ${report.n}`).digest();

/** Stores reports as the fetcher does: what is new is queued for the status engine. */
export async function ingest(db: Database, reports: readonly MadeReport[], now = new Date(0)): Promise<void> {
  const rows = reports.map((report) => ({
    trackerId: report.trackerId,
    timestampMs: report.at,
    publishedAt: null,
    payloadHash: payloadHash(report),
    latitude: report.position?.latitude ?? 0,
    longitude: report.position?.longitude ?? 0,
    horizontalAccuracyM: report.accuracyM,
    confidence: 2,
    statusByte: 0,
    invalidPosition: report.position === null,
  }));
  await ingestReports(db, rows, { now, maxReportAgeDays: null, nearestCity: () => null });
}

/** Of one ring, as PostGIS reads it. */
export function outlineText(corners: readonly Position[] | undefined): string | null {
  if (!corners) return null;
  const ring = [...corners, corners[0]!].map(({ longitude, latitude }) => `${longitude} ${latitude}`);
  return `SRID=4326;MULTIPOLYGON(((${ring.join()})))`;
}

export async function insertFence(
  db: Database,
  fence: Omit<MadeFence, 'id'> & { runId?: number | null; name?: string },
): Promise<number> {
  const [id] = await insertIds(
    db,
    sql`insert into locations (kind, name, position, outline, geofence_radius_m, production_run_id) values (${fence.kind},
      ${fence.name ?? 'fence'}, ST_MakePoint(${fence.position.longitude}, ${fence.position.latitude})::geography,
      ${outlineText(fence.corners)}::geography,
      ${fence.radiusM}, ${fence.runId ?? null}::bigint) returning id`,
  );
  await followFences(db, { locationIds: [id!], since: null, finishedRunIds: [], now: new Date(0) });
  return id!;
}

/**
 * What was written to these locations counts as `followFences` says, and is folded again. A correction where no instant
 * (epoch milliseconds) is said; runs that are over take it up only where they are named.
 */
export async function fencesChanged(
  db: Database,
  locationIds: number[],
  { now = new Date(0), since = null, finishedRunIds = [] }: Partial<Omit<FencesChanged, 'locationIds'>> = {},
): Promise<void> {
  await db.transaction({ kind: 'system' }, async (tx) => {
    const effect = await followFences(tx, { locationIds, since, finishedRunIds, now });
    if (effect === null) return;
    // Waits for no clock.
    await queueRefold(tx, { productionRunIds: effect.productionRunIds }, 'fence changed', new Date(0), effect.extent);
  });
}

/** Sets the rules and queues every tracker, in runs that are over too. */
export const setStatusRules = (db: Database, rules: StatusRules, now: Date) =>
  db.transaction({ kind: 'system' }, async (tx) => {
    await writeSetting(tx, 'status-rules', rules, now);
    await queueRefold(tx, 'all', 'rules changed', now);
  });

/**
 * A point some metres east and north of another, on a sphere; near enough for made-up worlds. At a pole east and north are
 * those of its longitude.
 */
export function offset(from: Position, eastM: number, northM: number): Position {
  const radians = Math.PI / 180;
  const angle = Math.hypot(eastM, northM) / 6_371_009;
  const bearing = Math.atan2(eastM, northM);
  const [latitude, longitude] = [from.latitude * radians, from.longitude * radians];
  // Along the axis, and on the plane of the equator towards the point's longitude and at right angles to it.
  const [sin, cos] = [Math.sin(latitude), Math.cos(latitude)];
  const [north, east] = [Math.sin(angle) * Math.cos(bearing), Math.sin(angle) * Math.sin(bearing)];
  const outward = cos * Math.cos(angle) - sin * north;
  const up = sin * Math.cos(angle) + cos * north;
  const turned = (longitude + Math.atan2(east, outward)) / radians;
  return {
    latitude: Math.atan2(up, Math.hypot(east, outward)) / radians,
    longitude: turned - 360 * Math.round(turned / 360),
  };
}

/** What a tracker's stored history, aggregates and reports must say: from the rules' brute force, in one go. */
export function expected(
  reports: readonly MadeReport[],
  fences: readonly MadeFence[],
  run: RunWindow | null,
  rules: StatusRules,
) {
  const byKey = new Map(reports.map((report) => [payloadHash(report).toString('hex'), report]));
  const world: World = {
    run,
    rules,
    fences: fences.map(({ id, kind, radiusM, corners, from = -Infinity, to = Infinity }) => ({
      outlineAreaM2: corners ? areaByHand(corners) : null,
      locationId: id,
      kind,
      radiusM,
      from,
      to,
    })),
    reports: [...byKey].map(([hash, { at, position, accuracyM }]) => {
      const distances = fences.map((fence) => (position ? distanceByHand(position, fence) : 0));
      return { at, hash, position, accuracyM, distances };
    }),
  };
  // The brute force compares hashes as numbers: the first digits of a SHA-256 tell.
  const short = { ...world, reports: world.reports.map((r) => ({ ...r, hash: r.hash.slice(0, 12) })) };
  const ordered = world.reports.map((report) => seen(world, report)).sort(compareKeys);
  const folded = foldReports(unknownState, ordered, run, rules, timesOf(world));
  const hours = addToHours(null, null, ordered, folded);
  const history = bruteForceHistory(short);
  return {
    history: history.map((entry, i) => ({
      status: entry.status,
      locationId: entry.locationId,
      cause: entry.cause.hash,
      enteredAt: entry.enteredAt,
      leftAt: history[i + 1]?.enteredAt ?? null,
    })),
    leftOut: Object.fromEntries(ordered.map((report) => [report.hash, leftOutReason(report, run, rules)])),
    hours,
    days: daysOf(hours),
    last: folded.state,
  };
}

/** The days that hours add up to, in order. */
function daysOf(hours: readonly HourBucket[]): HourBucket[] {
  const days: HourBucket[] = [];
  for (const hour of hours) {
    const startsAt = hour.startsAt - (hour.startsAt % 86_400_000);
    const day = days.at(-1);
    if (day?.startsAt !== startsAt) {
      days.push({ ...hour, startsAt });
      continue;
    }
    day.count += hour.count;
    day.lastAt = hour.lastAt;
    day.statusAtEnd = hour.statusAtEnd;
    day.distanceM += hour.distanceM;
    const { weight, x, y, z } = hour.sums;
    const { sums } = day;
    day.sums = { weight: sums.weight + weight, x: sums.x + x, y: sums.y + y, z: sums.z + z };
  }
  return days;
}
