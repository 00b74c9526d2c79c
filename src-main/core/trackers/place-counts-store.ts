import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/** Squares of the world each way, as powers of two: those that changes name, and larger ones of eight by eight of them. */
export const FINE_LEVEL = 12;
export const COARSE_LEVEL = 9;

/**
 * Adds to the sums where trackers have been heard since the last time, as `sumTrackerCounts` does of how many there are.
 * One console at a time.
 */
export async function sumPlaceCounts(tx: Queryable): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(7240233)`);
  await tx.query(sql`
    with taken as materialized (delete from place_count_changes returning *)
    insert into place_count_sums as s (level, x, y, client_id, production_run_id, status, city_id, trackers, ids)
    select level, x >> (${FINE_LEVEL}::int - level), y >> (${FINE_LEVEL}::int - level), client_id, production_run_id, status, city_id,
      sum(trackers), sum(ids)
    from taken, unnest(array[${COARSE_LEVEL}::int, ${FINE_LEVEL}::int]) as level
    group by 1, 2, 3, 4, 5, 6, 7 having sum(trackers) <> 0 or sum(ids) <> 0
    order by 1, 2, 3, 5, 4, 6, 7
    on conflict (level, x, y, production_run_id, client_id, status, city_id)
    do update set trackers = s.trackers + excluded.trackers, ids = s.ids + excluded.ids`);
  await tx.query(sql`delete from place_count_sums where trackers = 0`);
}

/** Squares from west to east and from north to south, both ends among them. `west` > `east` crosses the antimeridian. */
export interface Squares {
  west: number;
  east: number;
  north: number;
  south: number;
}

/**
 * Rows `(x, y, client_id, production_run_id, status, city_id, trackers, ids)` of squares at a level, to be summed: what is
 * summed up and what has changed since. Plan: by the unique key's level and columns of squares; all that has changed.
 */
export function placeCounts(level: typeof FINE_LEVEL | typeof COARSE_LEVEL, squares: Squares): Sql {
  const shift = FINE_LEVEL - level;
  const within = ({ west, east, north, south }: Squares) =>
    sql`y between ${north}::int and ${south}::int and ${
      west <= east ? sql`x between ${west}::int and ${east}::int` : sql`(x >= ${west}::int or x <= ${east}::int)`
    }`;
  const fine = {
    west: squares.west << shift,
    east: ((squares.east + 1) << shift) - 1,
    north: squares.north << shift,
    south: ((squares.south + 1) << shift) - 1,
  };
  return sql`(
    select x, y, client_id, production_run_id, status, city_id, trackers, ids from place_count_sums
    where level = ${level}::smallint and ${within(squares)}
    union all
    select x >> ${shift}::int, y >> ${shift}::int, client_id, production_run_id, status, city_id, trackers, ids from place_count_changes
    where ${within(fine)})`;
}
