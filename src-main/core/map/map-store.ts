import sql, { empty, type Sql } from 'sql-template-tag';
import type { MapFeature } from '../../../src-shared/contract/map.ts';
import type { Status } from '../../../src-shared/contract/status.ts';
import { MAX_LATITUDE } from '../../../src-shared/domain/map/mercator.ts';
import { allOf, clientOf, ifGiven, iso, ownClient } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { COUNTED_FROM, SQUARES_OF_A_CELL, squaresCte } from './far-out-store.ts';
import { type Held, holdsOf } from './held.ts';
import { type Box, cellsAround, normaliseBox, singlesUpTo } from './map-grid.ts';
import { type Counted, mergeOverlapping } from './map-merge.ts';

export interface MapQuery {
  bbox: Box;
  zoom: number;
  clientId?: number | undefined;
  productionRunId?: number | undefined;
  status?: Status | undefined;
  maxAgeHours?: number | undefined;
}

interface Row {
  count: number;
  longitude: number;
  latitude: number;
  west: number;
  south: number;
  east: number;
  north: number;
  unknown: number;
  in_transit: number;
  in_storage: number;
  delivered: number;
  tracker_id: number;
  mac_address: string | null;
  status: Status;
  reported_at: Date;
  accuracy_m: number | null;
  city: string | null;
  /** The nearest cities of most trackers of a cluster, and of how many each. */
  cities: string[] | null;
  city_counts: number[] | null;
  countries: string[] | null;
  country_counts: number[] | null;
}

const inBox = (box: Box): Sql =>
  sql`s.last_latitude between ${box.south}::float8 and ${box.north}::float8 and ${
    box.west <= box.east
      ? sql`s.last_longitude between ${box.west}::float8 and ${box.east}::float8`
      : sql`(s.last_longitude >= ${box.west}::float8 or s.last_longitude <= ${box.east}::float8)`
  }`;

/** Who is in a run is in use; of the others the few that are retired are left out. Plan: an anti join on trackers_retired. */
const notRetired = sql` and not exists (select from trackers r where r.id = s.tracker_id and r.retired_at is not null)`;

/** CTE `hits(tracker_id, status, lon, lat, city_id)`: the last positions that a map shows. */
export function hitsCte(tx: Transaction, query: Omit<MapQuery, 'zoom'>, now: Date): Sql {
  const ofTracker = allOf(
    ownClient(tx, 't.client_id'),
    ifGiven(query.clientId, (id) => sql`t.client_id = ${id}::bigint`),
    ifGiven(query.productionRunId, (id) => sql`t.production_run_id = ${id}::bigint`),
  );
  const narrowed = clientOf(tx) !== null || query.clientId !== undefined || query.productionRunId !== undefined;
  const condition = allOf(
    inBox(query.bbox),
    ifGiven(query.status, (status) => sql`s.status = ${status}`),
    ifGiven(query.maxAgeHours, (hours) => {
      const since = new Date(now.getTime() - hours * 3_600_000);
      return sql`s.last_reported_at >= ${since}::timestamptz`;
    }),
  );
  return sql`hits as materialized (
    select s.tracker_id, s.status, s.last_longitude as lon, s.last_latitude as lat,
      s.last_nearest_city_id as city_id
    from tracker_status s ${narrowed ? sql`join trackers t on t.id = s.tracker_id and ${ofTracker}` : empty}
    where ${condition}${narrowed ? empty : notRetired})`;
}

/** Column and row of the grid that a hit lies in, for a `group by`. */
export const gridColumn = (cells: number): Sql => sql`floor((lon + 180) / 360 * ${cells}::float8)::bigint`;
export const gridRow = (cells: number): Sql => sql`floor((0.5 - ln(tan(pi() / 4
  + radians(least(greatest(lat, ${-MAX_LATITUDE}::float8), ${MAX_LATITUDE}::float8)) / 2)) / (2 * pi())) * ${cells}::float8)::bigint`;

/**
 * Last positions within a box: a cell of the grid that holds one tracker gives that tracker, others give a cluster at
 * the mean of what they hold; clusters that would overlap on screen are merged (`mergeOverlapping`). Few trackers, or a
 * close zoom, give all of them one by one. `total` counts trackers.
 *
 * Far out, more than some ten thousand are not read but counted by squares of the world (`squaresCte`). Otherwise, one
 * statement. Plan: the index tracker_status_place for a box that holds a part, a scan of tracker_status for the whole world;
 * then a hash aggregate by cell, and the details of single trackers by their primary keys. Cells are counted by city first, so
 * that a cluster can say what it holds.
 */
