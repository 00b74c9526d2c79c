import sql from 'sql-template-tag';
import { allOf, ifGiven } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { defineReport, type ReportRequest } from './report-definition.ts';
import {
  labelOf,
  madeInRuns,
  type PeriodWordsRow,
  runsInScope,
  scopeEnd,
  scopeStart,
  trackerName,
  wordColumns,
  wordsOfPeriod,
} from './report-scope-store.ts';

/** Deliveries `d` of the scope, in a query with their run `r`. */
const inScope = ({ scope }: Pick<ReportRequest, 'scope'>) =>
  allOf(
    sql`d.confirmed_at >= ${scopeStart(scope)} and d.confirmed_at < ${scopeEnd(scope)}`,
    ifGiven(scope.locationId, (id) => sql`d.location_id = ${id}::bigint`),
    ifGiven(scope.trackerId, (id) => sql`d.tracker_id = ${id}::bigint`),
  );

/** Trackers with deliveries of the scope. */
const delivered = (tx: Transaction, request: Pick<ReportRequest, 'scope'>) => sql`
  select distinct d.tracker_id as id from deliveries d join production_runs r on r.id = d.production_run_id
  where ${runsInScope(tx, request.scope)} and ${inScope(request)}`;

/** Whether the tracker was delivered before in this run, as far as a client's user may see it. */
const isLater = sql`(d.is_repeated and exists (select from deliveries e where e.tracker_id = d.tracker_id
  and e.production_run_id = d.production_run_id and e.confirmed_at < d.confirmed_at))`;

/** Confirmed deliveries `d` of the scope with what their times are measured from. Plan, for some trackers: by index throughout. */
const measured = (tx: Transaction, request: ReportRequest) => sql`(
  select d.*, r.name as run, r.time_zone as zone, a.allocated_at, ${isLater} as is_later,
    extract(epoch from d.confirmed_at - r.starts_at)::float8 / 3600 as from_start,
    extract(epoch from d.confirmed_at - a.allocated_at)::float8 / 3600 as from_allocation
  from deliveries d
  -- Once a run: working out when a day begins takes longer than the rest of a row.
  join (select r.*, run_starts_at(r) as starts_at from production_runs r offset 0) r on r.id = d.production_run_id
  left join device_allocations a on a.tracker_id = d.tracker_id and a.allocated_at <= d.confirmed_at
    and (a.released_at is null or (a.return_reason is not null and a.released_at > d.confirmed_at))
  where ${runsInScope(tx, request.scope)} and ${inScope(request)})`;

interface DeliveryRow extends PeriodWordsRow {
  key: number;
  name: string;
  serial_number: string | null;
  client: string;
  run: string;
  location: string;
  entered_at: Date;
  confirmed_at: Date;
  left_at: Date | null;
  report_count: number;
  minimum_dwell_minutes: number;
  from_start: number;
  from_allocation: number | null;
  visit_id: string;
  is_later: boolean;
  zone: string;
}

/**
 * Each confirmed delivery with its evidence. A tracker has one in a run; what it does when it comes back to the run is
 * repeated. A page is made of whole trackers.
 */
export const deliveryList = defineReport<DeliveryRow>({
  rowsOf: 'trackers',
  columns: [
    { id: 'tracker', type: 'text', cell: (row) => row.name },
    { id: 'serial_number', type: 'text', cell: (row) => row.serial_number },
    ...wordColumns,
    { id: 'client', type: 'text', cell: (row) => row.client },
    { id: 'production_run', type: 'text', cell: (row) => row.run },
    { id: 'location', type: 'text', cell: (row) => row.location },
    { id: 'entered', type: 'instant', cell: (row) => row.entered_at },
    { id: 'confirmed', type: 'instant', cell: (row) => row.confirmed_at },
    { id: 'left', type: 'instant', cell: (row) => row.left_at },
    { id: 'evidence_reports', type: 'integer', cell: (row) => row.report_count },
    { id: 'minimum_dwell_minutes', type: 'integer', cell: (row) => row.minimum_dwell_minutes },
    { id: 'hours_from_run_start', type: 'hours', cell: (row) => row.from_start },
    { id: 'hours_from_allocation', type: 'hours', cell: (row) => row.from_allocation },
    { id: 'visit', type: 'text', cell: (row) => row.visit_id },
    { id: 'repeated', type: 'flag', cell: (row) => row.is_later },
  ],
  async keys(tx, request) {
    const { rows } = await tx.query<{ ids: string | null }>(sql`
      select string_agg(id::text, ',' order by id) as ids from (${delivered(tx, request)}) d`);
    return Float64Array.from(rows[0]!.ids?.split(',') ?? [], Number);
  },
  async read(tx, request) {
    const page =
      request.among === undefined
        ? sql`${delivered(tx, request)} and d.tracker_id > ${request.after}::bigint order by 1 limit ${request.limit}`
        : sql`select unnest(${request.among}::bigint[])`;
    const { rows } = await tx.query<DeliveryRow>(sql`
      select t.id as key, ${trackerName} as name, t.serial_number, c.name as client, d.run, l.name as location, d.entered_at, d.confirmed_at,
        (select h.left_at from status_history h where h.tracker_id = d.tracker_id and h.visit_id = d.visit_id
          and h.superseded_at is null limit 1) as left_at,
        ${wordsOfPeriod}, d.report_count, d.minimum_dwell_minutes, d.from_start, d.from_allocation, d.visit_id, d.is_later,
        d.zone
      from ${measured(tx, request)} d ${labelOf(sql`d.tracker_id`)} join locations l on l.id = d.location_id
      join clients c on c.id = d.client_id left join run_periods w on w.id = d.run_period_id
      where d.tracker_id = any(array(${page})) order by t.id, d.confirmed_at`);
    return { rows, hasMore: new Set(rows.map((row) => row.key)).size === request.limit };
  },
});

