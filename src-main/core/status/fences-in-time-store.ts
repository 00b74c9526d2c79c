import sql, { type Sql } from 'sql-template-tag';
import type { MultiPolygon } from '../../../src-shared/contract/common.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import type { FenceTimes } from '../../../src-shared/domain/status/types.ts';
import { epochMs, fromEpochMs } from '../platform/db/epoch.ts';
import type { Queryable } from '../platform/db/queryable.ts';

const anyOf = (ids: readonly number[]): Sql => sql`any(${[...ids]}::bigint[])`;
/** Of a location `l` and a shape `s`. */
const isSame = sql`l.geofence_radius_m = s.radius_m and (l.outline is null) = (s.outline is null)
  and ST_AsBinary(coalesce(l.outline, l.position)) = ST_AsBinary(coalesce(s.outline, s.position))`;

/** New locations have one shape, from the beginning. */
export const beginShapes = (tx: Queryable, locationIds: readonly number[]) =>
  tx.query(sql`
    insert into fence_shapes (location_id, position, outline, radius_m)
    select id, position, outline, geofence_radius_m from locations l where id = ${anyOf(locationIds)}
      and not exists (select from fence_shapes s where s.location_id = l.id)
    order by id`);

export interface ShapeInForce {
  shapeId: number;
  locationId: number;
  /** Epoch milliseconds; minus infinity from the beginning. */
  from: number;
}

/** The last shapes of locations that look otherwise now. */
export async function changedShapes(tx: Queryable, locationIds: readonly number[]): Promise<ShapeInForce[]> {
  const { rows } = await tx.query<ShapeInForce>(sql`
    select s.id as "shapeId", s.location_id as "locationId", ${epochMs('s.valid_from')} as from
    from fence_shapes s join locations l on l.id = s.location_id
    where s.location_id = ${anyOf(locationIds)} and s.replaced_at is null and s.valid_to = 'infinity' and not (${isSame})
    order by s.id`);
  return rows;
}

/** These shapes end at an instant (epoch milliseconds) after their beginning, and stay as they were until then. */
export const endShapes = (tx: Queryable, shapeIds: readonly number[], at: number) =>
  tx.query(sql`update fence_shapes set valid_to = to_timestamp(${at}::float8 / 1000) where id = ${anyOf(shapeIds)}`);

/** These shapes were wrong, and count only for runs that keep them. */
export const replaceShapes = (tx: Queryable, shapeIds: readonly number[], now: Date) =>
  tx.query(sql`update fence_shapes set replaced_at = ${now} where id = ${anyOf(shapeIds)}`);

/** Locations are as they look now from an instant on. A shape that ends there and looks the same goes on. */
export async function addShapes(tx: Queryable, shapes: readonly Omit<ShapeInForce, 'shapeId'>[]): Promise<void> {
  const wanted = sql`unnest(${shapes.map(({ locationId }) => locationId)}::bigint[], ${shapes.map(({ from }) => from)}::float8[])
    as w(location_id, from_ms)`;
  const { rows } = await tx.query<{ id: number }>(sql`
    update fence_shapes s set valid_to = 'infinity' from ${wanted} join locations l on l.id = w.location_id
    where s.location_id = l.id and s.replaced_at is null and s.valid_to = ${fromEpochMs('w.from_ms')} and ${isSame}
    returning s.location_id as id`);
  await tx.query(sql`
    insert into fence_shapes (location_id, position, outline, radius_m, valid_from)
    select l.id, l.position, l.outline, l.geofence_radius_m, ${fromEpochMs('w.from_ms')} from ${wanted} join locations l on l.id = w.location_id
    where l.id <> all(${rows.map(({ id }) => id)}::bigint[])`);
}

/**
 * Brings attachments to what the two relations say. A first one counts from the beginning, one that comes again from
 * now; one that went ends now.
 */
