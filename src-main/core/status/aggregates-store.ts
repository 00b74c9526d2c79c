import sql, { type Sql } from 'sql-template-tag';
import type { Status } from '../../../src-shared/contract/status.ts';
import { type HourBucket, hourStart } from '../../../src-shared/domain/status/aggregate.ts';
import { epochMs, fromEpochMs } from '../platform/db/epoch.ts';
import type { Queryable } from '../platform/db/queryable.ts';

interface HourRow {
  tracker_id: number;
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

/** The hour of a period that each tracker's given time (epoch milliseconds) lies in, where it has reports. By primary key. */
export async function hoursAt(
  tx: Queryable,
  wanted: readonly { trackerId: number; runPeriodId: number; at: number }[],
): Promise<Map<number, HourBucket>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await tx.query<HourRow>(sql`
    select a.tracker_id, ${epochMs('a.bucket_start')} as starts_at, a.report_count as count,
      ${epochMs('a.first_reported_at')} as first_at, ${epochMs('a.last_reported_at')} as last_at, a.weight_sum as weight,
      a.x_sum as x, a.y_sum as y, a.z_sum as z, a.distance_m, a.status_at_end
    from unnest(${wanted.map((w) => w.trackerId)}::bigint[], ${wanted.map((w) => w.runPeriodId)}::bigint[],
      ${wanted.map((w) => hourStart(w.at))}::float8[]) as w(tracker_id, run_period_id, starts_at)
    cross join lateral (
      select * from tracker_aggregates a where a.tracker_id = w.tracker_id and a.period = 'hour'
        and a.bucket_start = ${fromEpochMs('w.starts_at')} and a.run_period_id = w.run_period_id offset 0) as a`);
  return new Map(rows.map((row) => [row.tracker_id, toHour(row)]));
}

export type TrackerHour = HourBucket & { trackerId: number; runPeriodId: number; clientId: number };

// The mean of vectors is a vector: its direction is the mean position, whatever its length.
const meanPosition = sql`ST_MakePoint(degrees(atan2(y, x)), degrees(atan2(z, sqrt(x * x + y * y))))::geography`;
const columns = sql`tracker_id, period, bucket_start, report_count, first_reported_at, last_reported_at, position,
  weight_sum, x_sum, y_sum, z_sum, distance_m, status_at_end, run_period_id, client_id`;
/** What is already so is not written again. */
const orUpdate: Sql = sql`
  on conflict (tracker_id, period, bucket_start, run_period_id) do update set report_count = excluded.report_count,
    first_reported_at = excluded.first_reported_at, last_reported_at = excluded.last_reported_at,
    position = excluded.position, weight_sum = excluded.weight_sum, x_sum = excluded.x_sum, y_sum = excluded.y_sum,
    z_sum = excluded.z_sum, distance_m = excluded.distance_m, status_at_end = excluded.status_at_end, client_id = excluded.client_id
  where (a.report_count, a.first_reported_at, a.last_reported_at, a.weight_sum, a.x_sum, a.y_sum, a.z_sum,
      a.distance_m, a.status_at_end, a.client_id)
    is distinct from (excluded.report_count, excluded.first_reported_at, excluded.last_reported_at,
      excluded.weight_sum, excluded.x_sum, excluded.y_sum, excluded.z_sum, excluded.distance_m,
      excluded.status_at_end, excluded.client_id)`;

/** Writes hours, each as it is now. */
export async function saveHours(tx: Queryable, hours: readonly TrackerHour[]): Promise<void> {
  if (hours.length === 0) return;
  const of = <T>(value: (hour: TrackerHour) => T) => hours.map(value);
  await tx.query(sql`
    insert into tracker_aggregates as a (${columns})
    select tracker_id, 'hour', ${fromEpochMs('starts_at')}, count, ${fromEpochMs('first_at')},
      ${fromEpochMs('last_at')}, ${meanPosition}, weight, x, y, z, distance_m, status_at_end, run_period_id,
      client_id
    from unnest(${of((h) => h.trackerId)}::bigint[], ${of((h) => h.startsAt)}::float8[],
      ${of((h) => h.count)}::integer[], ${of((h) => h.firstAt)}::float8[], ${of((h) => h.lastAt)}::float8[],
      ${of((h) => h.sums.weight)}::float8[], ${of((h) => h.sums.x)}::float8[], ${of((h) => h.sums.y)}::float8[],
      ${of((h) => h.sums.z)}::float8[], ${of((h) => h.distanceM)}::float8[], ${of((h) => h.statusAtEnd)}::text[],
      ${of((h) => h.runPeriodId)}::bigint[], ${of((h) => h.clientId)}::bigint[])
      as w(tracker_id, starts_at, count, first_at, last_at, weight, x, y, z, distance_m, status_at_end, run_period_id,
        client_id)
    ${orUpdate}`);
}

