import sql, { type Sql } from 'sql-template-tag';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { orderNumber } from '../../../../src-shared/domain/order-number.ts';
import { iso, ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

/** A manufactured tracker of an active run is silent after this many hours without a report. */
export const SILENT_AFTER_HOURS = 48;
/** Days of the charts, today included (UTC). */
const DAYS = 14;
const LISTED = 10;

const active = (now: Date): Sql =>
  sql`(${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r))`;

/**
 * Counts of trackers. `active` are the manufactured ones of active runs, and `silent` those of them without a report
 * for 48 hours. Statuses are counted over manufactured trackers: a key that no device has yet is nowhere.
 * One pass over trackers and tracker_status, a hash join: some tenths of a second for 300,000 on two cores.
 */
export async function trackerCounts(tx: Transaction, now: Date): Promise<Pick<Overview, 'trackers' | 'statusCounts'>> {
  const since = new Date(now.getTime() - SILENT_AFTER_HOURS * 3_600_000);
  const { rows } = await tx.query<Overview['trackers'] & Overview['statusCounts']>(sql`
    with active as materialized (
      select r.id from production_runs r where ${active(now)} and ${ownClient(tx, 'r.client_id')}),
    seen as (
      select t.mac_address is not null as made, s.status, s.last_reported_at,
        t.mac_address is not null and t.production_run_id in (select id from active) as active
      from trackers t join tracker_status s on s.tracker_id = t.id
      where ${ownClient(tx, 't.client_id')})
    select count(*) as total, count(*) filter (where made) as manufactured,
      (select count(*) from device_allocations a join trackers t on t.id = a.tracker_id
        where a.released_at is null and ${ownClient(tx, 't.client_id')}) as allocated,
      count(*) filter (where active) as active,
      count(*) filter (where active and (last_reported_at is null or last_reported_at < ${since}::timestamptz)) as silent,
      count(*) filter (where made and status = 'UNKNOWN') as "UNKNOWN",
      count(*) filter (where made and status = 'IN_TRANSIT') as "IN_TRANSIT",
      count(*) filter (where made and status = 'IN_STORAGE') as "IN_STORAGE",
      count(*) filter (where made and status = 'DELIVERED') as "DELIVERED"
    from seen`);
  const { UNKNOWN, IN_TRANSIT, IN_STORAGE, DELIVERED, ...trackers } = rows[0]!;
  return { trackers, statusCounts: { UNKNOWN, IN_TRANSIT, IN_STORAGE, DELIVERED } };
}

/** Runs in use by phase; orders that still take scans, and those of them whose due day is over (UTC). */
export async function workCounts(tx: Transaction, now: Date): Promise<Pick<Overview, 'runs' | 'orders'>> {
  const { rows } = await tx.query<{ not_begun: number; active: number; over: number; open: number; late: number }>(sql`
    select r.not_begun, r.active, r.over, o.open, o.late from
      (select count(*) filter (where ${now}::timestamptz < run_starts_at(r)) as not_begun,
        count(*) filter (where ${active(now)}) as active,
        count(*) filter (where ${now}::timestamptz >= run_ends_at(r)) as over
        from production_runs r where r.archived_at is null and ${ownClient(tx, 'r.client_id')}) r,
      (select count(*) as open, count(*) filter (where ${late(now)}) as late
        from customer_orders o where o.state = 'open' and o.archived_at is null and ${ownClient(tx, 'o.client_id')}) o`);
  const { open, late: lateOrders, not_begun: notBegun, active: running, over } = rows[0]!;
  return { runs: { notBegun, active: running, over }, orders: { open, late: lateOrders } };
}

const late = (now: Date): Sql => sql`o.due_date < ${now.toISOString().slice(0, 10)}::date`;

/** The orders that are late the longest. */
export async function lateOrders(tx: Transaction, now: Date): Promise<Overview['lateOrders']> {
  const { rows } = await tx.query<Omit<Overview['lateOrders'][number], 'number'>>(sql`
    select o.id, c.name as "clientName", o.due_date as "dueDate", o.allocated_count as "allocatedCount", o.quantity
    from customer_orders o join clients c on c.id = o.client_id
    where o.state = 'open' and o.archived_at is null and ${late(now)} and ${ownClient(tx, 'o.client_id')}
    order by o.due_date, o.id limit ${LISTED}`);
  return rows.map((row) => ({ ...row, number: orderNumber(row.id) }));
}

const midnight = (at: Date) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
const firstDay = (now: Date) => new Date(midnight(now) - (DAYS - 1) * 86_400_000);
/** CTE `days(day)`: midnight of each day of the charts, so that empty days are there too. */
const days = (now: Date): Sql =>
  sql`days as (select generate_series(${firstDay(now)}::timestamptz, ${now}::timestamptz, interval '24 hours') as day)`;
const dayText = sql`to_char(days.day at time zone 'UTC', 'YYYY-MM-DD') as day`;

/** Reports by the day that they were made on. Plan: tracker_aggregates_bucket, from the first day on. */
export async function reportsByDay(tx: Transaction, now: Date): Promise<Overview['reportsByDay']> {
  const { rows } = await tx.query<Overview['reportsByDay'][number]>(sql`
    with ${days(now)}, counted as (
      select a.bucket_start, sum(a.report_count)::bigint as reports
      from tracker_aggregates a
      where ${ownClient(tx, 'a.client_id')} and a.period = 'day' and a.bucket_start >= ${firstDay(now)}::timestamptz
      group by a.bucket_start)
    select ${dayText}, coalesce(counted.reports, 0) as reports
    from days left join counted on counted.bucket_start = days.day order by days.day`);
  return rows;
}

/**
 * How many trackers were in each status at the end of each day (today: now). Each entry of the history counts up on the
 * day it was entered and down on the day it was left, and the days are summed up, so that the history is read once and
 * not once a day. What is older than the chart is its start.
 */
export async function statusByDay(tx: Transaction, now: Date): Promise<Overview['statusByDay']> {
  const start = firstDay(now);
  const { rows } = await tx.query<Overview['statusByDay'][number]>(sql`
    with ${days(now)}, changes as (
      select greatest(date_trunc('day', step.at, 'UTC'), ${start}::timestamptz) as day,
        sum(step.change) filter (where h.status = 'IN_TRANSIT') as in_transit,
        sum(step.change) filter (where h.status = 'IN_STORAGE') as in_storage,
        sum(step.change) filter (where h.status = 'DELIVERED') as delivered
      from status_history h
        cross join lateral (values (h.entered_at, 1), (h.left_at, -1)) as step (at, change)
      where ${ownClient(tx, 'h.client_id')} and h.superseded_at is null and (h.left_at is null or h.left_at >= ${start}::timestamptz)
        and step.at <= ${now}::timestamptz
      group by 1)
    select ${dayText},
      (sum(coalesce(in_transit, 0)) over (order by days.day))::bigint as "IN_TRANSIT",
      (sum(coalesce(in_storage, 0)) over (order by days.day))::bigint as "IN_STORAGE",
      (sum(coalesce(delivered, 0)) over (order by days.day))::bigint as "DELIVERED"
    from days left join changes on changes.day = days.day order by days.day`);
  return rows;
}

/** The latest deliveries, one a tracker and visit. Plan: status_history_entered, backwards. */
export async function recentDeliveries(tx: Transaction): Promise<Overview['recentDeliveries']> {
  const { rows } = await tx.query<{
    trackerId: number;
    macAddress: string | null;
    locationName: string;
    entered_at: Date;
  }>(sql`
    select h.tracker_id as "trackerId", upper(t.mac_address::text) as "macAddress", coalesce(l.name, '') as "locationName",
      h.entered_at
    from status_history h join tracker_labels t on t.id = h.tracker_id left join locations l on l.id = h.location_id
    where h.superseded_at is null and h.status = 'DELIVERED' and ${ownClient(tx, 'h.client_id')}
    order by h.entered_at desc, h.tracker_id desc, h.cause_payload_hash desc limit ${LISTED}`);
  return rows.map(({ entered_at, ...row }) => ({ ...row, enteredAt: iso(entered_at) }));
}