export async function followAttachments(tx: Queryable, locationIds: readonly number[], now: Date): Promise<void> {
  const gone = sql`a.location_id = ${anyOf(locationIds)} and a.valid_to = 'infinity' and not exists (
    select from run_locations w where w.location_id = a.location_id and w.production_run_id = a.production_run_id)`;
  await tx.query(sql`delete from fence_attachments a where ${gone} and a.valid_from >= ${now}`);
  await tx.query(sql`update fence_attachments a set valid_to = ${now} where ${gone}`);
  await tx.query(sql`
    insert into fence_attachments (production_run_id, location_id, valid_from)
    select w.production_run_id, w.location_id, 
      case when max(a.valid_to) is null then '-infinity' else greatest(max(a.valid_to), ${now}) end
    from run_locations w left join fence_attachments a
      on a.location_id = w.location_id and a.production_run_id = w.production_run_id
    where w.location_id = ${anyOf(locationIds)}
    group by w.production_run_id, w.location_id having max(a.valid_to) is distinct from 'infinity'
    on conflict do nothing`);
}

/** Brings the times in archive to what the locations say: from `archived_at` on, until now. */
export async function followArchivals(tx: Queryable, locationIds: readonly number[], now: Date): Promise<void> {
  const restored = sql`v.location_id = ${anyOf(locationIds)} and v.valid_to = 'infinity'
    and exists (select from locations l where l.id = v.location_id and l.archived_at is null)`;
  await tx.query(sql`delete from fence_archivals v where ${restored} and v.valid_from >= ${now}`);
  await tx.query(sql`update fence_archivals v set valid_to = ${now} where ${restored}`);
  await tx.query(sql`
    insert into fence_archivals (location_id, valid_from)
    select l.id, greatest(max(v.valid_to), l.archived_at) from locations l left join fence_archivals v on v.location_id = l.id
    where l.id = ${anyOf(locationIds)} and l.archived_at is not null
    group by l.id having max(v.valid_to) is distinct from 'infinity'
    on conflict do nothing`);
}

/** A stretch in which a shape counts for a run; epoch milliseconds. */
export interface CountingShape {
  productionRunId: number;
  shapeId: number;
  from: number;
  to: number;
}

/** Pairs of run and location that have anything to do with each other. */
const pairs = (condition: Sql): Sql => sql`pair as materialized (
  select p.production_run_id, p.location_id from (
    select production_run_id, location_id from fence_attachments
    union select production_run_id, location_id from run_fences) p
  join production_runs r on r.id = p.production_run_id where ${condition})`;

/** What the shapes of these pairs should count as: while attached, and not in archive. */
const wanted = sql`wanted as materialized (
  select p.production_run_id, p.location_id, s.id as shape_id, lower(t.time) as valid_from, upper(t.time) as valid_to
  from pair p join fence_shapes s on s.location_id = p.location_id and s.replaced_at is null
  cross join lateral unnest((
    select range_agg(tstzrange(a.valid_from, a.valid_to)) from fence_attachments a
    where a.location_id = p.location_id and a.production_run_id = p.production_run_id)
    * tstzmultirange(tstzrange(s.valid_from, s.valid_to)) - coalesce((
    select range_agg(tstzrange(v.valid_from, v.valid_to)) from fence_archivals v where v.location_id = p.location_id), '{}')
  ) as t(time))`;

/** Of a stored stretch `f` and a wanted one `w`. */
const isEqual = sql`f.production_run_id = w.production_run_id and f.shape_id = w.shape_id and f.valid_from = w.valid_from
  and f.valid_to = w.valid_to`;

/** What is to be counted anew: fences in all their runs, except those that are over and not named; or all of one run. */
export type CountedFences =
  | { locationIds: readonly number[]; finishedRunIds: readonly number[]; now: Date }
  | { productionRunId: number };

/**
 * Brings what runs count to what follows from shapes, attachments and archivals. Returns the stretches that went and
 * those that came. Locks the runs first, so that none ends or opens again meanwhile.
 */
