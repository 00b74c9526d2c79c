import sql, { type Sql } from 'sql-template-tag';
import type { ReportScope } from '../../../../src-shared/contract/business-reports.ts';
import { plusDays, startOfDay } from '../../../../src-shared/domain/days.ts';
import { allOf, ifGiven, ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import type { ColumnOf } from './report-definition.ts';

/** Runs `r` that the scope and the transaction's person allow. */
export const runsInScope = (tx: Transaction, scope: ReportScope): Sql =>
  allOf(
    ownClient(tx, 'r.client_id'),
    ifGiven(scope.clientId, (id) => sql`r.client_id = ${id}::bigint`),
    ifGiven(scope.productionRunId, (id) => sql`r.id = ${id}::bigint`),
  );

/**
 * CTE `made(production_run_id, trackers, unknown, in_transit, in_storage, delivered)`: the manufactured trackers that are in these
 * runs, as they are counted, and those that moved on, each once, by their status.
 */
export const madeInRuns = (runIds: Sql): Sql => sql`made as (
  select production_run_id, sum(n)::int as trackers, (sum(n) filter (where status = 'UNKNOWN'))::int as unknown,
    (sum(n) filter (where status = 'IN_TRANSIT'))::int as in_transit,
    (sum(n) filter (where status = 'IN_STORAGE'))::int as in_storage,
    (sum(n) filter (where status = 'DELIVERED'))::int as delivered
  from (
    select production_run_id, status, trackers as n from tracker_counts where is_made and production_run_id in (${runIds})
    union all
    select production_run_id, status, 1 from run_trackers where not is_present and is_made and production_run_id in (${runIds})) each_one
  group by 1)`;

/** When a day begins: in one zone, or where the run `r` of the row counts its days. */
const dayStart = ({ timeZone = 'UTC' }: ReportScope, day: string): Sql =>
  timeZone === 'run'
    ? sql`(${day}::date::timestamp at time zone r.time_zone)`
    : sql`${startOfDay(timeZone, day)}::timestamptz`;

/** Where the scope's time begins, in a query with the run `r`. */
export const scopeStart = (scope: ReportScope): Sql =>
  scope.fromDay
    ? sql`greatest(coalesce(${scope.from ?? null}::timestamptz, '-infinity'), ${dayStart(scope, scope.fromDay)})`
    : sql`coalesce(${scope.from ?? null}::timestamptz, '-infinity')`;
/** Where it ends. */
export const scopeEnd = (scope: ReportScope): Sql =>
  scope.toDay
    ? sql`least(coalesce(${scope.to ?? null}::timestamptz, 'infinity'), ${dayStart(scope, plusDays(scope.toDay, 1))})`
    : sql`coalesce(${scope.to ?? null}::timestamptz, 'infinity')`;

/**
 * Visits `v` to locations, cut to the scope's time: what began before is cut at its beginning and says so, what is not
 * over by then (or by now) is cut there and says so. Plan: status_history_location where a location is asked for,
 * status_history_tracker where a tracker is, else status_history_entered.
 */
export const visitsInScope = (tx: Transaction, scope: ReportScope, now: Date): Sql => sql`(
  select h.tracker_id, h.location_id, h.status, h.production_run_id, h.run_period_id, h.entered_at,
    h.entered_at < ${scopeStart(scope)} as cut_start, coalesce(v.left_at > ${scopeEnd(scope)}, true) as open_end,
    extract(epoch from least(coalesce(v.left_at, ${now}), ${scopeEnd(scope)}) - greatest(h.entered_at, ${scopeStart(scope)}))::float8 / 3600 as hours
  from status_history h join production_runs r on r.id = h.production_run_id
  -- A run that is over doesn't dwell on.
  cross join lateral (select coalesce(h.left_at, case when run_ends_at(r) <= ${now} then run_ends_at(r) end) as left_at) v
  where h.superseded_at is null and h.location_id is not null and h.entered_at < least(${scopeEnd(scope)}, ${now})
    and coalesce(v.left_at, 'infinity') > ${scopeStart(scope)} and ${runsInScope(tx, scope)}
    and ${allOf(
      ifGiven(scope.locationId, (id) => sql`h.location_id = ${id}::bigint`),
      ifGiven(scope.trackerId, (id) => sql`h.tracker_id = ${id}::bigint`),
    )})`;

/**
 * What the label of a tracker says, joined as `t` to a query whose `tracker` is its id, a constant of the caller. One probe
 * of its primary key a row: a plain join with the view, which is a security barrier, reads all trackers.
 */
export const labelOf = (tracker: Sql): Sql =>
  sql`join lateral (select * from tracker_labels l where l.id = ${tracker} offset 0) t on true`;

/** What a tracker is fixed to during the run period `w` of a row. */
export const wordsOfPeriod = sql`w.name as goods_name, w.goods_reference, w.tags`;
export interface PeriodWordsRow {
  goods_name: string | null;
  goods_reference: string | null;
  tags: string[] | null;
}
export const wordColumns: ColumnOf<PeriodWordsRow>[] = [
  { id: 'name', type: 'text', cell: (row) => row.goods_name },
  { id: 'goods_reference', type: 'text', cell: (row) => row.goods_reference },
  { id: 'tags', type: 'text', cell: (row) => (row.tags?.length ? row.tags.join('; ') : null) },
];

/** How a tracker is called in a file. */
export const trackerName = sql`coalesce(upper(t.mac_address::text), t.serial_number, 'Tracker ' || t.id)`;
