import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { MultiPolygon, Page, Point } from '../../../src-shared/contract/common.ts';
import type { Location } from '../../../src-shared/contract/locations.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import { archiving } from '../clients/clients-store.ts';
import {
  allOf,
  assignments,
  clientOf,
  contains,
  ifGiven,
  iso,
  isoOrNull,
  keyAfter,
  ownClient,
  pageOf,
  reference,
} from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';
import type { ReferrersTo } from '../platform/db/references-store.ts';
import { notFound } from '../platform/errors.ts';

interface Row {
  id: number;
  version: number;
  kind: LocationKind;
  name: string;
  sort_name: string;
  address: string;
  longitude: number;
  latitude: number;
  outline: MultiPolygon | null;
  geofence_radius_m: number;
  nearest_city: string | null;
  run_id: number | null;
  run_name: string | null;
  runs: { id: number; name: string }[];
  trackers_inside: number;
  archived_at: Date | null;
  created_at: Date;
}

const key = z.tuple([z.string(), z.number().int()]);

/** A location belongs to a client by the runs that it counts for, by either relation. */
const ofClient = (tx: Transaction): Sql =>
  clientOf(tx) === null
    ? sql`true`
    : sql`exists (select from run_locations rl join production_runs r on r.id = rl.production_run_id
        where rl.location_id = l.id and ${ownClient(tx, 'r.client_id')})`;

async function select(tx: Transaction, condition: Sql, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    with page as (
      select l.*, lower(l.name) as sort_name from locations l
      where ${condition} and ${ofClient(tx)}
      order by lower(l.name), l.id limit ${limit})
    select page.id, page.version, page.kind, page.name, page.sort_name, page.address, page.geofence_radius_m, page.nearest_city,
      st_x(page.position::geometry) as longitude, st_y(page.position::geometry) as latitude,
      st_asgeojson(page.outline, 15)::json as outline, page.archived_at, page.created_at, direct.id as run_id, direct.name as run_name,
      (select coalesce(json_agg(json_build_object('id', r.id, 'name', r.name) order by r.start_date desc, r.id desc), '[]')
        from production_run_locations pl join production_runs r on r.id = pl.production_run_id
        where pl.location_id = page.id and ${ownClient(tx, 'r.client_id')}) as runs,
      (select count(*) from tracker_status s where s.location_id = page.id and ${ownClient(tx, 's.client_id')}) as trackers_inside
    from page left join production_runs direct
      on direct.id = page.production_run_id and ${ownClient(tx, 'direct.client_id')}
    order by page.sort_name, page.id`);
  return rows;
}

export interface LocationQuery {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  includeArchived?: boolean | undefined;
  productionRunId?: number | undefined;
}

/** A page of the locations of one kind by name. */
export async function listLocations(
  tx: Transaction,
  kind: LocationKind,
  query: LocationQuery,
): Promise<Page<Location>> {
  const condition = allOf(
    sql`l.kind = ${kind}`,
    query.includeArchived ? undefined : sql`l.archived_at is null`,
    ifGiven(
      query.productionRunId,
      (id) => sql`l.id in (select location_id from run_locations where production_run_id = ${id}::bigint)`,
    ),
    ifGiven(query.search || undefined, (text) => sql`(l.name || ' ' || l.address) ilike ${contains(text)}`),
    ifGiven(keyAfter(key, query.cursor), ([name, id]) => sql`(lower(l.name), l.id) > (${name}, ${id}::bigint)`),
  );
  const rows = await select(tx, condition, query.limit + 1);
  return pageOf(rows, query.limit, toLocation, (row) => [row.sort_name, row.id]);
}

/** Throws AppError `not-found`, also for a location of the other kind. */
export async function getLocation(tx: Transaction, kind: LocationKind, id: number): Promise<Location> {
  const [row] = await select(tx, sql`l.id = ${id}::bigint and l.kind = ${kind}`, 1);
  if (!row) throw notFound(`${kind} location`, id);
  return toLocation(row);
}

/** What a fence is called and how far it reaches, of either kind. Throws AppError `not-found`. */
export async function fenceOf(
  tx: Transaction,
  locationId: number,
): Promise<{ name: string; kind: string; radius: number; outline: MultiPolygon | null }> {
  const { rows } = await tx.query<{ name: string; kind: string; radius: number; outline: MultiPolygon | null }>(
    sql`select name, kind, geofence_radius_m as radius, st_asgeojson(outline, 15)::json as outline from locations
      where id = ${locationId}::bigint`,
  );
  if (!rows[0]) throw notFound('location', locationId);
  return rows[0];
}

export interface LocationFields {
  name: string;
  address: string;
  position: Point;
  geofenceRadiusM: number;
  outline: MultiPolygon | null;
  productionRunId: number | null;
  productionRunIds: number[];
}

const toGeography = ({ coordinates: [longitude, latitude] }: Point): Sql =>
  sql`st_setsrid(st_makepoint(${longitude}::float8, ${latitude}::float8), 4326)::geography`;

/** Longer edges than 50 km are cut along their great circles, so that maps draw them as they are measured. */
export const toOutline = (outline: MultiPolygon | null): Sql =>
  outline === null
    ? sql`null::geography`
    : sql`st_segmentize(st_setsrid(st_geomfromgeojson(${JSON.stringify(outline)}), 4326)::geography, 50000)`;

/** The geography that distances to a fence are measured from: its outline, or its point. */
export const placeOf = (position: Point, outline: MultiPolygon | null): Sql =>
  outline === null ? toGeography(position) : toOutline(outline);

/** Which of these names are in use for their kind, whatever their case. */
export async function namesTaken(
  tx: Transaction,
  wanted: readonly { kind: LocationKind; name: string }[],
): Promise<{ kind: LocationKind; name: string }[]> {
  const { rows } = await tx.query<{ kind: LocationKind; name: string }>(sql`
    select l.kind, l.name from locations l
    where l.archived_at is null and (l.kind::text, lower(l.name)) in (
      select kind, lower(name) from unnest(${wanted.map(({ kind }) => kind)}::text[], ${wanted.map(({ name }) => name)}::text[]) as w (kind, name))`);
  return rows;
}

/** Returns the new id. */
export async function insertLocation(
  tx: Transaction,
  kind: LocationKind,
  fields: Omit<LocationFields, 'productionRunIds'>,
  nearestCity: string | null,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into locations (kind, name, address, position, outline, geofence_radius_m, production_run_id, nearest_city)
    values (${kind}, ${fields.name}, ${fields.address}, ${toGeography(fields.position)}, ${toOutline(fields.outline)},
      ${fields.geofenceRadiusM}::float8, ${fields.productionRunId}::bigint, ${nearestCity}) returning id`);
  return rows[0]!.id;
}

