import sql from 'sql-template-tag';
import type { Transaction } from '../platform/db/queryable.ts';
import { cellsAround, normaliseBox } from './map-grid.ts';
import { gridColumn, gridRow, hitsCte, type MapQuery } from './map-store.ts';

/** Cells of the heat map are a quarter as wide as those of the clusters: 16 pixels on screen. */
const FINER = 2;

/**
 * How many last positions lie in each cell of a fine grid. One pass over the box, as for clusters, and a hash
 * aggregate: at most 256 by 256 cells.
 */
export async function mapHeat(
  tx: Transaction,
  query: MapQuery,
  now: Date,
): Promise<{ cells: [number, number, number][]; most: number }> {
  const bbox = normaliseBox(query.bbox);
  const cells = cellsAround(bbox, query.zoom + FINER);
  const { rows } = await tx.query<{ lon: number; lat: number; count: number }>(sql`
    with ${hitsCte(tx, { ...query, bbox }, now)}
    select avg(lon) as lon, avg(lat) as lat, count(*) as count
    from hits group by ${gridColumn(cells)}, ${gridRow(cells)}`);
  return {
    cells: rows.map(({ lon, lat, count }) => [lon, lat, count]),
    most: rows.reduce((most, { count }) => Math.max(most, count), 0),
  };
}
