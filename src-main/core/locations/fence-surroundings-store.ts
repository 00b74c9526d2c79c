import sql, { type Sql } from 'sql-template-tag';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/** Bounds of the sample, as for the suggested radius: the trackers that reported last, and the last reports of each. */
const TRACKERS = 300;
const REPORTS = 100;
/** Fences that are named; all are counted. */
const OVERLAPS_NAMED = 20;

/** A fence that is not stored yet: the geography of its point or outline, and how far it reaches beyond that. */
export interface AskedFence {
  place: Sql;
  metres: number;
}

/**
 * How many of the last reports of the trackers concerned lie inside: of those in these runs, or of all where none is
 * named. By the index of the last reports and the primary key of the reports; boxes are compared before distances.
 */
export async function reportsInside(
  tx: Queryable,
  { place, metres }: AskedFence,
  productionRunIds: readonly number[] | undefined,
): Promise<{ trackers: number; reports: number; of: number }> {
  const ofRuns = productionRunIds ? sql`t.production_run_id = any(${[...productionRunIds]}::bigint[])` : sql`true`;
  const { rows } = await tx.query<{ trackers: number; reports: number; of: number }>(sql`
    with asked as materialized (select ${place} as place),
    tracker as materialized (
      select t.id from trackers t join tracker_status s on s.tracker_id = t.id
      where ${ofRuns} and s.last_reported_at is not null
      order by s.last_reported_at desc limit ${TRACKERS})
    select count(distinct t.id) filter (where r.inside)::int as trackers,
      count(*) filter (where r.inside)::int as reports, count(*)::int as of
    from tracker t cross join lateral (
      select l.position && _st_expand(a.place, ${metres}::float8) and st_dwithin(l.position, a.place, ${metres}::float8) as inside
      from asked a cross join lateral (
        select r.position from location_reports r where r.tracker_id = t.id and r.left_out_reason is null
        order by r.reported_at desc limit ${REPORTS}) l) r`);
  return rows[0]!;
}

/** The fences in use that share ground with one, by name: the first of them, and how many there are. */
export async function fencesOverlapping(
  tx: Queryable,
  { place, metres }: AskedFence,
  locationId: number | undefined,
): Promise<{ count: number; named: { id: number; name: string; kind: LocationKind }[] }> {
  const { rows } = await tx.query<{ id: number; kind: LocationKind; name: string; count: number }>(sql`
    with asked as materialized (select ${place} as place)
    select l.id, l.kind, l.name, count(*) over ()::int as count
    from locations l, asked a
    where l.archived_at is null and l.id is distinct from ${locationId ?? null}::bigint
      and coalesce(l.outline, l.position) && _st_expand(a.place, ${metres}::float8 + l.geofence_radius_m)
      and st_dwithin(coalesce(l.outline, l.position), a.place, ${metres}::float8 + l.geofence_radius_m)
    order by lower(l.name), l.id limit ${OVERLAPS_NAMED}`);
  return { count: rows[0]?.count ?? 0, named: rows.map(({ id, kind, name }) => ({ id, kind, name })) };
}