export type LocationChange = { [K in keyof LocationFields]?: LocationFields[K] | undefined } & {
  archived?: boolean | undefined;
  nearestCity?: string | null | undefined;
};

/** Changes the row of the location; its many-to-many runs are set by `setLocationRuns`. */
export async function updateLocation(tx: Queryable, id: number, change: LocationChange, now: Date): Promise<void> {
  const set = assignments(
    ifGiven(change.name, (name) => sql`name = ${name}`),
    ifGiven(change.address, (address) => sql`address = ${address}`),
    ifGiven(change.position, (position) => sql`position = ${toGeography(position)}`),
    ifGiven(change.outline, (outline) => sql`outline = ${toOutline(outline)}`),
    ifGiven(change.geofenceRadiusM, (radius) => sql`geofence_radius_m = ${radius}::float8`),
    ifGiven(change.productionRunId, (run) => sql`production_run_id = ${run}::bigint`),
    ifGiven(change.nearestCity, (city) => sql`nearest_city = ${city}`),
    ifGiven(change.archived, (archived) => archiving(archived, now)),
  );
  if (set) await tx.query(sql`update locations set ${set} where id = ${id}::bigint`);
}

export interface LockedFence {
  id: number;
  name: string;
  geofenceRadiusM: number;
  archived: boolean;
}

/** Locks locations of either kind in the order of their ids; those that are not there are left out. */
export async function lockFences(tx: Queryable, ids: readonly number[]): Promise<LockedFence[]> {
  const { rows } = await tx.query<LockedFence>(sql`
    select id, name, geofence_radius_m as "geofenceRadiusM", archived_at is not null as archived
    from locations where id = any(${[...ids]}::bigint[]) order by id for update`);
  return rows;
}

/** Makes the runs of the many-to-many table exactly these. */
export async function setLocationRuns(tx: Queryable, id: number, runIds: readonly number[]): Promise<void> {
  await tx.query(sql`
    with gone as (
      delete from production_run_locations
      where location_id = ${id}::bigint and production_run_id <> all(${[...runIds]}::bigint[]))
    insert into production_run_locations (production_run_id, location_id)
    select distinct run, ${id}::bigint from unnest(${[...runIds]}::bigint[]) as run
    on conflict do nothing`);
}

/** Which of these runs are not there, or not this person's to see. */
export async function missingRuns(tx: Transaction, runIds: readonly number[]): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    select run as id from unnest(${[...runIds]}::bigint[]) as run
    where not exists (select from production_runs r where r.id = run and ${ownClient(tx, 'r.client_id')})`);
  return rows.map((row) => row.id);
}

/** Locks the row against changes and new references. Returns its name; throws AppError `not-found`. */
export async function lockLocation(tx: Transaction, kind: LocationKind, id: number): Promise<string> {
  const { rows } = await tx.query<{ name: string }>(
    sql`select name from locations l where id = ${id}::bigint and kind = ${kind} and ${ofClient(tx)} for update`,
  );
  if (!rows[0]) throw notFound(`${kind} location`, id);
  return rows[0].name;
}

export const deleteLocation = (tx: Transaction, id: number) =>
  tx.query(sql`delete from locations where id = ${id}::bigint`);

export const locationsOfRun: ReferrersTo = (id) => ({
  type: 'location',
  plural: 'locations',
  select: sql`select l.id, l.name from run_locations rl join locations l on l.id = rl.location_id
    where rl.production_run_id = ${id}::bigint`,
});

const toLocation = (row: Row): Location => ({
  id: row.id,
  version: row.version,
  kind: row.kind,
  name: row.name,
  address: row.address,
  position: { type: 'Point', coordinates: [row.longitude, row.latitude] },
  geofenceRadiusM: row.geofence_radius_m,
  outline: row.outline,
  nearestCity: row.nearest_city,
  productionRun: reference(row.run_id, row.run_name),
  productionRuns: row.runs,
  trackersInside: row.trackers_inside,
  archivedAt: isoOrNull(row.archived_at),
  createdAt: iso(row.created_at),
});