interface PerformanceRow {
  key: number;
  client: string;
  run: string;
  location: string | null;
  deliveries: number;
  trackers: number;
  first: Date;
  last: Date;
  start50: number;
  start90: number;
  start95: number;
  allocated50: number | null;
  allocated90: number | null;
  allocated95: number | null;
  zone: string;
}

/** How long deliveries took, of each run as a whole (no location) and by location. A page is made of whole runs. */
export const deliveryPerformance = defineReport<PerformanceRow>({
  rowsOf: 'runs',
  columns: [
    { id: 'client', type: 'text', cell: (row) => row.client },
    { id: 'production_run', type: 'text', cell: (row) => row.run },
    { id: 'location', type: 'text', cell: (row) => row.location },
    { id: 'deliveries', type: 'integer', cell: (row) => row.deliveries },
    { id: 'share_of_run', type: 'share', cell: (row) => (row.trackers === 0 ? null : row.deliveries / row.trackers) },
    { id: 'first_confirmed', type: 'instant', cell: (row) => row.first },
    { id: 'last_confirmed', type: 'instant', cell: (row) => row.last },
    { id: 'median_hours_from_run_start', type: 'hours', cell: (row) => row.start50 },
    { id: 'p90_hours_from_run_start', type: 'hours', cell: (row) => row.start90 },
    { id: 'p95_hours_from_run_start', type: 'hours', cell: (row) => row.start95 },
    { id: 'median_hours_from_allocation', type: 'hours', cell: (row) => row.allocated50 },
    { id: 'p90_hours_from_allocation', type: 'hours', cell: (row) => row.allocated90 },
    { id: 'p95_hours_from_allocation', type: 'hours', cell: (row) => row.allocated95 },
  ],
  async read(tx, request) {
    const { rows } = await tx.query<PerformanceRow>(sql`
      with page as materialized (
        select r.id from production_runs r
        where r.id > ${request.after}::bigint and ${runsInScope(tx, request.scope)}
          and exists (select from deliveries d where d.production_run_id = r.id and ${inScope(request)})
        order by r.id limit ${request.limit}
      ), ${madeInRuns(sql`select id from page`)}
      select r.id as key, c.name as client, r.name as run, r.time_zone as zone, l.name as location, g.*,
        coalesce(made.trackers, 0) as trackers
      from (
        select d.production_run_id, d.location_id, count(*)::int as deliveries, min(d.confirmed_at) as first,
          max(d.confirmed_at) as last,
          percentile_cont(0.5) within group (order by d.from_start) as start50,
          percentile_cont(0.9) within group (order by d.from_start) as start90,
          percentile_cont(0.95) within group (order by d.from_start) as start95,
          percentile_cont(0.5) within group (order by d.from_allocation) as allocated50,
          percentile_cont(0.9) within group (order by d.from_allocation) as allocated90,
          percentile_cont(0.95) within group (order by d.from_allocation) as allocated95
        from ${measured(tx, request)} d where d.production_run_id in (select id from page) and not d.is_later
        group by grouping sets ((d.production_run_id), (d.production_run_id, d.location_id))) g
      join production_runs r on r.id = g.production_run_id join clients c on c.id = r.client_id
      left join locations l on l.id = g.location_id left join made on made.production_run_id = r.id
      order by r.id, l.name nulls first, l.id`);
    return { rows, hasMore: new Set(rows.map((row) => row.key)).size === request.limit };
  },
});
