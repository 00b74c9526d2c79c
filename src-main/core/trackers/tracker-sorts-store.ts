import sql, { empty, type Sql } from 'sql-template-tag';
import type { trackerSorts } from '../../../src-shared/contract/trackers.ts';
import { clientOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { type SortColumn, sortingBy } from '../platform/db/sorting.ts';

type TrackerSort = (typeof trackerSorts)[number];
type IndexedWord = 'id' | 'macAddress' | 'lastReportedAt';
/** Sorts that are read in order from an index. */
export type IndexedSort = IndexedWord | `-${IndexedWord}`;
type Unindexed = Exclude<TrackerSort, IndexedSort>;
type Word = Exclude<Unindexed, `-${string}`>;

export const isIndexed = (sort: TrackerSort): sort is IndexedSort => /^-?(id|macAddress|lastReportedAt)$/.test(sort);

/** A client's user is told a status within the dates of the run `r` alone. */
export const toldWithin = (tx: Transaction, now: Date): Sql =>
  clientOf(tx) === null
    ? sql`true`
    : sql`(${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r))`;

const toRun = sql`left join production_runs r on r.id = t.production_run_id`;
const toPeriod = sql`left join run_periods w on w.id = s.run_period_id`;

/**
 * A page in an order that no index has, as a CTE `page(id, part, place, value)`: everything that matches is sorted, and
 * only what the order needs is joined. An index for each would have to be kept at every report.
 */
export function unindexedPage(
  tx: Transaction,
  sort: Unindexed,
  condition: Sql,
  cursor: string | undefined,
  limit: number,
  now: Date,
): Sql {
  const told = toldWithin(tx, now);
  // The run is needed for what a client's user is told.
  const withRun = clientOf(tx) === null ? empty : toRun;
  const orders: Record<Word, SortColumn & { join: Sql }> = {
    status: { by: sql`(case when ${told} then s.status else 'UNKNOWN' end)`, type: 'text', join: withRun },
    statusSince: { by: sql`(case when ${told} then s.status_since end)`, type: 'timestamptz', join: withRun },
    location: {
      by: sql`(case when ${told} then lower(l.name) end)`,
      type: 'text',
      join: sql`${withRun} left join locations l on l.id = s.location_id`,
    },
    // Words by how much they say is left; firmware that tells volts, by these.
    battery: {
      by: sql`(case when s.last_battery_level ~ '^[0-9.]+$' then s.last_battery_level::float8
        else array_position(array['very-low', 'low', 'medium', 'full'], s.last_battery_level) end)`,
      type: 'float8',
      join: empty,
    },
    nearestCity: {
      by: sql`lower(n.name)`,
      type: 'text',
      join: sql`left join nearest_cities n on n.id = s.last_nearest_city_id`,
    },
    client: { by: sql`lower(c.name)`, type: 'text', join: sql`left join clients c on c.id = t.client_id` },
    brand: { by: sql`lower(b.name)`, type: 'text', join: sql`${toRun} left join brands b on b.id = r.brand_id` },
    productionRun: { by: sql`lower(r.name)`, type: 'text', join: toRun },
    name: { by: sql`lower(w.name)`, type: 'text', join: toPeriod },
    goodsReference: { by: sql`lower(w.goods_reference)`, type: 'text', join: toPeriod },
    order: {
      by: sql`a.customer_order_id`,
      type: 'bigint',
      join: sql`left join device_allocations a on a.tracker_id = t.id and a.released_at is null`,
    },
    serial: { by: sql`lower(t.serial_number)`, type: 'text', join: empty },
    keyBatch: { by: sql`lower(k.label)`, type: 'text', join: sql`left join key_batches k on k.id = t.key_batch_id` },
    reports: { by: sql`s.report_count`, type: 'bigint', join: empty },
  };
  const word = sort.replace(/^-/, '') as Word;
  const sorting = sortingBy(orders, sql`t.id`, sort, cursor);
  return sql`page as materialized (
    select id, 0 as part, place, sort_value as value from (
      select t.id, ${sorting.place}, ${sorting.value}
      from trackers t join tracker_status s on s.tracker_id = t.id ${orders[word].join}
      where ${condition} and ${sorting.after ?? sql`true`} ${sorting.order} limit ${limit}) sorted)`;
}
