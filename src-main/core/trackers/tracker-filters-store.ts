import sql, { type Sql } from 'sql-template-tag';
import type { z } from 'zod';
import type { lifecycleStages, trackerFilters } from '../../../src-shared/contract/trackers.ts';
import { allOf, clientOf, ifGiven, ownClient } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { silentSince } from './silence-store.ts';
import { foundByText, searchCtes } from './tracker-search-store.ts';

export type TrackerFilters = {
  [K in keyof z.output<typeof trackerFilters>]?: z.output<typeof trackerFilters>[K] | undefined;
};
export type Stage = (typeof lifecycleStages)[number];

const allocated = sql`exists (select from device_allocations a where a.tracker_id = t.id and a.released_at is null)`;
const exported = sql`exists (select from key_batches k where k.id = t.key_batch_id and k.first_exported_at is not null)`;

/** How far the tracker `t` has come: allocated to an order, made (it has an address), its key given away, or only generated. */
export const trackerStage: Sql = sql`case when ${allocated} then 'allocated' when t.mac_address is not null then 'manufactured'
  when ${exported} then 'exported' else 'generated' end`;

const inStage: Record<Stage, Sql> = {
  allocated,
  manufactured: sql`t.mac_address is not null and not ${allocated}`,
  exported: sql`t.mac_address is null and ${exported} and not ${allocated}`,
  generated: sql`t.mac_address is null and not ${exported} and not ${allocated}`,
};

/** Who is in a run is in use; the others are asked, so that counting the list of a client reads its index alone. */
function inUse(tx: Transaction, { retired = 'without', clientId, productionRunId, brandId }: TrackerFilters) {
  const inRun = clientOf(tx) !== null || [clientId, productionRunId, brandId].some((id) => id !== undefined);
  if (retired === 'only') return sql`t.retired_at is not null`;
  return retired === 'with' || inRun ? undefined : sql`t.retired_at is null`;
}

/** Plan: deliveries_confirmed where few were delivered then, else the primary key of deliveries, tracker by tracker. */
function deliveredWithin({ deliveredFrom, deliveredTo }: TrackerFilters): Sql | undefined {
  if (deliveredFrom === undefined && deliveredTo === undefined) return undefined;
  const within = allOf(
    ifGiven(deliveredFrom, (at) => sql`d.confirmed_at >= ${at}::timestamptz`),
    ifGiven(deliveredTo, (at) => sql`d.confirmed_at < ${at}::timestamptz`),
  );
  return sql`exists (select from deliveries d
    where d.tracker_id = t.id and d.run_period_id = s.run_period_id and ${within})`;
}

/**
 * Filters as a condition on `trackers t` and `tracker_status s`, with the CTEs that it reads. Silent for N hours is a
 * tracker that was not heard of since then and should have been: see `heardAt`. Where a text is known to find many (`findsMany`),
 * each tracker is asked, and they aren't collected.
 */
export function trackerCondition(
  tx: Transaction,
  filters: TrackerFilters,
  now: Date,
  manyFound = false,
): { condition: Sql; ctes: Sql | null } {
  const own = ownClient(tx, 't.client_id');
  const search = filters.search || undefined;
  // A client's user is told a status within the dates of the run alone.
  const told =
    clientOf(tx) === null
      ? sql`true`
      : sql`t.production_run_id = any(array(select r.id from production_runs r
          where ${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r)))`;
  const condition = allOf(
    own,
    ifGiven(search, (text) => (manyFound ? foundByText(text) : sql`t.id in (select id from found)`)),
    ifGiven(filters.clientId, (id) => sql`t.client_id = ${id}::bigint`),
    ifGiven(
      filters.brandId,
      (id) => sql`t.production_run_id in (select id from production_runs where brand_id = ${id}::bigint)`,
    ),
    ifGiven(filters.productionRunId, (id) => sql`t.production_run_id = ${id}::bigint`),
    ifGiven(filters.keyBatchId, (id) => sql`t.key_batch_id = ${id}::bigint`),
    ifGiven(
      filters.customerOrderId,
      (id) => sql`t.id in (select a.tracker_id from device_allocations a
        where a.customer_order_id = ${id}::bigint and (a.released_at is null or a.return_reason is not null))`,
    ),
    inUse(tx, filters),
    ifGiven(filters.locationId, (id) => sql`s.location_id = ${id}::bigint and ${told}`),
    ifGiven(filters.status, (status) =>
      status === 'UNKNOWN' ? sql`(s.status = 'UNKNOWN' or not ${told})` : sql`s.status = ${status} and ${told}`,
    ),
    ifGiven(
      filters.tag || undefined,
      (tag) => sql`s.run_period_id in (select w.id from run_periods w
        where w.voided_at is null and w.tags <> '{}' and w.tags @> ${[tag]}::text[] and ${ownClient(tx, 'w.client_id')})`,
    ),
    ifGiven(filters.made, (made) => (made ? sql`t.mac_address is not null` : sql`t.mac_address is null`)),
    ifGiven(filters.stage, (wanted) => inStage[wanted]),
    ifGiven(
      filters.expected || undefined,
      () => sql`t.mac_address is not null and t.production_run_id in (
        select r.id from production_runs r
        where ${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r))`,
    ),
    ifGiven(filters.silentForHours, (hours) => {
      const since = new Date(now.getTime() - hours * 3_600_000);
      return silentSince(since);
    }),
    ifGiven(filters.reportedFrom, (at) => sql`s.last_reported_at >= ${at}::timestamptz`),
    ifGiven(filters.reportedTo, (at) => sql`s.last_reported_at < ${at}::timestamptz`),
    deliveredWithin(filters),
  );
  return { condition, ctes: search === undefined || manyFound ? null : searchCtes(search, own, clientOf(tx) !== null) };
}
