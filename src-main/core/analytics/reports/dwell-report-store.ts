import sql from 'sql-template-tag';
import type { ReportColumn } from '../../../../src-shared/contract/report-cells.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { type ReportPage, type ReportRequest, rounded, trackerName, visits } from './report-scope-store.ts';

const figures: ReportColumn[] = [
  { id: 'visits', type: 'integer' },
  { id: 'still_inside', type: 'integer' },
  { id: 'cut_at_start', type: 'integer' },
  { id: 'total_hours', type: 'hours' },
  { id: 'median_hours', type: 'hours' },
  { id: 'p90_hours', type: 'hours' },
  { id: 'p95_hours', type: 'hours' },
  { id: 'longest_hours', type: 'hours' },
];
interface Figures {
  key: number;
  visits: number;
  open: number;
  cut: number;
  total: number;
  median: number;
  p90: number;
  p95: number;
  longest: number;
}
const figuresOf = (row: Figures) => [
  row.visits,
  row.open,
  row.cut,
  rounded(row.total),
  rounded(row.median),
  rounded(row.p90),
  rounded(row.p95),
  rounded(row.longest),
];
const summed = sql`count(*)::int as visits, (count(*) filter (where v.open_end))::int as open,
  (count(*) filter (where v.cut_start))::int as cut, sum(v.hours) as total,
  percentile_cont(0.5) within group (order by v.hours) as median,
  percentile_cont(0.9) within group (order by v.hours) as p90,
  percentile_cont(0.95) within group (order by v.hours) as p95, max(v.hours) as longest`;

export const dwellByLocationColumns: ReportColumn[] = [
  { id: 'location', type: 'text' },
  { id: 'kind', type: 'text' },
  { id: 'trackers', type: 'integer' },
  ...figures,
];

/** How long trackers stayed at each location. */
export async function dwellByLocation(tx: Transaction, request: ReportRequest): Promise<ReportPage> {
  const { rows } = await tx.query<Figures & { name: string; kind: string; trackers: number }>(sql`
    select l.id as key, l.name, l.kind, count(distinct v.tracker_id)::int as trackers, ${summed}
    from ${visits(tx, request.scope, request.now)} v join locations l on l.id = v.location_id
    where l.id > ${request.after}::bigint group by l.id order by l.id limit ${request.limit + 1}`);
  return {
    rows: rows.slice(0, request.limit).map((row) => ({
      key: row.key,
      trackerId: null,
      cells: [row.name, row.kind, row.trackers, ...figuresOf(row)],
    })),
    hasMore: rows.length > request.limit,
  };
}

export const dwellByTrackerColumns: ReportColumn[] = [
  { id: 'tracker', type: 'text' },
  { id: 'production_run', type: 'text' },
  { id: 'locations', type: 'integer' },
  { id: 'storage_hours', type: 'hours' },
  { id: 'delivery_hours', type: 'hours' },
  ...figures,
];

/** How long each tracker stayed at locations. */
export async function dwellByTracker(tx: Transaction, request: ReportRequest): Promise<ReportPage> {
  const { rows } = await tx.query<
    Figures & { name: string; run: string | null; locations: number; storage: number; delivery: number }
  >(sql`
    select t.id as key, ${trackerName} as name, run.name as run, v.*
    from (
      select v.tracker_id, count(distinct v.location_id)::int as locations,
        coalesce(sum(v.hours) filter (where v.status = 'IN_STORAGE'), 0) as storage,
        coalesce(sum(v.hours) filter (where v.status = 'DELIVERED'), 0) as delivery, ${summed}
      from ${visits(tx, request.scope, request.now)} v where v.tracker_id > ${request.after}::bigint
      group by v.tracker_id order by v.tracker_id limit ${request.limit + 1}) v
    join trackers t on t.id = v.tracker_id left join production_runs run on run.id = t.production_run_id
    order by t.id`);
  return {
    rows: rows.slice(0, request.limit).map((row) => ({
      key: row.key,
      trackerId: row.key,
      cells: [row.name, row.run, row.locations, rounded(row.storage), rounded(row.delivery), ...figuresOf(row)],
    })),
    hasMore: rows.length > request.limit,
  };
}
