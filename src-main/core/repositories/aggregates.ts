import sql from 'sql-template-tag';
import type { Status } from '../../../src-shared/contract/trackers.ts';
import { meanPosition } from '../../../src-shared/domain/geo/mean-position.ts';
import { type Bucket, bucketStart, type Period } from '../../../src-shared/domain/status/aggregate.ts';
import type { Queryable } from '../db/queryable.ts';
import { epochMs, fromEpochMs } from './epoch.ts';

interface BucketRow {
  tracker_id: number;
  period: Period;
  starts_at: number;
  count: number;
  first_at: number;
  last_at: number;
  weight: number;
  x: number;
  y: number;
  z: number;
  distance_m: number;
  status_at_end: Status;
}

/** The hour and the day that each tracker's given time lies in, where they have reports. By primary key. */
export async function bucketsAt(
  tx: Queryable,
  wanted: readonly { trackerId: number; at: number }[],
): Promise<Map<number, Bucket[]>> {
  if (wanted.length === 0) return new Map();
  const both = (['hour', 'day'] as const).flatMap((period) =>
    wanted.map(({ trackerId, at }) => ({ trackerId, period, startsAt: bucketStart(period, at) })),
  );
  const { rows } = await tx.query<BucketRow>(sql`
    select a.tracker_id, a.period, ${epochMs('a.bucket_start')} as starts_at, a.report_count as count,
      ${epochMs('a.first_reported_at')} as first_at, ${epochMs('a.last_reported_at')} as last_at, a.weight_sum as weight,
      a.x_sum as x, a.y_sum as y, a.z_sum as z, a.distance_m, a.status_at_end
    from unnest(${both.map((b) => b.trackerId)}::bigint[], ${both.map((b) => b.period)}::text[],
      ${both.map((b) => b.startsAt)}::float8[]) as w(tracker_id, period, starts_at)
    join tracker_aggregates a on a.tracker_id = w.tracker_id and a.period = w.period
      and a.bucket_start = ${fromEpochMs('w.starts_at')}`);
  const buckets = new Map<number, Bucket[]>();
  for (const row of rows) {
    const bucket = toBucket(row);
    const known = buckets.get(row.tracker_id);
    if (known) known.push(bucket);
    else buckets.set(row.tracker_id, [bucket]);
  }
  return buckets;
}

export type TrackerBucket = Bucket & { trackerId: number };

/** Writes buckets, each as it is now; those that are already so are not written again. */
export async function saveBuckets(tx: Queryable, buckets: TrackerBucket[]): Promise<void> {
  if (buckets.length === 0) return;
  const of = <T>(value: (bucket: TrackerBucket) => T) => buckets.map(value);
  const means = buckets.map((bucket) => meanPosition(bucket.sums));
  await tx.query(sql`
    insert into tracker_aggregates as a (tracker_id, period, bucket_start, report_count, first_reported_at,
      last_reported_at, position, weight_sum, x_sum, y_sum, z_sum, distance_m, status_at_end)
    select tracker_id, period, ${fromEpochMs('starts_at')}, count, ${fromEpochMs('first_at')}, ${fromEpochMs('last_at')},
      ST_MakePoint(longitude, latitude)::geography, weight, x, y, z, distance_m, status_at_end
    from unnest(${of((b) => b.trackerId)}::bigint[], ${of((b) => b.period)}::text[], ${of((b) => b.startsAt)}::float8[],
      ${of((b) => b.count)}::integer[], ${of((b) => b.firstAt)}::float8[], ${of((b) => b.lastAt)}::float8[],
      ${means.map((mean) => mean.longitude)}::float8[], ${means.map((mean) => mean.latitude)}::float8[],
      ${of((b) => b.sums.weight)}::float8[], ${of((b) => b.sums.x)}::float8[], ${of((b) => b.sums.y)}::float8[],
      ${of((b) => b.sums.z)}::float8[], ${of((b) => b.distanceM)}::float8[], ${of((b) => b.statusAtEnd)}::text[])
      as w(tracker_id, period, starts_at, count, first_at, last_at, longitude, latitude, weight, x, y, z, distance_m,
        status_at_end)
    on conflict (tracker_id, period, bucket_start) do update set report_count = excluded.report_count,
      first_reported_at = excluded.first_reported_at, last_reported_at = excluded.last_reported_at,
      position = excluded.position, weight_sum = excluded.weight_sum, x_sum = excluded.x_sum, y_sum = excluded.y_sum,
      z_sum = excluded.z_sum, distance_m = excluded.distance_m, status_at_end = excluded.status_at_end
    where (a.report_count, a.first_reported_at, a.last_reported_at, a.weight_sum, a.x_sum, a.y_sum, a.z_sum,
        a.distance_m, a.status_at_end)
      is distinct from (excluded.report_count, excluded.first_reported_at, excluded.last_reported_at,
        excluded.weight_sum, excluded.x_sum, excluded.y_sum, excluded.z_sum, excluded.distance_m,
        excluded.status_at_end)`);
}

export interface Stretch {
  trackerId: number;
  /** Epoch milliseconds: buckets that start from here to there, both included. */
  from: number;
  to: number;
}

/** Removes the buckets of folded stretches that no report is in any more: those not among `kept`. */
export async function removeEmptyBuckets(tx: Queryable, stretches: Stretch[], kept: TrackerBucket[]): Promise<void> {
  if (stretches.length === 0) return;
  await tx.query(sql`
    delete from tracker_aggregates a
    using unnest(${stretches.map((s) => s.trackerId)}::bigint[], ${stretches.map((s) => s.from)}::float8[],
      ${stretches.map((s) => s.to)}::float8[]) as w(tracker_id, from_ms, to_ms), (values ('hour'), ('day')) as p(period)
    where a.tracker_id = w.tracker_id and a.period = p.period
      and a.bucket_start between ${fromEpochMs('w.from_ms')} and ${fromEpochMs('w.to_ms')}
      and not exists (
        select from unnest(${kept.map((b) => b.trackerId)}::bigint[], ${kept.map((b) => b.period)}::text[],
          ${kept.map((b) => b.startsAt)}::float8[]) as k(tracker_id, period, starts_at)
        where k.tracker_id = a.tracker_id and k.period = a.period and ${fromEpochMs('k.starts_at')} = a.bucket_start)`);
}

const toBucket = (row: BucketRow): Bucket => ({
  period: row.period,
  startsAt: row.starts_at,
  count: row.count,
  firstAt: row.first_at,
  lastAt: row.last_at,
  sums: { weight: row.weight, x: row.x, y: row.y, z: row.z },
  distanceM: row.distance_m,
  statusAtEnd: row.status_at_end,
});
