import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { Tracker, trackerSorts } from '../../../src-shared/contract/trackers.ts';
import { clientOf, keyAfter, ownClient, pageOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { notFound } from '../platform/errors.ts';
import { countsCondition } from './tracker-counts-store.ts';
import { type TrackerFilters, trackerCondition, trackerStage } from './tracker-filters-store.ts';
import { type TrackerRow, toTracker } from './tracker-row.ts';
import { findsMany, MANY_FOUND } from './tracker-search-store.ts';
import { type IndexedSort, isIndexed, toldWithin, unindexedPage } from './tracker-sorts-store.ts';

export type TrackerSort = (typeof trackerSorts)[number];

/**
 * A list's order. Rows that have the sorted value come first, whichever way it is sorted; those without one follow by
 * id. They are two selects, each read in order from an index, and the second is read only where the first ran out:
 * one ORDER BY ... NULLS LAST in both directions would need twice the indexes.
 */
interface Order {
  column: Sql | null;
  type: Sql;
  id: Sql;
  /** The words that make the order of the index, in this direction, both where there is a value and where there is none. */
  orderBy: Sql;
  orderEmptyBy: Sql;
  comparison: Sql;
}

const ascending = sql`>`;
const descending = sql`<`;
const byReport = { column: sql`s.last_reported_at`, type: sql`timestamptz`, id: sql`s.tracker_id` };
const byMac = { column: sql`t.mac_address`, type: sql`macaddr`, id: sql`t.id`, orderEmptyBy: sql`t.id` };
const newestFirst = sql`s.last_reported_at desc nulls last, s.tracker_id desc`;
const oldestFirst = sql`s.last_reported_at nulls first, s.tracker_id`;
const byId = { column: null, type: empty, id: sql`t.id`, orderEmptyBy: sql`t.id` };

const orders: Record<IndexedSort, Order> = {
  id: { ...byId, orderBy: sql`t.id`, comparison: ascending },
  '-id': { ...byId, orderBy: sql`t.id desc`, orderEmptyBy: sql`t.id desc`, comparison: descending },
  macAddress: { ...byMac, orderBy: sql`t.mac_address`, comparison: ascending },
  '-macAddress': { ...byMac, orderBy: sql`t.mac_address desc`, comparison: descending },
  lastReportedAt: { ...byReport, orderBy: oldestFirst, orderEmptyBy: oldestFirst, comparison: ascending },
  '-lastReportedAt': { ...byReport, orderBy: newestFirst, orderEmptyBy: newestFirst, comparison: descending },
};

/** Sort and place of the last row shown. The value is PostgreSQL's own text of it, since a Date drops microseconds. */
const key = z.tuple([z.string(), z.string().max(50).nullable(), z.number().int()]);

/** The ids of one page, as CTEs that end in `page(id, part, place, value)`. */
function pageCtes(order: Order, condition: Sql, from: z.output<typeof key> | undefined, limit: number): Sql {
  const { column, comparison } = order;
  const value = from?.[1] ?? null;
  const id = from?.[2] ?? null;
  const source = sql`from trackers t join tracker_status s on s.tracker_id = t.id
    where ${condition}`;
  if (column === null) {
    const beyond = id === null ? sql`true` : sql`t.id ${comparison} ${id}::bigint`;
    return sql`page as materialized (${part(0, sql`null::text`, sql`${source} and ${beyond}`, order.orderBy, limit)})`;
  }
  const withoutValue = (beyond: Sql) =>
    part(1, sql`null::text`, sql`${source} and ${column} is null and ${beyond}`, order.orderEmptyBy, limit);
  if (id !== null && value === null) {
    const emptyComparison = order.orderEmptyBy === order.orderBy ? comparison : ascending;
    return sql`page as materialized (${withoutValue(sql`${order.id} ${emptyComparison} ${id}::bigint`)})`;
  }
  const beyond =
    id === null ? sql`true` : sql`(${column}, ${order.id}) ${comparison} (${value}::${order.type}, ${id}::bigint)`;
  const withValue = sql`${source} and ${column} is not null and ${beyond}`;
  return sql`
    filled as materialized (${part(0, sql`${column}::text`, withValue, order.orderBy, limit)}),
    page as materialized (
      select * from filled
      union all (${withoutValue(sql`(select count(*) from filled) < ${limit}`)})
      order by part, place limit ${limit})`;
}

const part = (number: number, value: Sql, source: Sql, orderBy: Sql, limit: number): Sql =>
  sql`select t.id, ${raw(String(number))} as part, row_number() over (order by ${orderBy}) as place, ${value} as value
    ${source} order by ${orderBy} limit ${limit}`;

/**
 * A page of trackers. On 300,000 trackers every sort that has an index, without filters and with the usual ones, takes some milliseconds
 * at any depth. Plans: trackers_pkey, trackers_mac_address_key, trackers_without_mac or tracker_status_last_report read
 * in order from the cursor on, and a nested loop over at most 501 ids for the rest. With a filter that few trackers
 * pass, the planner reads those by their own index (client, run, batch, location) and sorts them.
 */
export async function listTrackers(
  tx: Transaction,
  query: TrackerFilters & { limit: number; cursor?: string | undefined; sort: TrackerSort },
  now: Date,
): Promise<Page<Tracker>> {
  const given = keyAfter(key, query.cursor);
  // A cursor of another order means nothing in this one: begin again.
  const from = given?.[0] === query.sort ? given : undefined;
  const { condition, ctes } = trackerCondition(tx, query, now, await findsMany(tx, query.search));
  const { sort, limit } = query;
  const page = isIndexed(sort)
    ? pageCtes(orders[sort], condition, from, limit + 1)
    : unindexedPage(tx, sort, condition, query.cursor, limit + 1, now);
  const rows = await select(tx, ctes === null ? page : sql`${ctes}, ${page}`, now);
  return pageOf(rows, query.limit, toTracker, (row) => [query.sort, row.value, row.id]);
}

/**
 * How many trackers match. What trackers are counted by is summed up from `tracker_counts`, some rows a run; the others are
 * counted one by one, those that a text finds up to `most`.
 */
export async function countTrackers(
  tx: Transaction,
  filters: TrackerFilters,
  now: Date,
  most = MANY_FOUND,
): Promise<{ count: number; isMore?: true }> {
  const ofCounts = countsCondition(tx, filters, now);
  if (ofCounts !== null) {
    const { rows } = await tx.query<{ count: number }>(sql`
      select coalesce(sum(n.trackers), 0)::bigint as count from tracker_counts n where ${ofCounts}`);
    return rows[0]!;
  }
  const manyFound = await findsMany(tx, filters.search, most);
  const { condition, ctes } = trackerCondition(tx, filters, now, manyFound);
  const { locationId, status, silentForHours, tag, reportedFrom, reportedTo, deliveredFrom, deliveredTo } = filters;
  const read = [locationId, status, silentForHours, tag, reportedFrom, reportedTo, deliveredFrom, deliveredTo];
  const readsStatus = manyFound || read.some((value) => value !== undefined);
  const matching = sql`from trackers t
    ${readsStatus ? sql`join tracker_status s on s.tracker_id = t.id` : empty} where ${condition}`;
  const { rows } = await tx.query<{ count: number }>(sql`
    ${ctes === null ? empty : sql`with ${ctes}`}
    select count(*) as count ${manyFound ? sql`from (select ${matching} limit ${most + 1}) capped` : matching}`);
  const { count } = rows[0]!;
  return manyFound && count > most ? { count: most, isMore: true } : { count };
}

/** Throws AppError `not-found`. */
export async function getTracker(tx: Transaction, id: number, now: Date): Promise<Tracker> {
  const own = ownClient(tx, 't.client_id');
  const [row] = await select(
    tx,
    sql`page as (select t.id, 0 as part, 1 as place, null::text as value from trackers t where t.id = ${id}::bigint and ${own})`,
    now,
  );
  if (!row) throw notFound('tracker', id);
  return toTracker(row);
}

async function select(tx: Transaction, ctes: Sql, now: Date): Promise<TrackerRow[]> {
  const told = toldWithin(tx, now);
  const { rows } = await tx.query<TrackerRow>(sql`
    with ${ctes}
    select page.value, t.id, upper(t.mac_address::text) as mac_address, t.serial_number,
      encode(t.advertisement_key, 'base64') as advertisement_key,
      encode(t.hashed_advertisement_key, 'base64') as hashed_advertisement_key,
      ${trackerStage} as stage, k.id as batch_id, k.label as batch_label, r.id as run_id, r.name as run_name,
      w.id as period_id, w.name as period_name, w.goods_reference, w.tags, w.note,
      b.id as brand_id, b.name as brand_name, c.id as client_id, c.name as client_name, o.id as order_id,
      case when ${told} then s.status else 'UNKNOWN' end as status, case when ${told} then s.status_since end as status_since,
      l.id as location_id, l.name as location_name, l.kind as location_kind,
      s.last_reported_at, s.last_longitude, s.last_latitude, s.last_horizontal_accuracy_m, s.last_battery_level,
      n.name as city_name, n.country_code as city_country, s.last_nearest_city_distance_m as city_distance_m,
      s.report_count, t.retired_at, t.retirement_reason, t.created_at,
      pl.begins_at as planned_at, pr.id as planned_run_id, pr.name as planned_run_name
    from page
      join trackers t on t.id = page.id
      join tracker_status s on s.tracker_id = t.id
      left join key_batches k on k.id = t.key_batch_id
      left join production_runs r on r.id = t.production_run_id
      left join run_periods w on w.id = s.run_period_id
      left join brands b on b.id = r.brand_id
      left join clients c on c.id = t.client_id
      left join planned_periods pl on pl.tracker_id = t.id and pl.begun_at is null and pl.cancelled_at is null
        and ${clientOf(tx) === null}
      left join production_runs pr on pr.id = pl.production_run_id
      left join device_allocations a on a.tracker_id = t.id and a.released_at is null
      left join customer_orders o on o.id = a.customer_order_id
      left join locations l on l.id = s.location_id and ${told}
      left join nearest_cities n on n.id = s.last_nearest_city_id
    order by page.part, page.place`);
  return rows;
}
