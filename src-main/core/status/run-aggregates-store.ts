import sql from 'sql-template-tag';
import type { RunAggregate } from '../../../src-shared/contract/run-analytics.ts';
import { addedUp, type StatusChange } from '../../../src-shared/domain/status/status-changes.ts';
import { fromEpochMs } from '../platform/db/epoch.ts';
import { iso, ownClient } from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

/** Adds changes to the counts of their runs and hours, always in the order of the key, so that passes can't deadlock. */
export async function addStatusChanges(tx: Queryable, changes: readonly StatusChange[]): Promise<void> {
  const sums = addedUp(changes);
  if (sums.length === 0) return;
  await tx.query(sql`
    insert into run_status_changes as c (production_run_id, bucket_start, status, entered, left_count)
    select run_id, ${fromEpochMs('hour')}, status, entered, left_count
    from unnest(${sums.map((s) => s.productionRunId)}::bigint[], ${sums.map((s) => s.hour)}::float8[],
      ${sums.map((s) => s.status)}::text[], ${sums.map((s) => s.entered)}::bigint[], ${sums.map((s) => s.left)}::bigint[])
      as w(run_id, hour, status, entered, left_count)
    order by run_id, hour, status
    on conflict (production_run_id, bucket_start, status) do update set entered = c.entered + excluded.entered,
      left_count = c.left_count + excluded.left_count`);
}

interface Row {
  bucket: Date;
  in_transit: number;
  in_storage: number;
  delivered: number;
  entered_in_transit: number;
  entered_in_storage: number;
  entered_delivered: number;
}

/**
 * How many trackers of a run were in each status at the end of each UTC hour or day in which something changed, and how
 * many entered it, each counted once however often it did, oldest first; from `from` until `to`. What came before
 * `from` is included in the counts. By the primary key, and `status_history_run` for who entered.
 */
export async function runAggregates(
  tx: Transaction,
  productionRunId: number,
  query: { period: 'hour' | 'day'; from?: string | undefined; to?: string | undefined },
): Promise<RunAggregate[]> {
  const { rows } = await tx.query<Row>(sql`
    with bucket as (
      select date_trunc(${query.period}, c.bucket_start, 'UTC') as bucket,
        sum(entered - left_count) filter (where c.status = 'IN_TRANSIT') as d_transit,
        sum(entered - left_count) filter (where c.status = 'IN_STORAGE') as d_storage,
        sum(entered - left_count) filter (where c.status = 'DELIVERED') as d_delivered
      from run_status_changes c join production_runs r on r.id = c.production_run_id
      where c.production_run_id = ${productionRunId}::bigint and ${ownClient(tx, 'r.client_id')}
        and (c.entered <> 0 or c.left_count <> 0)
      group by 1
    ), entries as (
      select date_trunc(${query.period}, h.entered_at, 'UTC') as bucket,
        count(distinct h.tracker_id) filter (where h.status = 'IN_TRANSIT')::int as in_transit,
        count(distinct h.tracker_id) filter (where h.status = 'IN_STORAGE')::int as in_storage,
        count(distinct h.tracker_id) filter (where h.status = 'DELIVERED')::int as delivered
      from status_history h
      where h.production_run_id = ${productionRunId}::bigint and h.superseded_at is null and ${ownClient(tx, 'h.client_id')}
        and h.entered_at >= date_trunc(${query.period}, coalesce(${query.from ?? null}::timestamptz, '-infinity'), 'UTC')
        and h.entered_at < coalesce(${query.to ?? null}::timestamptz, 'infinity') + interval '1 day'
      group by 1
    ), counted as (
      select bucket, (sum(coalesce(d_transit, 0)) over w)::int as in_transit,
        (sum(coalesce(d_storage, 0)) over w)::int as in_storage, (sum(coalesce(d_delivered, 0)) over w)::int as delivered
      from bucket window w as (order by bucket)
    )
    select counted.*, coalesce(e.in_transit, 0) as entered_in_transit, coalesce(e.in_storage, 0) as entered_in_storage,
      coalesce(e.delivered, 0) as entered_delivered
    from counted left join entries e using (bucket)
    where bucket >= coalesce(${query.from ?? null}::timestamptz, '-infinity')
      and bucket < coalesce(${query.to ?? null}::timestamptz, 'infinity')
    order by bucket`);
  return rows.map((row) => ({
    bucketStart: iso(row.bucket),
    statusCounts: { IN_TRANSIT: row.in_transit, IN_STORAGE: row.in_storage, DELIVERED: row.delivered },
    entered: {
      IN_TRANSIT: row.entered_in_transit,
      IN_STORAGE: row.entered_in_storage,
      DELIVERED: row.entered_delivered,
    },
  }));
}
