import sql, { type Sql } from 'sql-template-tag';
import type { MultiPolygon } from '../../../../src-shared/contract/common.ts';
import { boxAround, type TileBox } from '../../../../src-shared/domain/map/tile-cover.ts';
import { ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

/** Of fences and of places that are kept apart: more of them than that are not one map. */
const MOST_FENCES = 2_000;
const MOST_PLACES = 5_000;
/** Metres of streets that are shown around a fence or a tracker. */
const AROUND_M = 1_500;

/** Boxes around the fences of a run, and around where its trackers are. */
export const areasOfRun = async (tx: Transaction, productionRunId: number): Promise<TileBox[]> => [
  ...(await fences(tx, sql`rl.production_run_id = ${productionRunId}::bigint`)),
  ...(await places(tx, sql`t.production_run_id = ${productionRunId}::bigint`)),
];

/** Boxes around the fences of all runs of a client. */
export const areasOfClient = (tx: Transaction, clientId: number): Promise<TileBox[]> =>
  fences(tx, sql`r.client_id = ${clientId}::bigint`);

async function fences(tx: Transaction, ofRuns: Sql): Promise<TileBox[]> {
  const { rows } = await tx.query<{ lon: number; lat: number; radius: number; outline: MultiPolygon | null }>(sql`
    select st_x(l.position::geometry) as lon, st_y(l.position::geometry) as lat, l.geofence_radius_m as radius,
      st_asgeojson(l.outline, 6)::json as outline
    from locations l where l.archived_at is null and exists (
      select from run_locations rl join production_runs r on r.id = rl.production_run_id
      where rl.location_id = l.id and ${ofRuns} and ${ownClient(tx, 'r.client_id')})
    order by l.id limit ${MOST_FENCES}`);
  return rows.flatMap(({ lon, lat, radius, outline }) =>
    outline
      ? outline.coordinates.map((rings) => boxOfRing(rings[0] ?? [], radius))
      : [boxAround(lon, lat, radius + AROUND_M)],
  );
}

async function places(tx: Transaction, ofTrackers: Sql): Promise<TileBox[]> {
  const { rows } = await tx.query<{ lon: number; lat: number }>(sql`
    select distinct round(s.last_longitude::numeric, 2)::float8 as lon, round(s.last_latitude::numeric, 2)::float8 as lat
    from tracker_status s join trackers t on t.id = s.tracker_id
    where ${ofTrackers} and ${ownClient(tx, 't.client_id')} and s.last_longitude is not null limit ${MOST_PLACES}`);
  return rows.map(({ lon, lat }) => boxAround(lon, lat, AROUND_M));
}

/** Unbroken over the antimeridian: each corner is taken on the side of the one before. */
function boxOfRing(ring: readonly (readonly [number, number])[], marginM: number): TileBox {
  let near = ring[0]?.[0] ?? 0;
  const longitudes: number[] = [];
  for (const [longitude] of ring) {
    near = longitude + 360 * Math.round((near - longitude) / 360);
    longitudes.push(near);
  }
  const latitudes = ring.map(([, latitude]) => latitude);
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const [low, high] = [
    boxAround(least(longitudes), least(latitudes), marginM + AROUND_M),
    boxAround(most(longitudes), most(latitudes), marginM + AROUND_M),
  ];
  return { west: low.west, south: low.south, east: high.east, north: high.north };
}
