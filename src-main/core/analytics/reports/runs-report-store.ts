import sql from 'sql-template-tag';
import type { ReportColumn } from '../../../../src-shared/contract/report-cells.ts';
import { allOf, ifGiven, ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { readThresholds } from '../alerts/thresholds.ts';
import {
  isoOr,
  type ReportPage,
  type ReportRequest,
  rounded,
  runsInScope,
  scopeEnd,
  scopeStart,
  trackerName,
} from './report-scope-store.ts';

export const runSummaryColumns: ReportColumn[] = [
  { id: 'client', type: 'text' },
  { id: 'production_run', type: 'text' },
  { id: 'start_date', type: 'date' },
  { id: 'end_date', type: 'date' },
  { id: 'trackers', type: 'integer' },
  { id: 'unknown', type: 'integer' },
  { id: 'in_transit', type: 'integer' },
  { id: 'in_storage', type: 'integer' },
  { id: 'delivered', type: 'integer' },
  { id: 'confirmed_deliveries', type: 'integer' },
  { id: 'share_confirmed', type: 'share' },
  { id: 'open_alerts', type: 'integer' },
  { id: 'location_reports', type: 'integer' },
  { id: 'last_report', type: 'instant' },
];

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
}

/** Each run that is active in the scope's time, and where its manufactured trackers stand now. */
export async function runSummary(tx: Transaction, request: ReportRequest): Promise<ReportPage> {
  const { scope } = request;
  const { rows } = await tx.query<RunRow>(sql`
    select r.id as key, c.name as client, r.name as run, r.start_date::text as start_date, r.end_date::text as end_date, s.*,
      (select count(*) from deliveries d where d.production_run_id = r.id)::int as confirmed,
      (select count(*) from alerts a where a.production_run_id = r.id and a.resolved_at is null)::int as alerts
    from production_runs r join clients c on c.id = r.client_id
    cross join lateral (
      select count(*)::int as trackers, (count(*) filter (where s.status = 'UNKNOWN'))::int as unknown,
        (count(*) filter (where s.status = 'IN_TRANSIT'))::int as in_transit,
        (count(*) filter (where s.status = 'IN_STORAGE'))::int as in_storage,
        (count(*) filter (where s.status = 'DELIVERED'))::int as delivered,
        coalesce(sum(s.report_count), 0)::float8 as reports, max(s.last_reported_at) as last
      from trackers t join tracker_status s on s.tracker_id = t.id
      where t.production_run_id = r.id and t.mac_address is not null) s
    where r.id > ${request.after}::bigint and ${runsInScope(tx, scope)}
      and run_starts_at(r) < ${scopeEnd(scope)} and run_ends_at(r) > ${scopeStart(scope)}
    order by r.id limit ${request.limit + 1}`);
  return {
    rows: rows.slice(0, request.limit).map((row) => ({
      key: row.key,
      trackerId: null,
      cells: [
        row.client,
        row.run,
        row.start_date,
        row.end_date,
        row.trackers,
        row.unknown,
        row.in_transit,
        row.in_storage,
        row.delivered,
        row.confirmed,
        row.trackers === 0 ? null : Math.round((row.confirmed / row.trackers) * 1e4) / 1e4,
        row.alerts,
        row.reports,
        isoOr(row.last),
      ],
    })),
    hasMore: rows.length > request.limit,
  };
}

export const silentTrackerColumns: ReportColumn[] = [
  { id: 'tracker', type: 'text' },
  { id: 'serial_number', type: 'text' },
  { id: 'client', type: 'text' },
  { id: 'production_run', type: 'text' },
  { id: 'status', type: 'text' },
  { id: 'location', type: 'text' },
  { id: 'last_report', type: 'instant' },
  { id: 'silent_hours', type: 'hours' },
  { id: 'nearest_city', type: 'text' },
  { id: 'battery', type: 'text' },
];

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
}

/** Manufactured trackers of active runs that have not been heard of for as long as an alert takes (for a client's user, by default). */
export async function silentTrackers(tx: Transaction, request: ReportRequest): Promise<ReportPage> {
  const { scope, now } = request;
  const { silentHours } = await readThresholds(tx);
  const since = new Date(now.getTime() - silentHours * 3_600_000);
  const { rows } = await tx.query<SilentRow>(sql`
    select t.id as key, ${trackerName} as name, t.serial_number as serial, c.name as client, r.name as run, s.status,
      l.name as location, s.last_reported_at as last,
      extract(epoch from ${now}::timestamptz - s.last_reported_at)::float8 / 3600 as hours,
      city.name || ', ' || city.country_code as city, s.last_battery_level as battery
    from production_runs r join trackers t on t.production_run_id = r.id join tracker_status s on s.tracker_id = t.id
    join clients c on c.id = r.client_id left join locations l on l.id = s.location_id
    left join nearest_cities city on city.id = s.last_nearest_city_id
    where t.id > ${request.after}::bigint and ${runsInScope(tx, scope)} and ${ownClient(tx, 't.client_id')}
      and run_starts_at(r) <= ${now} and run_ends_at(r) > ${now} and t.mac_address is not null
      and coalesce(s.last_reported_at, greatest(run_starts_at(r), t.manufactured_at)) < ${since}
      and ${allOf(
        ifGiven(scope.trackerId, (id) => sql`t.id = ${id}::bigint`),
        ifGiven(scope.locationId, (id) => sql`s.location_id = ${id}::bigint`),
      )}
    order by t.id limit ${request.limit + 1}`);
  return {
    rows: rows.slice(0, request.limit).map((row) => ({
      key: row.key,
      trackerId: row.key,
      cells: [
        row.name,
        row.serial,
        row.client,
        row.run,
        row.status,
        row.location,
        isoOr(row.last),
        rounded(row.hours),
        row.city,
        row.battery,
      ],
    })),
    hasMore: rows.length > request.limit,
  };
}
