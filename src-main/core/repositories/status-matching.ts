import sql, { type Sql } from 'sql-template-tag';
import type { LocationKind } from '../../../src-shared/contract/locations.ts';
import type { FenceMatch, FoldReport, LeftOutReason } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../db/queryable.ts';
import { epochMs, fromEpochMs } from './epoch.ts';

export interface WantedReports {
  trackerId: number;
  productionRunId: number | null;
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
  distance_m: number;
}

/**
 * Reports of trackers with the fences of their run that each is inside of, or not surely outside of (d <= r + a): one
 * statement for any number of reports and fences of any radius.
 *
 * The plan it relies on: per tracker a range of the reports' primary key, per report a look-up in the GiST index
 * `locations_reach`, whose boxes already reach as far as the fence's radius and the largest accuracy. Only what is
 * found there is measured.
 */
export const loadReportsStatement = (wanted: readonly WantedReports[], options: LoadOptions): Sql => sql`
  with wanted as (
    select * from unnest(${wanted.map((w) => w.trackerId)}::bigint[], ${wanted.map((w) => w.productionRunId)}::bigint[],
      ${wanted.map((w) => w.from)}::float8[], ${wanted.map((w) => w.until)}::float8[])
      with ordinality as w(tracker_id, run_id, from_ms, until_ms, n)
  ), report as (
    select w.n, w.run_id, false as prior, r.*
    from wanted w cross join lateral (
      select r.reported_at, r.payload_hash, r.position, r.horizontal_accuracy_m, r.left_out_reason
      from location_reports r where r.tracker_id = w.tracker_id and r.reported_at >= ${fromEpochMs('w.from_ms')}
        and r.reported_at < ${fromEpochMs('w.until_ms')}
      -- Keeps the planner at this range of the key per tracker; it can't know how short the ranges are.
      offset 0) as r
    union all
    select w.n, w.run_id, true, r.*
    from wanted w cross join lateral (
      select r.reported_at, r.payload_hash, r.position, r.horizontal_accuracy_m, r.left_out_reason
      from location_reports r where r.tracker_id = w.tracker_id and r.reported_at < ${fromEpochMs('w.from_ms')}
        and r.left_out_reason is null
      order by r.reported_at desc, r.payload_hash desc limit ${options.prior}) as r
  )
  select r.n::integer, r.prior, ${epochMs('r.reported_at')} as at, encode(r.payload_hash, 'hex') as hash,
    ST_X(r.position::geometry) as longitude, ST_Y(r.position::geometry) as latitude,
    r.horizontal_accuracy_m as accuracy, r.left_out_reason, m.location_id, m.kind, m.radius_m, m.distance_m
  from report r
  left join lateral (
    select l.id as location_id, l.kind, l.geofence_radius_m as radius_m, d.distance_m
    from locations l
    -- "offset 0" keeps the distance from being computed once for the condition and again for the result.
    cross join lateral (select ST_Distance(l.position, r.position) as distance_m offset 0) as d
    where l.archived_at is null and _st_expand(l.position, l.geofence_radius_m + 255) && r.position
      and (not r.prior or ${options.matchPrior})
      and (l.production_run_id = r.run_id or exists (
        select from production_run_locations rl where rl.production_run_id = r.run_id and rl.location_id = l.id))
      and d.distance_m <= l.geofence_radius_m + r.horizontal_accuracy_m
  ) as m on true
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
      matches.push({ locationId: row.location_id, kind: row.kind, radiusM: row.radius_m, distanceM: row.distance_m });
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
