import sql from 'sql-template-tag';
import { type ColumnOf, defineReport, withinLimit } from './report-definition.ts';
import {
  labelOf,
  type PeriodWordsRow,
  trackerName,
  visitsInScope,
  wordColumns,
  wordsOfPeriod,
} from './report-scope-store.ts';

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
const figures: ColumnOf<Figures>[] = [
  { id: 'visits', type: 'integer', cell: (row) => row.visits },
  { id: 'still_inside', type: 'integer', cell: (row) => row.open },
  { id: 'cut_at_start', type: 'integer', cell: (row) => row.cut },
  { id: 'total_hours', type: 'hours', cell: (row) => row.total },
  { id: 'median_hours', type: 'hours', cell: (row) => row.median },
  { id: 'p90_hours', type: 'hours', cell: (row) => row.p90 },
  { id: 'p95_hours', type: 'hours', cell: (row) => row.p95 },
  { id: 'longest_hours', type: 'hours', cell: (row) => row.longest },
];
const summed = sql`count(*)::int as visits, (count(*) filter (where v.open_end))::int as open,
  (count(*) filter (where v.cut_start))::int as cut, sum(v.hours) as total,
  percentile_cont(0.5) within group (order by v.hours) as median,
  percentile_cont(0.9) within group (order by v.hours) as p90,
  percentile_cont(0.95) within group (order by v.hours) as p95, max(v.hours) as longest`;

interface LocationRow extends Figures {
  name: string;
  kind: string;
  trackers: number;
}

/** How long trackers stayed at each location. */
export const dwellByLocation = defineReport<LocationRow>({
  rowsOf: 'locations',
  columns: [
    { id: 'location', type: 'text', cell: (row) => row.name },
    { id: 'kind', type: 'text', cell: (row) => row.kind },
    { id: 'trackers', type: 'integer', cell: (row) => row.trackers },
    ...figures,
  ],
  async read(tx, request) {
    const { rows } = await tx.query<LocationRow>(sql`
      select l.id as key, l.name, l.kind, count(distinct v.tracker_id)::int as trackers, ${summed}
      from ${visitsInScope(tx, request.scope, request.now)} v join locations l on l.id = v.location_id
      where l.id > ${request.after}::bigint group by l.id order by l.id limit ${request.limit + 1}`);
    return withinLimit(rows, request.limit);
  },
});

interface TrackerRow extends Figures, PeriodWordsRow {
  name: string;
  run: string | null;
  locations: number;
  storage: number;
  delivery: number;
}

/** How long each tracker stayed at locations, with what it was fixed to at the last of its visits. */
export const dwellByTracker = defineReport<TrackerRow>({
  rowsOf: 'trackers',
  columns: [
    { id: 'tracker', type: 'text', cell: (row) => row.name },
    ...wordColumns,
    { id: 'production_run', type: 'text', cell: (row) => row.run },
    { id: 'locations', type: 'integer', cell: (row) => row.locations },
    { id: 'storage_hours', type: 'hours', cell: (row) => row.storage },
    { id: 'delivery_hours', type: 'hours', cell: (row) => row.delivery },
    ...figures,
  ],
  async read(tx, request) {
    const { rows } = await tx.query<TrackerRow>(sql`
      select t.id as key, ${trackerName} as name, run.name as run, ${wordsOfPeriod}, v.*
      from (
        select v.tracker_id, max(v.production_run_id) as run_id,
          (array_agg(v.run_period_id order by v.entered_at desc))[1] as period_id, count(distinct v.location_id)::int as locations,
          coalesce(sum(v.hours) filter (where v.status = 'IN_STORAGE'), 0) as storage,
          coalesce(sum(v.hours) filter (where v.status = 'DELIVERED'), 0) as delivery, ${summed}
        from ${visitsInScope(tx, request.scope, request.now)} v where v.tracker_id > ${request.after}::bigint
        group by v.tracker_id order by v.tracker_id limit ${request.limit + 1}) v
      ${labelOf(sql`v.tracker_id`)} left join production_runs run on run.id = v.run_id
      left join run_periods w on w.id = v.period_id
      order by t.id`);
    return withinLimit(rows, request.limit);
  },
});
