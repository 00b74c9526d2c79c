import sql, { type Sql } from 'sql-template-tag';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import type { NearReport } from '../../../src-shared/domain/fences/suggest-radius.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/** Bounds of the sample: the trackers of the location's runs that reported last, and the last reports of each. */
const TRACKERS = 300;
const REPORTS = 150;

/**
 * Reports near a location, of the trackers that it counts for: within three times its radius plus the largest accuracy.
 * A bounded sample, by the index of the last reports and the primary key of the reports.
 */
export async function reportsNear(tx: Queryable, locationId: number): Promise<NearReport[]> {
  const { rows } = await tx.query<NearReport>(sql`
    with fence as materialized (select id, coalesce(outline, position) as place, geofence_radius_m as radius from locations
      where id = ${locationId}::bigint),
    tracker as materialized (
      select t.id from trackers t join tracker_status s on s.tracker_id = t.id
      where t.production_run_id in (select production_run_id from run_locations where location_id = ${locationId}::bigint)
        and s.last_reported_at is not null
      order by s.last_reported_at desc limit ${TRACKERS})
    select d.distance as "distanceM", r.horizontal_accuracy_m as "accuracyM"
    from fence f cross join tracker t
    cross join lateral (
      select r.position, r.horizontal_accuracy_m from location_reports r
      where r.tracker_id = t.id and r.left_out_reason is null order by r.reported_at desc limit ${REPORTS}) r
    cross join lateral (select ST_Distance(f.place, r.position) as distance offset 0) as d
    where _st_expand(f.place, 3 * f.radius + 255) && r.position and d.distance <= 3 * f.radius + 255`);
  return rows;
}

/** Metres from a location to where the next fence of one of its runs begins; null when none is within 100 km. */
export async function roomAround(tx: Queryable, locationId: number): Promise<number | null> {
  const { rows } = await tx.query<{ room: number | null }>(sql`
    select min(greatest(0, ST_Distance(coalesce(l.outline, l.position), coalesce(o.outline, o.position)) - o.geofence_radius_m)) as room
    from locations l join run_locations w on w.location_id = l.id
    join run_locations v on v.production_run_id = w.production_run_id and v.location_id <> l.id
    join locations o on o.id = v.location_id
    where l.id = ${locationId}::bigint and o.archived_at is null and ST_DWithin(coalesce(l.outline, l.position), coalesce(o.outline, o.position), 100000)`);
  return rows[0]?.room ?? null;
}

/** Of a location: trackers `t` that are or were in a run that its fence counts or counted for. */
const concerned = (locationId: number): Sql => sql`t.id in (
  select p.tracker_id from run_periods p join fence_attachments a on a.production_run_id = p.production_run_id
  where a.location_id = ${locationId}::bigint and p.voided_at is null)`;

/** Trackers above an id whose history a location's fence may concern. */
export async function trackersOfFence(
  tx: Queryable,
  locationId: number,
  after: number,
  limit: number,
): Promise<{ id: number; name: string }[]> {
  const { rows } = await tx.query<{ id: number; name: string }>(sql`
    select t.id, coalesce(upper(t.mac_address::text), t.serial_number, 'Tracker ' || t.id) as name from trackers t
    where t.id > ${after}::bigint and ${concerned(locationId)} order by t.id limit ${limit}`);
  return rows;
}

export async function countTrackersOfFence(tx: Queryable, locationId: number): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(sql`
    select count(*)::int as count from trackers t where ${concerned(locationId)}`);
  return rows[0]!.count;
}

/** The runs of a location that are over. */
export async function finishedRunsOfFence(tx: Queryable, locationId: number, now: Date): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    select r.id from production_runs r where run_ends_at(r) <= ${now} and r.id in (
      select production_run_id from run_locations where location_id = ${locationId}::bigint
      union select production_run_id from fence_attachments where location_id = ${locationId}::bigint)`);
  return rows.map((row) => row.id);
}

/** The same by name, for somebody to choose from. */
export async function namedFinishedRuns(
  tx: Queryable,
  locationId: number,
  now: Date,
): Promise<{ id: number; name: string }[]> {
  const ids = await finishedRunsOfFence(tx, locationId, now);
  const { rows } = await tx.query<{ id: number; name: string }>(
    sql`select id, name from production_runs where id = any(${ids}::bigint[]) order by name, id`,
  );
  return rows;
}

/** Which of these trackers have a report within the reach of any shape that the location's fence has or had. */
export async function trackersWithin(
  tx: Queryable,
  locationId: number,
  trackerIds: readonly number[],
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    select t.id from unnest(${[...trackerIds]}::bigint[]) as t(id)
    where exists (
      select from fence_shapes s join location_reports r on r.tracker_id = t.id
        and ST_DWithin(r.position, coalesce(s.outline, s.position), s.radius_m + 255)
      where s.location_id = ${locationId}::bigint)`);
  return rows.map((row) => row.id);
}

export interface CheckedFence {
  id: number;
  kind: LocationKind;
  name: string;
  radius: number;
}

/** Circles in use above an id, in the order of ids: not archived, and of at least one run. */
export async function fencesInUse(tx: Queryable, after: number, limit: number): Promise<CheckedFence[]> {
  const { rows } = await tx.query<CheckedFence>(sql`
    select l.id, l.kind, l.name, l.geofence_radius_m as radius from locations l
    where l.id > ${after}::bigint and l.archived_at is null and l.outline is null
      and exists (select from run_locations w where w.location_id = l.id)
    order by l.id limit ${limit}`);
  return rows;
}

export async function countFencesInUse(tx: Queryable): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(sql`
    select count(*)::int as count from locations l
    where l.archived_at is null and l.outline is null and exists (select from run_locations w where w.location_id = l.id)`);
  return rows[0]!.count;
}
