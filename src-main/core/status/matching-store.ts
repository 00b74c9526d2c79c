import sql, { raw, type Sql } from 'sql-template-tag';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import type { FenceMatch, FoldReport, LeftOutReason } from '../../../src-shared/domain/status/types.ts';
import { epochMs, fromEpochMs } from '../platform/db/epoch.ts';
import type { Queryable } from '../platform/db/queryable.ts';

export interface WantedReports {
  trackerId: number;
  productionRunId: number | null;
  /** Epoch milliseconds: no prior report lies before this, the beginning of the period. */
  since: number;
  /** Epoch milliseconds: reports from here on, and before there (or infinity). */
  from: number;
  until: number;
}

export interface LoadedReport extends FoldReport {
  leftOutReason: LeftOutReason | null;
}

export interface LoadedReports {
  /** The last reports before `from` that count, oldest first; their matches only where `matchPrior` was asked for. */
  prior: LoadedReport[];
  /** Reports from `from` until `until` in the order of the fold. */
  reports: LoadedReport[];
}

export interface LoadOptions {
  /** How many of the last reports before `from` that count. */
  prior: number;
  matchPrior: boolean;
}

interface Row {
  n: number;
  prior: boolean;
  at: number;
  hash: string;
  longitude: number | null;
  latitude: number | null;
  accuracy: number | null;
  left_out_reason: LeftOutReason | null;
  location_id: number | null;
  kind: LocationKind;
  radius_m: number;
  is_outline: boolean;
  area_m2: number;
  distance_m: number;
}

/** Reports are looked up by cells of this many degrees; within a cell no point is farther from its middle than this. */
const CELL_DEGREES = 0.02;
const CELL_REACH_M = 1_600;
const cellOf = (axis: 'X' | 'Y') =>
  sql`round(ST_${raw(axis)}(r.position::geometry) / ${raw(String(CELL_DEGREES))})::integer`;

/**
 * Reports of trackers with the fences of their run, each in its shape at the report's time, that each is inside of, or
 * not surely outside of (d <= r + a): one statement for any number of reports and fences of any radius.
 *
 * The plan it relies on: per tracker a range of the reports' primary key; per run and cell of about two kilometres, of
 * which a batch has far fewer than reports, a look-up in the GiST index `fence_shapes_reach`, whose boxes already reach
 * as far as the shape's radius and the largest accuracy, and for each shape found there one in `run_fences_shape`. The box of a cell is that of its middle, expanded: geocentric, so
 * poles and the antimeridian need no special case. Only what is found there is measured.
 */