export async function mapFeatures(
  tx: Transaction,
  query: MapQuery,
  now: Date,
  countedFrom = COUNTED_FROM,
): Promise<{ features: MapFeature[]; total: number }> {
  const bbox = normaliseBox(query.bbox);
  const cells = cellsAround(bbox, query.zoom);
  const far = await squaresCte(tx, { ...query, bbox }, cells, SQUARES_OF_A_CELL, countedFrom);
  const byCity = far === null ? hitsByCity(tx, { ...query, bbox }, now, cells) : squaresByCity(far);
  const { rows } = await tx.query<Row>(sql`
    with ${byCity},
    named as (select by_city.*, c.name as city, c.country_code from by_city left join nearest_cities c on c.id = city_id),
    cells as (
      select x, y, sum(n)::bigint as count, sum(lon) / sum(n)::float8 as longitude, sum(lat) / sum(n)::float8 as latitude,
        min(west) as west, min(south) as south, max(east) as east, max(north) as north,
        sum(unknown)::bigint as unknown, sum(in_transit)::bigint as in_transit, sum(in_storage)::bigint as in_storage,
        sum(delivered)::bigint as delivered, min(tracker_id) as tracker_id,
        (array_agg(city order by n desc, city) filter (where city is not null))[1:${CITIES_OF_A_CELL}::int] as cities,
        (array_agg(n::int order by n desc, city) filter (where city is not null))[1:${CITIES_OF_A_CELL}::int] as city_counts
      from named group by x, y),
    countries as (
      select x, y, array_agg(country_code) as countries, array_agg(n::int) as country_counts
      from (select x, y, country_code, sum(n)::bigint as n from named where country_code is not null group by 1, 2, 3) c
      group by x, y)
    select cells.*, coalesce(s.last_longitude, longitude) as longitude, coalesce(s.last_latitude, latitude) as latitude, countries.countries, countries.country_counts, upper(t.mac_address::text) as mac_address, s.status, s.last_reported_at as reported_at,
      s.last_horizontal_accuracy_m as accuracy_m, n.name || ', ' || n.country_code as city
    from cells
      left join countries using (x, y)
      left join trackers t on cells.count = 1 and t.id = cells.tracker_id
      left join tracker_status s on cells.count = 1 and s.tracker_id = cells.tracker_id
      left join nearest_cities n on n.id = s.last_nearest_city_id
    order by cells.tracker_id`);
  const features = mergeOverlapping(rows.map(toCounted), query.zoom);
  return { features, total: rows.reduce((total, row) => total + row.count, 0) };
}

/** CTE `by_city`: what each cell holds by the nearest city, of positions that are read; few of them one by one. */
const hitsByCity = (tx: Transaction, query: MapQuery, now: Date, cells: number): Sql => sql`${hitsCte(tx, query, now)},
    few as materialized (select count(*) <= ${singlesUpTo(query.zoom)}::int as one_by_one from hits),
    by_city as (
      select case when one_by_one then tracker_id else ${gridColumn(cells)} end as x,
        case when one_by_one then 0 else ${gridRow(cells)} end as y, city_id,
        count(*) as n, sum(lon) as lon, sum(lat) as lat,
        min(lon) as west, min(lat) as south, max(lon) as east, max(lat) as north,
        count(*) filter (where status = 'UNKNOWN') as unknown,
        count(*) filter (where status = 'IN_TRANSIT') as in_transit,
        count(*) filter (where status = 'IN_STORAGE') as in_storage,
        count(*) filter (where status = 'DELIVERED') as delivered,
        min(tracker_id) as tracker_id
      from hits, few group by 1, 2, 3)`;

/** The same of squares that are counted. */
const squaresByCity = ({ squares, shift }: { squares: Sql; shift: number }): Sql => sql`${squares},
    by_city as (
      select x >> ${shift}::int as x, y >> ${shift}::int as y, city_id, sum(n) as n,
        sum(n::float8 * lon) as lon, sum(n::float8 * lat) as lat,
        min(west) as west, min(south) as south, max(east) as east, max(north) as north,
        sum(unknown) as unknown, sum(in_transit) as in_transit, sum(in_storage) as in_storage, sum(delivered) as delivered,
        sum(ids)::bigint as tracker_id
      from squares group by 1, 2, 3)`;

/** Cities of a cell that are kept for the words of a cluster that takes in several cells. */
const CITIES_OF_A_CELL = 3;

const pairs = (keys: string[] | null, counts: number[] | null) =>
  new Map((keys ?? []).map((key, n): [string, number] => [key, counts?.[n] ?? 0]));

function toCounted(row: Row): Counted {
  const held = {
    countries: pairs(row.countries, row.country_counts),
    cities: pairs(row.cities, row.city_counts),
  };
  return { feature: toFeature(row, held), held };
}

const toFeature = (row: Row, held: Held): MapFeature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [row.longitude, row.latitude] },
  properties:
    row.count === 1
      ? {
          kind: 'tracker',
          trackerId: row.tracker_id,
          macAddress: row.mac_address,
          status: row.status,
          reportedAt: iso(row.reported_at),
          horizontalAccuracyM: row.accuracy_m ?? 0,
          nearestCity: row.city,
        }
      : {
          kind: 'cluster',
          count: row.count,
          statusCounts: {
            UNKNOWN: row.unknown,
            IN_TRANSIT: row.in_transit,
            IN_STORAGE: row.in_storage,
            DELIVERED: row.delivered,
          },
          holds: holdsOf(held),
          bounds: [row.west, row.south, row.east, row.north],
        },
});
