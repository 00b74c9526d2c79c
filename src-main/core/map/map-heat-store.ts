import sql from 'sql-template-tag';
import type { Transaction } from '../platform/db/queryable.ts';
import { COUNTED_FROM, squaresCte } from './far-out-store.ts';
import { cellsAround, normaliseBox } from './map-grid.ts';
import { gridColumn, gridRow, hitsCte, type MapQuery } from './map-store.ts';

/** Cells of the heat map are a quarter as wide as those of the clusters: 16 pixels on screen. */
const FINER = 2;

/**
 * How many last positions lie in each cell of a fine grid, counted as for clusters: at most 256 by 256 cells.
 */
export async function mapHeat(
  tx: Transaction,
  query: MapQuery,
  now: Date,
  countedFrom = COUNTED_FROM,
): Promise<{ cells: [number, number, number][]; most: number }> {
  const bbox = normaliseBox(query.bbox);
  const cells = cellsAround(bbox, query.zoom + FINER);
  const far = await squaresCte(tx, { ...query, bbox }, cells, 1, countedFrom);
  const { rows } = await tx.query<{ lon: number; lat: number; count: number }>(
    far === null
      ? sql`
    with ${hitsCte(tx, { ...query, bbox }, now)}
    select avg(lon) as lon, avg(lat) as lat, count(*) as count
    from hits group by ${gridColumn(cells)}, ${gridRow(cells)}`
      : sql`
    with ${far.squares}
    select sum(n::float8 * lon) / sum(n)::float8 as lon, sum(n::float8 * lat) / sum(n)::float8 as lat, sum(n)::bigint as count
    from squares group by x >> ${far.shift}::int, y >> ${far.shift}::int`,
  );
  return {
    cells: rows.map(({ lon, lat, count }) => [lon, lat, count]),
    most: rows.reduce((most, { count }) => Math.max(most, count), 0),
  };
}