export async function countFences(tx: Queryable, which: CountedFences): Promise<CountingShape[]> {
  if ('locationIds' in which)
    await tx.query(sql`
      select from production_runs where id in (
        select production_run_id from fence_attachments where location_id = ${anyOf(which.locationIds)})
      order by id for share`);
  const condition =
    'productionRunId' in which
      ? sql`p.production_run_id = ${which.productionRunId}::bigint`
      : sql`p.location_id = ${anyOf(which.locationIds)}
          and (run_ends_at(r) > ${which.now} or r.id = ${anyOf(which.finishedRunIds)})`;
  const { rows } = await tx.query<CountingShape>(sql`
    with ${pairs(condition)}, ${wanted}, gone as (
      delete from run_fences f using pair p
      where f.location_id = p.location_id and f.production_run_id = p.production_run_id
        and not exists (select from wanted w where ${isEqual})
      returning f.production_run_id, f.shape_id, f.valid_from, f.valid_to
    ), come as (
      insert into run_fences (production_run_id, location_id, shape_id, valid_from, valid_to)
      select production_run_id, location_id, shape_id, valid_from, valid_to from wanted w
      where not exists (select from run_fences f where ${isEqual})
      returning production_run_id, shape_id, valid_from, valid_to
    )
    select production_run_id as "productionRunId", shape_id as "shapeId", ${epochMs('valid_from')} as from,
      ${epochMs('valid_to')} as to
    from (select * from gone union all select * from come) as changed order by 1, 2, 3`);
  return rows;
}

/** In how many runs a location counts otherwise than its shapes, attachments and archivals say: those that are over. */
export async function runsThatKeepOthers(tx: Queryable, locationId: number): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(sql`
    with ${pairs(sql`p.location_id = ${locationId}::bigint`)}, ${wanted}, other as (
      select w.production_run_id from wanted w where not exists (select from run_fences f where ${isEqual})
      union
      select f.production_run_id from run_fences f where f.location_id = ${locationId}::bigint
        and not exists (select from wanted w where ${isEqual}))
    select count(*)::int as count from other`);
  return rows[0]!.count;
}

/** The locations whose fences a run that is over counts otherwise than it would if it were reopened. */
export async function fencesKept(
  tx: Queryable,
  productionRunId: number,
): Promise<{ id: number; kind: LocationKind; name: string }[]> {
  const { rows } = await tx.query<{ id: number; kind: LocationKind; name: string }>(sql`
    with ${pairs(sql`p.production_run_id = ${productionRunId}::bigint`)}, ${wanted}, other as (
      select w.location_id from wanted w where not exists (select from run_fences f where ${isEqual})
      union
      select f.location_id from run_fences f where f.production_run_id = ${productionRunId}::bigint
        and not exists (select from wanted w where ${isEqual}))
    select l.id, l.kind, l.name from locations l where l.id in (select location_id from other) order by l.name, l.id`);
  return rows;
}

/** A shape and when it holds; epoch milliseconds, minus infinity and infinity where it has no limit. */
export interface ShapeInTime {
  from: number;
  to: number;
  longitude: number;
  latitude: number;
  /** GeoJSON, or null for a circle. */
  outline: MultiPolygon | null;
  radiusM: number;
}

/** The shapes of a location, the latest first. */
export async function shapesOf(tx: Queryable, locationId: number): Promise<ShapeInTime[]> {
  const { rows } = await tx.query<ShapeInTime>(sql`
    select ${epochMs('valid_from')} as from, ${epochMs('valid_to')} as to, ST_X(position::geometry) as longitude,
      ST_Y(position::geometry) as latitude, ST_AsGeoJSON(outline, 15)::json as outline, radius_m as "radiusM"
    from fence_shapes where location_id = ${locationId}::bigint and replaced_at is null order by valid_from desc`);
  return rows;
}

/** When fences of these runs begin or cease to count, by run. By the partial index `run_fences_limited`. */
export async function fenceTimesOf(
  tx: Queryable,
  productionRunIds: readonly number[],
): Promise<Map<number, FenceTimes>> {
  const { rows } = await tx.query<{ runId: number; locationId: number; from: number; to: number }>(sql`
    select production_run_id as "runId", location_id as "locationId", ${epochMs('valid_from')} as from,
      ${epochMs('valid_to')} as to
    from run_fences where production_run_id = ${anyOf(productionRunIds)}
      and (valid_from > '-infinity' or valid_to < 'infinity')`);
  const byRun = Map.groupBy(rows, ({ runId }) => runId);
  return new Map(
    [...byRun].map(([runId, stretches]) => [runId, Map.groupBy(stretches, ({ locationId }) => locationId)]),
  );
}
