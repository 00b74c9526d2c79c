import sql from 'sql-template-tag';
import { allOf, ifGiven, ownClient } from '../../platform/db/listing.ts';
import { heardAt } from '../../trackers/silence-store.ts';
import { hasHeardOf } from '../../trackers/tracker-counts-store.ts';
import { readThresholds } from '../alerts/thresholds.ts';
import { defineReport, withinLimit } from './report-definition.ts';
import { madeInRuns, runsInScope, scopeEnd, scopeStart, trackerName } from './report-scope-store.ts';

interface RunRow {
  key: number;
  client: string;
  run: string;
  start_date: string;
  end_date: string;
  trackers: number;
  unknown: number;
  in_transit: number;
  in_storage: number;
  delivered: number;
  confirmed: number;
  alerts: number;
  reports: number;
  last: Date | null;
  zone: string;
}

/** When a manufactured tracker of the run `r` was last heard: as counted, if one has that instant; else they are read. */
const lastHeard = sql`case when told.heard is null or ${hasHeardOf(sql`r.id`, sql`told.heard`)} then told.heard else (
  select max(s.last_reported_at) from trackers t join tracker_status s on s.tracker_id = t.id
  where t.production_run_id = r.id and t.mac_address is not null) end`;

/**
 * Trackers that were delivered in the run `r`: as counted, and those of which a client's user may see a later delivery and
 * not the first. Plan: deliveries_repeated.
 */
const confirmed = sql`coalesce(counted.confirmed, 0) + (
  select count(distinct d.tracker_id) from deliveries d
  where d.production_run_id = r.id and d.is_repeated and not exists (
    select from deliveries e where e.tracker_id = d.tracker_id and e.production_run_id = r.id and not e.is_repeated))`;

/** Each run that is active in the scope's time, and where its manufactured trackers stand, or stood when they moved on. */
export const runSummary = defineReport<RunRow>({
  rowsOf: 'runs',
  columns: [
    { id: 'client', type: 'text', cell: (row) => row.client },
    { id: 'production_run', type: 'text', cell: (row) => row.run },
    { id: 'start_date', type: 'date', cell: (row) => row.start_date },
    { id: 'end_date', type: 'date', cell: (row) => row.end_date },
    { id: 'trackers', type: 'integer', cell: (row) => row.trackers },
    { id: 'unknown', type: 'integer', cell: (row) => row.unknown },
    { id: 'in_transit', type: 'integer', cell: (row) => row.in_transit },
    { id: 'in_storage', type: 'integer', cell: (row) => row.in_storage },
    { id: 'delivered', type: 'integer', cell: (row) => row.delivered },
    { id: 'confirmed_deliveries', type: 'integer', cell: (row) => row.confirmed },
    { id: 'share_confirmed', type: 'share', cell: (row) => (row.trackers === 0 ? null : row.confirmed / row.trackers) },
    { id: 'open_alerts', type: 'integer', cell: (row) => row.alerts },
    { id: 'location_reports', type: 'integer', cell: (row) => row.reports },
    { id: 'last_report', type: 'instant', cell: (row) => row.last },
  ],
  async read(tx, request) {
    const { scope } = request;
    const { rows } = await tx.query<RunRow>(sql`
      with page as materialized (
        select r.* from production_runs r
        where r.id > ${request.after}::bigint and ${runsInScope(tx, scope)}
          and run_starts_at(r) < ${scopeEnd(scope)} and run_ends_at(r) > ${scopeStart(scope)}
        order by r.id limit ${request.limit + 1}
      ), ${madeInRuns(sql`select id from page`)}, told as (
        select production_run_id, sum(reports)::float8 as reports, max(heard) as heard from tracker_counts
        where is_made and production_run_id in (select id from page) group by 1
      ), counted as (
        select production_run_id, sum(delivered) as confirmed, sum(open_alerts) as open from run_counts
        where production_run_id in (select id from page) group by 1
      )
      select r.id as key, c.name as client, r.name as run, r.time_zone as zone, r.start_date::text as start_date, r.end_date::text as end_date,
        coalesce(made.trackers, 0) as trackers, coalesce(made.unknown, 0) as unknown, coalesce(made.in_transit, 0) as in_transit,
        coalesce(made.in_storage, 0) as in_storage, coalesce(made.delivered, 0) as delivered,
        coalesce(told.reports, 0) as reports, ${lastHeard} as last, (${confirmed})::int as confirmed,
        coalesce(counted.open, 0)::int as alerts
      from page r join clients c on c.id = r.client_id left join made on made.production_run_id = r.id
        left join told on told.production_run_id = r.id left join counted on counted.production_run_id = r.id
      order by r.id`);
    return withinLimit(rows, request.limit);
  },
});

interface SilentRow {
  key: number;
  name: string;
  serial: string | null;
  client: string;
  run: string;
  status: string;
  location: string | null;
  last: Date | null;
  hours: number | null;
  city: string | null;
  battery: string | null;
  zone: string;
}

/** Manufactured trackers of active runs that have not been heard of for as long as an alert takes (for a client's user, by default). */
export const silentTrackers = defineReport<SilentRow>({
  rowsOf: 'trackers',
  columns: [
    { id: 'tracker', type: 'text', cell: (row) => row.name },
    { id: 'serial_number', type: 'text', cell: (row) => row.serial },
    { id: 'client', type: 'text', cell: (row) => row.client },
    { id: 'production_run', type: 'text', cell: (row) => row.run },
    { id: 'status', type: 'text', cell: (row) => row.status },
    { id: 'location', type: 'text', cell: (row) => row.location },
    { id: 'last_report', type: 'instant', cell: (row) => row.last },
    { id: 'silent_hours', type: 'hours', cell: (row) => row.hours },
    { id: 'nearest_city', type: 'text', cell: (row) => row.city },
    { id: 'battery', type: 'text', cell: (row) => row.battery },
  ],
  async read(tx, request) {
    const { scope, now } = request;
    const { silentHours } = await readThresholds(tx);
    const since = new Date(now.getTime() - silentHours * 3_600_000);
    const { rows } = await tx.query<SilentRow>(sql`
      select t.id as key, ${trackerName} as name, t.serial_number as serial, c.name as client, r.name as run, r.time_zone as zone, s.status,
        l.name as location, s.last_reported_at as last,
        extract(epoch from ${now}::timestamptz - s.last_reported_at)::float8 / 3600 as hours,
        city.name || ', ' || city.country_code as city, s.last_battery_level || case when s.last_battery_level ~ '^[0-9]' then ' V' else '' end as battery
      from production_runs r join trackers t on t.production_run_id = r.id join tracker_status s on s.tracker_id = t.id
      join run_periods p on p.id = s.run_period_id join clients c on c.id = r.client_id left join locations l on l.id = s.location_id
      left join nearest_cities city on city.id = s.last_nearest_city_id
      where t.id > ${request.after}::bigint and ${runsInScope(tx, scope)} and ${ownClient(tx, 't.client_id')}
        and run_starts_at(r) <= ${now} and run_ends_at(r) > ${now} and t.mac_address is not null
        and ${heardAt} < ${since}
        and ${allOf(
          ifGiven(scope.trackerId, (id) => sql`t.id = ${id}::bigint`),
          ifGiven(scope.locationId, (id) => sql`s.location_id = ${id}::bigint`),
        )}
      order by t.id limit ${request.limit + 1}`);
    return withinLimit(rows, request.limit);
  },
});