export interface HourStretch {
  trackerId: number;
  /** Epoch milliseconds: hours that start at `from` or later, and before `until`. */
  from: number;
  until: number;
}
export type HourKey = Pick<TrackerHour, 'trackerId' | 'runPeriodId' | 'startsAt'>;

/** Removes the hours of folded stretches that no report is in any more: those not among `kept`. Returns which. */
export async function removeEmptyHours(
  tx: Queryable,
  stretches: readonly HourStretch[],
  kept: readonly HourKey[],
): Promise<HourKey[]> {
  if (stretches.length === 0) return [];
  const { rows } = await tx.query<HourKey>(sql`
    delete from tracker_aggregates a
    using unnest(${stretches.map((s) => s.trackerId)}::bigint[], ${stretches.map((s) => s.from)}::float8[],
      ${stretches.map((s) => s.until)}::float8[]) as w(tracker_id, from_ms, until_ms)
    where a.tracker_id = w.tracker_id and a.period = 'hour' and a.bucket_start >= ${fromEpochMs('w.from_ms')}
      and a.bucket_start < ${fromEpochMs('w.until_ms')}
      and (a.tracker_id, a.bucket_start, a.run_period_id) not in (
        select tracker_id, ${fromEpochMs('starts_at')}, run_period_id
        from unnest(${kept.map((h) => h.trackerId)}::bigint[], ${kept.map((h) => h.startsAt)}::float8[],
          ${kept.map((h) => h.runPeriodId)}::bigint[]) as k(tracker_id, starts_at, run_period_id))
    returning a.tracker_id as "trackerId", a.run_period_id as "runPeriodId", ${epochMs('a.bucket_start')} as "startsAt"`);
  return rows;
}

/** Makes the days of these hours the sums of their hours, in order; a day without any is removed. */
export async function saveDays(tx: Queryable, hours: readonly HourKey[]): Promise<void> {
  if (hours.length === 0) return;
  await tx.query(sql`
    with touched as (
      select distinct tracker_id, run_period_id, date_trunc('day', ${fromEpochMs('starts_at')}, 'UTC') as day
      from unnest(${hours.map((h) => h.trackerId)}::bigint[], ${hours.map((h) => h.runPeriodId)}::bigint[],
        ${hours.map((h) => h.startsAt)}::float8[]) as h(tracker_id, run_period_id, starts_at)
    ), summed as (
      select t.tracker_id, t.run_period_id, t.day, s.*
      from touched t cross join lateral (
        select sum(report_count)::integer as count, min(first_reported_at) as first_at, max(last_reported_at) as last_at,
          sum(weight_sum) as weight, sum(x_sum) as x, sum(y_sum) as y, sum(z_sum) as z, sum(distance_m) as distance_m,
          (array_agg(status_at_end))[count(*)] as status_at_end, max(client_id) as client_id
        from (select * from tracker_aggregates a where a.tracker_id = t.tracker_id and a.period = 'hour'
          and a.run_period_id = t.run_period_id and a.bucket_start >= t.day and a.bucket_start < t.day + interval '1 day' order by a.bucket_start) as h) as s
    ), emptied as (
      delete from tracker_aggregates a using summed s
      where s.count is null and a.tracker_id = s.tracker_id and a.period = 'day' and a.bucket_start = s.day
        and a.run_period_id = s.run_period_id
    )
    insert into tracker_aggregates as a (${columns})
    select tracker_id, 'day', day, count, first_at, last_at, ${meanPosition}, weight, x, y, z, distance_m, status_at_end,
      run_period_id, client_id
    from summed where count is not null
    ${orUpdate}`);
}

const toHour = (row: HourRow): HourBucket => ({
  startsAt: row.starts_at,
  count: row.count,
  firstAt: row.first_at,
  lastAt: row.last_at,
  sums: { weight: row.weight, x: row.x, y: row.y, z: row.z },
  distanceM: row.distance_m,
  statusAtEnd: row.status_at_end,
});
