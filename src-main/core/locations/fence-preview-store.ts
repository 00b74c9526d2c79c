import sql, { type Sql } from 'sql-template-tag';
import type { MultiPolygon } from '../../../src-shared/contract/common.ts';
import { PREVIEW_NAMES } from '../../../src-shared/contract/fences.ts';
import type { Status } from '../../../src-shared/contract/status.ts';
import { allOf, ifGiven, iso } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { toOutline } from './locations-store.ts';

interface AskedFor {
  productionRunIds?: number[] | undefined;
  locationId?: number | undefined;
}
export interface FenceDraft extends AskedFor {
  longitude: number;
  latitude: number;
  radiusM: number;
}
export interface OutlineDraft extends AskedFor {
  outline: MultiPolygon;
  marginM: number;
}

/** Where a fence lies, as SQL: what distances are measured to, how far it reaches, and a condition on `s` for an index. */
interface Reach {
  place: Sql;
  metres: number;
  near: Sql;
}

/** Metres of a degree of latitude where it is shortest (WGS 84, at the equator), so that the box is never too small. */
const LEAST_METRES_A_DEGREE = 110_567;

/** A box of degrees around the fence, for the index; at the poles and the antimeridian, all longitudes. */
function around({ longitude, latitude, radiusM }: FenceDraft): Sql {
  const high = (1.01 * radiusM) / LEAST_METRES_A_DEGREE;
  const wide = high / Math.max(1e-9, Math.cos((Math.min(90, Math.abs(latitude) + high) * Math.PI) / 180));
  const inLatitude = sql`s.last_latitude between ${latitude - high}::float8 and ${latitude + high}::float8`;
  if (wide > 90 || longitude - wide < -180 || longitude + wide > 180) return inLatitude;
  return sql`${inLatitude} and s.last_longitude between ${longitude - wide}::float8 and ${longitude + wide}::float8`;
}

/**
 * Which trackers a circle would hold by their last positions, measured as the status rules do (geodesic distance to the
 * point, at most the radius). Plan: tracker_status_place by the box around the fence, then exact distances;
 * tracker_status_location for who is at the location now.
 */
export const previewFence = (tx: Transaction, draft: FenceDraft) =>
  preview(tx, draft, {
    place: sql`st_makepoint(${draft.longitude}::float8, ${draft.latitude}::float8)::geography`,
    metres: draft.radiusM,
    near: around(draft),
  });

/** The same of an outline with its margin. Plan: tracker_status_position by the outline's box. */
export const previewOutline = (tx: Transaction, draft: OutlineDraft) =>
  preview(
    tx,
    draft,
    {
      place: sql`(select place from asked)`,
      metres: draft.marginM,
      near: sql`s.last_position && _st_expand((select place from asked), ${draft.marginM}::float8)`,
    },
    sql`asked as materialized (select ${toOutline(draft.outline)} as place),`,
  );

async function preview(tx: Transaction, draft: AskedFor, { place, metres, near }: Reach, asked = sql``) {
  const ofRuns = ifGiven(draft.productionRunIds, (ids) => sql`t.production_run_id = any(${ids}::bigint[])`);
  const there =
    draft.locationId === undefined ? sql`false` : sql`s.location_id is not distinct from ${draft.locationId}::bigint`;
  const { rows } = await tx.query<{
    id: number;
    mac: string | null;
    status: Status;
    lon: number;
    lat: number;
    distance: number;
    at: Date;
    there: boolean;
    inside: number;
    entering: number;
  }>(sql`
    with ${asked} inside as (
      select s.tracker_id, s.status, s.last_reported_at as at, s.last_longitude as lon, s.last_latitude as lat, st_distance(s.last_position, ${place}) as distance,
        coalesce(${there}, false) as there
      from tracker_status s join trackers t on t.id = s.tracker_id
      where ${allOf(near, sql`st_dwithin(s.last_position, ${place}, ${metres}::float8)`, ofRuns)})
    select i.tracker_id as id, upper(t.mac_address::text) as mac, i.status, i.lon, i.lat, i.distance, i.at, i.there,
      count(*) over () as inside, count(*) filter (where not i.there) over () as entering
    from inside i join trackers t on t.id = i.tracker_id
    order by i.distance, i.tracker_id limit ${PREVIEW_NAMES}`);
  const inside = rows[0]?.inside ?? 0;
  const entering = rows[0]?.entering ?? 0;
  return {
    inside,
    entering,
    leaving:
      draft.locationId === undefined
        ? 0
        : await leaving(
            tx,
            draft.locationId,
            sql`st_dwithin(s.last_position, ${place}, ${metres}::float8)`,
            ofRuns,
            asked,
          ),
    trackers: rows.map((row) => ({
      trackerId: row.id,
      macAddress: row.mac,
      status: row.status,
      position: { type: 'Point' as const, coordinates: [row.lon, row.lat] as [number, number] },
      distanceM: row.distance,
      reportedAt: iso(row.at),
      isThereNow: row.there,
    })),
  };
}

/** How many are at the location now but would no longer be: outside the fence, or no longer in one of its runs. */
async function leaving(tx: Transaction, locationId: number, within: Sql, ofRuns: Sql | undefined, asked: Sql) {
  const { rows } = await tx.query<{ count: number }>(sql`
    with ${asked} there as (
      select s.tracker_id, s.last_position from tracker_status s where s.location_id = ${locationId}::bigint)
    select count(*) as count from there s join trackers t on t.id = s.tracker_id
    where (${allOf(within, ofRuns)}) is not true`);
  return rows[0]!.count;
}
