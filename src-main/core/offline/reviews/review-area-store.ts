import sql, { type Sql } from 'sql-template-tag';
import type { Box } from '../../map/map-grid.ts';
import { ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

/** Whether a point lies in the box; west > east crosses the antimeridian. */
const inside = (box: Box, longitude: Sql, latitude: Sql): Sql =>
  sql`${latitude} between ${box.south}::float8 and ${box.north}::float8 and ${
    box.west <= box.east
      ? sql`${longitude} between ${box.west}::float8 and ${box.east}::float8`
      : sql`(${longitude} >= ${box.west}::float8 or ${longitude} <= ${box.east}::float8)`
  }`;

/**
 * Ids of trackers that are within a box, or reported from it in a range of time. Plan: tracker_status_place for the
 * first, a scan of the months' partitions for the second; meant for work in the background.
 */
export async function trackersInArea(
  tx: Transaction,
  box: Box,
  from: string,
  to: string,
  limit: number,
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    select t.id from trackers t where ${ownClient(tx, 't.client_id')} and t.id in (
      select s.tracker_id from tracker_status s where ${inside(box, sql`s.last_longitude`, sql`s.last_latitude`)}
      union
      select r.tracker_id from location_reports r
      where r.reported_at >= ${from}::timestamptz and r.reported_at < ${to}::timestamptz and r.position is not null
        and ${inside(box, sql`st_x(r.position::geometry)`, sql`st_y(r.position::geometry)`)})
    order by t.id limit ${limit}`);
  return rows.map((row) => row.id);
}
