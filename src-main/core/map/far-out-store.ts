import sql, { type Sql } from 'sql-template-tag';
import { mercatorY } from '../../../src-shared/domain/map/mercator.ts';
import { allOf, ifGiven, ownClient } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { COARSE_LEVEL, FINE_LEVEL, placeCounts } from '../trackers/place-counts-store.ts';
import type { Box } from './map-grid.ts';
import type { MapQuery } from './map-store.ts';

/** From so many positions on they are counted: to read fewer takes a moment, and places are exact. */
export const COUNTED_FROM = 20_000;

/** Squares of a level, each way of a cell. A cell of 64 pixels has eight, so what is drawn is four pixels off at most. */
export const SQUARES_OF_A_CELL = 8;

/**
 * CTE `squares(x, y, city_id, n, unknown, in_transit, in_storage, delivered, ids, lon, lat, west, south, east, north)` of the last
 * positions in a box that a map far out shows, counted by squares of the world; with how many of them a cell of the grid
 * takes each way, as a power of two. Null where positions are to be read: close up, few, or by their age. Squares
 * that the box cuts count as a whole.
 */
export async function squaresCte(
  tx: Transaction,
  query: MapQuery & { bbox: Box },
  cells: number,
  squaresOfACell: number,
  countedFrom: number,
): Promise<{ squares: Sql; shift: number } | null> {
  const level = ([COARSE_LEVEL, FINE_LEVEL] as const).find((of) => 2 ** of >= cells * squaresOfACell);
  if (level === undefined || query.maxAgeHours !== undefined) return null;
  const side = 2 ** level;
  const within = (of: number) => Math.min(side - 1, Math.max(0, Math.floor(of * side)));
  const { west, east, north, south } = query.bbox;
  const counts = placeCounts(level, {
    west: within((west + 180) / 360),
    east: within((east + 180) / 360),
    north: within(mercatorY(north)),
    south: within(mercatorY(south)),
  });
  const shown = allOf(
    ownClient(tx, 'client_id'),
    ifGiven(query.clientId, (id) => sql`client_id = ${id}::bigint`),
    ifGiven(query.productionRunId, (id) => sql`production_run_id = ${id}::bigint`),
    ifGiven(query.status, (status) => sql`status = ${status}`),
  );
  const { rows } = await tx.query<{ total: number }>(
    sql`select coalesce(sum(trackers), 0)::int as total from ${counts} c where ${shown}`,
  );
  if (rows[0]!.total < countedFrom) return null;
  const longitude = (x: Sql) => sql`${x} * 360.0::float8 / ${side}::float8 - 180`;
  const latitude = (y: Sql) => sql`degrees(atan(sinh(pi() * (1 - 2 * ${y} / ${side}::float8))))`;
  const squares = sql`squares as materialized (
    select *, ${longitude(sql`(x + 0.5)`)} as lon, ${latitude(sql`(y + 0.5)`)} as lat, ${longitude(sql`x`)} as west,
      ${latitude(sql`(y + 1)`)} as south, ${longitude(sql`(x + 1)`)} as east, ${latitude(sql`y`)} as north
    from (
      select x, y, city_id, sum(trackers) as n, sum(ids) as ids,
        coalesce(sum(trackers) filter (where status = 'UNKNOWN'), 0) as unknown,
        coalesce(sum(trackers) filter (where status = 'IN_TRANSIT'), 0) as in_transit,
        coalesce(sum(trackers) filter (where status = 'IN_STORAGE'), 0) as in_storage,
        coalesce(sum(trackers) filter (where status = 'DELIVERED'), 0) as delivered
      from ${counts} c where ${shown} group by 1, 2, 3 having sum(trackers) <> 0) counted)`;
  return { squares, shift: level - Math.log2(cells) };
}