export const loadReportsStatement = (wanted: readonly WantedReports[], options: LoadOptions): Sql => sql`
  with wanted as (
    select * from unnest(${wanted.map((w) => w.trackerId)}::bigint[], ${wanted.map((w) => w.productionRunId)}::bigint[],
      ${wanted.map((w) => w.since)}::float8[], ${wanted.map((w) => w.from)}::float8[],
      ${wanted.map((w) => w.until)}::float8[]) with ordinality as w(tracker_id, run_id, since_ms, from_ms, until_ms, n)
  ), report as materialized (
    select w.n, w.run_id, false as prior, r.*, ${cellOf('X')} as cell_x, ${cellOf('Y')} as cell_y
    from wanted w cross join lateral (
      select r.reported_at, r.payload_hash, r.position, r.horizontal_accuracy_m, r.left_out_reason
      from location_reports r where r.tracker_id = w.tracker_id and r.reported_at >= ${fromEpochMs('w.from_ms')}
        and r.reported_at < ${fromEpochMs('w.until_ms')}
      -- Keeps the planner at this range of the key per tracker; it can't know how short the ranges are.
      offset 0) as r
    union all
    select w.n, w.run_id, true, r.*, ${cellOf('X')}, ${cellOf('Y')}
    from wanted w cross join lateral (
      select r.reported_at, r.payload_hash, r.position, r.horizontal_accuracy_m, r.left_out_reason
      from location_reports r where r.tracker_id = w.tracker_id and r.reported_at < ${fromEpochMs('w.from_ms')}
        and r.reported_at >= ${fromEpochMs('w.since_ms')} and r.left_out_reason is null
      order by r.reported_at desc, r.payload_hash desc limit ${options.prior}) as r
  ), cell as materialized (
    select c.*, _st_expand(ST_MakePoint(cell_x * ${CELL_DEGREES}::float8, cell_y * ${CELL_DEGREES}::float8)::geography,
      ${CELL_REACH_M}) as box
    from (select distinct run_id, cell_x, cell_y from report where position is not null and run_id is not null) as c
  ), reach as materialized (
    select c.run_id, c.cell_x, c.cell_y, f.location_id, l.kind, s.radius_m, s.area_m2, s.outline is not null as is_outline,
      coalesce(s.outline, s.position) as place, f.valid_from, f.valid_to
    from cell c join fence_shapes s on _st_expand(coalesce(s.outline, s.position), s.radius_m + 255) && c.box
      join run_fences f on f.shape_id = s.id and f.production_run_id = c.run_id
      join locations l on l.id = f.location_id
  ), match as materialized (
    select r.n, r.reported_at, r.payload_hash, f.location_id, f.kind, f.radius_m, f.is_outline, f.area_m2, d.distance_m
    from report r join reach f on f.run_id = r.run_id and f.cell_x = r.cell_x and f.cell_y = r.cell_y
      and r.reported_at >= f.valid_from and r.reported_at < f.valid_to
    -- "offset 0" keeps the distance from being computed once for the condition and again for the result.
    cross join lateral (select ST_Distance(f.place, r.position) as distance_m offset 0) as d
    where (not r.prior or ${options.matchPrior}) and _st_expand(f.place, f.radius_m + 255) && r.position
      and d.distance_m <= f.radius_m + r.horizontal_accuracy_m
  )
  select r.n::integer, r.prior, ${epochMs('r.reported_at')} as at, encode(r.payload_hash, 'hex') as hash,
    ST_X(r.position::geometry) as longitude, ST_Y(r.position::geometry) as latitude,
    r.horizontal_accuracy_m as accuracy, r.left_out_reason, m.location_id, m.kind, m.radius_m, m.is_outline, m.area_m2,
    m.distance_m
  from report r left join match m on m.n = r.n and m.reported_at = r.reported_at and m.payload_hash = r.payload_hash
  order by r.n, r.reported_at, r.payload_hash`;

/** Runs the statement above; one answer for each of `wanted`, in its order. */
export async function loadReports(
  tx: Queryable,
  wanted: readonly WantedReports[],
  options: LoadOptions,
): Promise<LoadedReports[]> {
  const { rows } = await tx.query<Row>(loadReportsStatement(wanted, options));
  const loaded = wanted.map((): LoadedReports => ({ prior: [], reports: [] }));
  let matches: FenceMatch[] = [];
  let before: Row | null = null;
  for (const row of rows) {
    if (before === null || row.n !== before.n || row.at !== before.at || row.hash !== before.hash) {
      matches = [];
      const of = loaded[row.n - 1]!;
      (row.prior ? of.prior : of.reports).push(toReport(row, matches));
    }
    before = row;
    if (row.location_id !== null) {
      const { location_id: locationId, kind, radius_m: radiusM, is_outline: isOutline, area_m2: areaM2 } = row;
      matches.push({ locationId, kind, radiusM, isOutline, areaM2, distanceM: row.distance_m });
    }
  }
  return loaded;
}

const toReport = (row: Row, matches: FenceMatch[]): LoadedReport => ({
  at: row.at,
  hash: row.hash,
  position:
    row.longitude === null || row.latitude === null ? null : { longitude: row.longitude, latitude: row.latitude },
  accuracyM: row.accuracy ?? 0,
  matches,
  leftOutReason: row.left_out_reason,
});
