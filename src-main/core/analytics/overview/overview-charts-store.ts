import sql from 'sql-template-tag';
import { type DwellBucket, dwellBuckets } from '../../../../src-shared/contract/overview.ts';
import { ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { quarterAfter, timeCounts } from '../time-counts-store.ts';
import type { ChartDays } from './chart-days-store.ts';

/** Deliveries by the day on which they were confirmed, as the report of deliveries lists them: as they are summed up by time. */
export async function deliveriesByDay(
  tx: Transaction,
  { days, since, byRun, dayOf }: ChartDays,
): Promise<{ day: string; deliveries: number }[]> {
  const { rows } = await tx.query<{ day: string; deliveries: number }>(sql`
    with ${days}, counted as (
      select ${dayOf(sql`c.at`, sql`c.zone`)} as day, sum(c.n)::bigint as deliveries
      from ${timeCounts(tx, ['delivery'], since, { byRun })} c group by 1)
    select days.day::text as day, coalesce(counted.deliveries, 0) as deliveries
    from days left join counted on counted.day = days.day order by days.day`);
  return rows;
}

const stays = dwellBuckets.map((_, index) => `stay-${index}`);

/**
 * How long trackers stayed at storage locations that they left within the days of the charts, as it is summed up by time.
 * What is known to be left later in the quarter of an hour that isn't over is taken off. Plan: sums by time;
 * status_history_left, some minutes of it.
 */
export async function dwellDistribution(
  tx: Transaction,
  now: Date,
  { first, since, byRun, dayOf }: ChartDays,
): Promise<{ bucket: DwellBucket; stays: number }[]> {
  const until = quarterAfter(now);
  const { rows } = await tx.query<{ kind: string; stays: number }>(sql`
    select kind, sum(n)::bigint as stays from (
      select c.kind, c.n from ${timeCounts(tx, stays, since, { byRun })} c
      where c.at <= ${now}::timestamptz and ${dayOf(sql`c.at`, sql`c.zone`)} >= ${first}::date
      union all
      select stay_kind(h.entered_at, h.left_at), -1 from status_history h join production_runs r on r.id = h.production_run_id
      where ${ownClient(tx, 'h.client_id')} and h.superseded_at is null and h.status = 'IN_STORAGE'
        and h.left_at > ${now}::timestamptz and h.left_at < ${until}::timestamptz) each_one
    group by 1`);
  const counts = new Map(rows.map((row) => [row.kind, row.stays]));
  return dwellBuckets.map(({ id }, index) => ({ bucket: id, stays: counts.get(`stay-${index}`) ?? 0 }));
}
