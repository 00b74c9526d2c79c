import sql from 'sql-template-tag';
import { type DwellBucket, dwellBuckets } from '../../../../src-shared/contract/overview.ts';
import { ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import type { ChartDays } from './chart-days-store.ts';

const HOUR_S = 3600;

/**
 * Deliveries by the day on which they were confirmed, as the report of deliveries lists them. Plan: deliveries_confirmed,
 * by range (deliveries_client for a client's user).
 */
export async function deliveriesByDay(
  tx: Transaction,
  { days, since, dayOf }: ChartDays,
): Promise<{ day: string; deliveries: number }[]> {
  const { rows } = await tx.query<{ day: string; deliveries: number }>(sql`
    with ${days}, counted as (
      select ${dayOf(sql`d.confirmed_at`)} as day, count(*) as deliveries
      from deliveries d join production_runs r on r.id = d.production_run_id
      where ${ownClient(tx, 'd.client_id')} and d.confirmed_at >= ${since}::timestamptz
      group by 1)
    select days.day::text as day, coalesce(counted.deliveries, 0) as deliveries
    from days left join counted on counted.day = days.day order by days.day`);
  return rows;
}

/**
 * How long trackers stayed at storage locations that they left within the days of the charts. Plan:
 * status_history_entered for the stays that began then, the rest by a scan of what was left since.
 */
export async function dwellDistribution(
  tx: Transaction,
  now: Date,
  { first, since, dayOf }: ChartDays,
): Promise<{ bucket: DwellBucket; stays: number }[]> {
  const limits = dwellBuckets.flatMap(({ untilHours }) => (untilHours === null ? [] : [untilHours * HOUR_S]));
  const { rows } = await tx.query<{ bucket: number; stays: number }>(sql`
    select width_bucket(extract(epoch from h.left_at - h.entered_at)::float8, ${limits}::float8[]) as bucket,
      count(*) as stays
    from status_history h join production_runs r on r.id = h.production_run_id
    where ${ownClient(tx, 'h.client_id')} and h.superseded_at is null and h.status = 'IN_STORAGE' and h.left_at >= ${since}::timestamptz
      and ${dayOf(sql`h.left_at`)} >= ${first}::date
      and h.left_at <= ${now}::timestamptz
    group by 1`);
  const counts = new Map(rows.map(({ bucket, stays }) => [bucket, stays]));
  return dwellBuckets.map(({ id }, index) => ({ bucket: id, stays: counts.get(index) ?? 0 }));
}
