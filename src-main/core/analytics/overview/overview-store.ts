import sql, { type Sql } from 'sql-template-tag';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { startOfDay } from '../../../../src-shared/domain/days.ts';
import { orderNumber } from '../../../../src-shared/domain/order-number.ts';
import { isLate } from '../../orders/late-orders-store.ts';
import { iso, ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { silentOfRuns } from '../../trackers/heard-counts-store.ts';
import { labelOf } from '../business-reports/report-scope-store.ts';
import { quarterAfter, statuses, statusTotals, timeCounts } from '../time-counts-store.ts';
import { type ChartDays, chartDays } from './chart-days-store.ts';

const LISTED = 10;

const active = (now: Date): Sql =>
  sql`(${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r))`;

const summed = (condition: Sql): Sql => sql`coalesce(sum(trackers) filter (where ${condition}), 0)::bigint`;

/**
 * Counts of trackers. `active` are the manufactured ones of active runs; of those, `silent` were not heard of for as long
 * as an alert takes, and `waiting` were never heard of and are not silent yet. Statuses are counted over manufactured
 * trackers: a key that no device has yet is nowhere.
 * All are summed up from `tracker_counts`, and silence from `silentOfRuns`.
 */
export async function trackerCounts(
  tx: Transaction,
  now: Date,
  silentHours: number,
): Promise<Pick<Overview, 'trackers' | 'statusCounts'>> {
  const since = new Date(now.getTime() - silentHours * 3_600_000);
  const { rows } = await tx.query<Omit<Overview['trackers'], 'silentAfterHours'> & Overview['statusCounts']>(sql`
    with active as materialized (
      select r.id, run_starts_at(r) as starts_at from production_runs r where ${active(now)} and ${ownClient(tx, 'r.client_id')}
    ), heard as (
      select coalesce(sum(silent), 0)::bigint as silent, (coalesce(sum(unheard), 0) - coalesce(sum(silent_unheard), 0))::bigint as waiting
      from ${silentOfRuns(tx, sql`active`, since)} by_run
    ), counted as (
      select n.*, n.production_run_id in (select id from active) as is_active from tracker_counts n where ${ownClient(tx, 'n.client_id')}
    )
    select coalesce(sum(trackers), 0)::bigint as total, ${summed(sql`is_made`)} as manufactured,
      ${summed(sql`is_allocated`)} as allocated, ${summed(sql`is_made and is_active`)} as active,
      (select silent from heard) as silent, (select waiting from heard) as waiting,
      ${summed(sql`is_made and status = 'UNKNOWN'`)} as "UNKNOWN",
      ${summed(sql`is_made and status = 'IN_TRANSIT'`)} as "IN_TRANSIT",
      ${summed(sql`is_made and status = 'IN_STORAGE'`)} as "IN_STORAGE",
      ${summed(sql`is_made and status = 'DELIVERED'`)} as "DELIVERED"
    from counted`);
  const { UNKNOWN, IN_TRANSIT, IN_STORAGE, DELIVERED, ...trackers } = rows[0]!;
  return {
    trackers: { ...trackers, silentAfterHours: silentHours },
    statusCounts: { UNKNOWN, IN_TRANSIT, IN_STORAGE, DELIVERED },
  };
}

/** Runs in use by phase; orders that still take scans, and those of them that are late. */
export async function workCounts(tx: Transaction, now: Date): Promise<Pick<Overview, 'runs' | 'orders'>> {
  const { rows } = await tx.query<{ not_begun: number; active: number; over: number; open: number; late: number }>(sql`
    select r.not_begun, r.active, r.over, o.open, o.late from
      (select count(*) filter (where ${now}::timestamptz < run_starts_at(r)) as not_begun,
        count(*) filter (where ${active(now)}) as active,
        count(*) filter (where ${now}::timestamptz >= run_ends_at(r)) as over
        from production_runs r where r.archived_at is null and ${ownClient(tx, 'r.client_id')}) r,
      (select count(*) as open, count(*) filter (where ${isLate(now)}) as late
        from customer_orders o left join production_runs r on r.id = o.production_run_id where o.state = 'open' and o.archived_at is null and ${ownClient(tx, 'o.client_id')}) o`);
  const { open, late: lateOrders, not_begun: notBegun, active: running, over } = rows[0]!;
  return { runs: { notBegun, active: running, over }, orders: { open, late: lateOrders } };
}

/** The orders that are late the longest. */
export async function lateOrders(tx: Transaction, now: Date): Promise<Overview['lateOrders']> {
  const { rows } = await tx.query<Omit<Overview['lateOrders'][number], 'number'>>(sql`
    select o.id, c.name as "clientName", o.due_date as "dueDate", o.allocated_count as "allocatedCount", o.quantity
    from customer_orders o join clients c on c.id = o.client_id left join production_runs r on r.id = o.production_run_id
    where o.archived_at is null and ${isLate(now)} and ${ownClient(tx, 'o.client_id')}
    order by o.due_date, o.id limit ${LISTED}`);
  return rows.map((row) => ({ ...row, number: orderNumber(row.id) }));
}

/** Reports by the UTC day that they were made on, as aggregates are kept: as they are summed up by time. */
export async function reportsByDay(tx: Transaction, now: Date): Promise<Overview['reportsByDay']> {
  const { days, first, byRun } = await chartDays(tx, now, 'UTC');
  const { rows } = await tx.query<Overview['reportsByDay'][number]>(sql`
    with ${days}
    select days.day::text as day, coalesce(sum(c.n), 0)::bigint as reports
    from days left join ${timeCounts(tx, ['reports'], startOfDay('UTC', first), { byRun })} c
      on c.at = days.day::timestamp at time zone 'UTC'
    group by 1 order by 1`);
  return rows;
}

/**
 * How many trackers were in each status at the end of each day (today: now). Each entry of the history counts up when
 * it was entered and down when it was left, as is summed up by quarters of an hour: what all of them come to, less what happened
 * from the chart's first day on, is its start. Of the quarter that isn't over, what is known to happen after now is taken off.
 * Plan: sums by time; status_history_entered and status_history_left, some minutes of them.
 */
export async function statusByDay(
  tx: Transaction,
  now: Date,
  { days, first, since, byRun, dayOf }: ChartDays,
): Promise<Overview['statusByDay']> {
  const until = sql`${quarterAfter(now)}::timestamptz`;
  const toCome = (at: Sql, sign: number) => sql`
    select h.status, ${now}::timestamptz, r.time_zone, ${sign}::int
    from status_history h join production_runs r on r.id = h.production_run_id
    where ${at} > ${now}::timestamptz and ${at} < ${until} and h.superseded_at is null and ${ownClient(tx, 'h.client_id')}`;
  const statusOf = (status: string) => sql`sum(n) filter (where kind = ${status})`;
  const { rows } = await tx.query<Overview['statusByDay'][number]>(sql`
    with ${days}, counted as materialized (
      select c.kind, c.at, c.zone, c.n from ${timeCounts(tx, statuses, since, { byRun })} c
    ), changes as (
      select greatest(${dayOf(sql`at`, sql`zone`)}, ${first}::date) as day, kind, sum(n) as n from (
        select * from counted where at <= ${now}::timestamptz
        union all ${toCome(sql`h.entered_at`, -1)}
        union all ${toCome(sql`h.left_at`, 1)}) happened
      group by 1, 2
      union all
      select ${first}::date, kind, n from ${statusTotals(tx)} t
      union all
      select ${first}::date, kind, -n from counted
    ), by_day as (
      select day, ${statusOf('IN_TRANSIT')} as in_transit, ${statusOf('IN_STORAGE')} as in_storage,
        ${statusOf('DELIVERED')} as delivered
      from changes group by 1
    )
    select days.day::text as day,
      (sum(coalesce(in_transit, 0)) over (order by days.day))::bigint as "IN_TRANSIT",
      (sum(coalesce(in_storage, 0)) over (order by days.day))::bigint as "IN_STORAGE",
      (sum(coalesce(delivered, 0)) over (order by days.day))::bigint as "DELIVERED"
    from days left join by_day on by_day.day = days.day order by days.day`);
  return rows;
}

/** The deliveries that were confirmed last. Plan: deliveries_confirmed, backwards (deliveries_client for a client's user). */
export async function recentDeliveries(tx: Transaction): Promise<Overview['recentDeliveries']> {
  const { rows } = await tx.query<{
    trackerId: number;
    macAddress: string | null;
    name: string | null;
    locationName: string;
    confirmed_at: Date;
  }>(sql`
    select d.tracker_id as "trackerId", upper(t.mac_address::text) as "macAddress",
      coalesce(nullif(w.name, ''), nullif(w.goods_reference, ''), nullif(array_to_string(w.tags, ', '), ''), t.serial_number) as name,
      coalesce(l.name, '') as "locationName", d.confirmed_at
    from (
      select * from deliveries d where ${ownClient(tx, 'd.client_id')}
      order by d.confirmed_at desc, d.tracker_id desc limit ${LISTED}) d
    ${labelOf(sql`d.tracker_id`)} left join locations l on l.id = d.location_id
    left join run_periods w on w.id = d.run_period_id
    order by d.confirmed_at desc, d.tracker_id desc`);
  return rows.map(({ confirmed_at, ...row }) => ({ ...row, confirmedAt: iso(confirmed_at) }));
}
