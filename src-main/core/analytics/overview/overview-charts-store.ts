import sql from 'sql-template-tag';
import { type DwellBucket, dwellBuckets } from '../../../../src-shared/contract/overview.ts';
import { ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

/** Days of the charts, today included (UTC). */
const DAYS = 14;
const DAY_MS = 86_400_000;
const HOUR_S = 3600;

const midnight = (at: Date) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
const firstDay = (now: Date) => new Date(midnight(now) - (DAYS - 1) * DAY_MS);

/** Arrivals at delivery locations by the day of the report that told of them. Plan: status_history_entered, by range. */
export async function deliveriesByDay(tx: Transaction, now: Date): Promise<{ day: string; deliveries: number }[]> {
  const { rows } = await tx.query<{ day: string; deliveries: number }>(sql`
    with days as (
      select generate_series(${firstDay(now)}::timestamptz, ${now}::timestamptz, interval '24 hours') as day),
    counted as (
      select date_trunc('day', h.entered_at, 'UTC') as day, count(*) as deliveries
      from status_history h
      where ${ownClient(tx, 'h.client_id')} and h.superseded_at is null and h.status = 'DELIVERED' and h.entered_at >= ${firstDay(now)}::timestamptz
        and h.entered_at <= ${now}::timestamptz
      group by 1)
    select to_char(days.day at time zone 'UTC', 'YYYY-MM-DD') as day, coalesce(counted.deliveries, 0) as deliveries
    from days left join counted on counted.day = days.day order by days.day`);
  return rows;
}

/**
 * How long trackers stayed at storage locations that they left within the days of the charts. Plan:
 * status_history_entered for the stays that began then, the rest by a scan of what was left since.
 */
export async function dwellDistribution(tx: Transaction, now: Date): Promise<{ bucket: DwellBucket; stays: number }[]> {
  const limits = dwellBuckets.flatMap(({ untilHours }) => (untilHours === null ? [] : [untilHours * HOUR_S]));
  const { rows } = await tx.query<{ bucket: number; stays: number }>(sql`
    select width_bucket(extract(epoch from h.left_at - h.entered_at)::float8, ${limits}::float8[]) as bucket,
      count(*) as stays
    from status_history h
    where ${ownClient(tx, 'h.client_id')} and h.superseded_at is null and h.status = 'IN_STORAGE' and h.left_at >= ${firstDay(now)}::timestamptz
      and h.left_at <= ${now}::timestamptz
    group by 1`);
  const counts = new Map(rows.map(({ bucket, stays }) => [bucket, stays]));
  return dwellBuckets.map(({ id }, index) => ({ bucket: id, stays: counts.get(index) ?? 0 }));
}
