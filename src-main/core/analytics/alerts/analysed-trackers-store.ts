import sql from 'sql-template-tag';
import type { Status } from '../../../../src-shared/contract/status.ts';
import type { SeenHour, SeenReport } from '../../../../src-shared/domain/alerts/findings.ts';
import type { Position } from '../../../../src-shared/domain/geo/distance.ts';
import { epochMs } from '../../platform/db/epoch.ts';
import type { Queryable } from '../../platform/db/queryable.ts';

/** Reports of one tracker that are read: more than any Find My accessory has in a day. */
const MOST_REPORTS = 200;

/**
 * Takes up to `limit` trackers out of the queue, longest waiting first. They are deleted before anything is read: a fold
 * that commits meanwhile finds them gone and queues them again.
 */
export async function takeForAnalysis(tx: Queryable, limit: number): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    delete from analytics_pending where tracker_id in (
      select tracker_id from analytics_pending order by queued_at, tracker_id limit ${limit} for update skip locked)
    returning tracker_id as id`);
  return rows.map((row) => row.id).sort((a, b) => a - b);
}

/** Whether a tracker is in the queue. */
export async function isAnyQueued(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ queued: boolean }>(sql`select exists (select from analytics_pending) as queued`);
  return rows[0]!.queued;
}

/** Queues trackers whose reports or history have changed. */
export async function queueForAnalysis(tx: Queryable, trackerIds: readonly number[], now: Date): Promise<void> {
  if (trackerIds.length === 0) return;
  await tx.query(sql`
    insert into analytics_pending (tracker_id, queued_at)
    select id, ${now} from unnest(${[...trackerIds]}::bigint[]) as id order by id
    on conflict (tracker_id) do nothing`);
}

/** Queues every tracker that was ever folded. */
export async function queueFoldedForAnalysis(tx: Queryable, now: Date): Promise<void> {
  await tx.query(sql`
    insert into analytics_pending (tracker_id, queued_at)
    select tracker_id, ${now} from tracker_status where folded_at is not null order by tracker_id
    on conflict (tracker_id) do nothing`);
}

export interface AnalysedTracker {
  trackerId: number;
  runPeriodId: number | null;
  runId: number | null;
  clientId: number | null;
  status: Status;
  batteryLevel: string | null;
  /** Whether its run is over: nothing is an anomaly any more. */
  isOver: boolean;
}

/** What the trackers are and where they stand. By primary keys. */
export async function analysedTrackers(
  tx: Queryable,
  trackerIds: readonly number[],
  now: Date,
): Promise<AnalysedTracker[]> {
  const { rows } = await tx.query<AnalysedTracker>(sql`
    select t.id as "trackerId", s.run_period_id as "runPeriodId", t.production_run_id as "runId", t.client_id as "clientId", s.status,
      case when s.last_reported_at >= p.starts_at then s.last_battery_level end as "batteryLevel", coalesce(run_ends_at(r) <= ${now}, false) as "isOver"
    from trackers t join tracker_status s on s.tracker_id = t.id left join run_periods p on p.id = s.run_period_id
    left join production_runs r on r.id = t.production_run_id
    where t.id = any(${[...trackerIds]}::bigint[]) order by t.id`);
  return rows;
}

/** Each tracker's folded reports of the present period that count, of two days before the last, oldest first. Backward scans of the primary key. */
export async function recentReports(tx: Queryable, trackerIds: readonly number[]): Promise<Map<number, SeenReport[]>> {
  const { rows } = await tx.query<{ id: number; at: number; lon: number; lat: number; accuracy: number }>(sql`
    select s.tracker_id as id, ${epochMs('r.reported_at')} as at, ST_X(r.position::geometry) as lon,
      ST_Y(r.position::geometry) as lat, r.horizontal_accuracy_m as accuracy
    from tracker_status s join run_periods p on p.id = s.run_period_id cross join lateral (
      select r.reported_at, r.payload_hash, r.position, r.horizontal_accuracy_m from location_reports r
      where r.tracker_id = s.tracker_id and r.reported_at <= s.folded_at
        and r.reported_at >= greatest(s.folded_at - interval '48 hours', p.starts_at) and r.left_out_reason is null
      order by r.reported_at desc, r.payload_hash desc limit ${MOST_REPORTS}) as r
    where s.tracker_id = any(${[...trackerIds]}::bigint[]) and r.position is not null
    order by s.tracker_id, r.reported_at, r.payload_hash`);
  return grouped(rows, ({ at, accuracy, ...row }) => ({ at, accuracyM: accuracy, position: placeOf(row) }));
}

/**
 * Each tracker's hourly aggregates of the present period for the given number of hours before its last folded report, oldest first. Range of
 * the primary key.
 */
export async function recentHours(
  tx: Queryable,
  trackerIds: readonly number[],
  hours: number,
): Promise<Map<number, SeenHour[]>> {
  if (trackerIds.length === 0) return new Map();
  const { rows } = await tx.query<{ id: number; first: number; last: number; lon: number; lat: number }>(sql`
    select s.tracker_id as id, ${epochMs('a.first_reported_at')} as first, ${epochMs('a.last_reported_at')} as last,
      ST_X(a.position::geometry) as lon, ST_Y(a.position::geometry) as lat
    from tracker_status s cross join lateral (
      select * from tracker_aggregates a where a.tracker_id = s.tracker_id and a.period = 'hour'
        and a.bucket_start >= s.folded_at - ${hours} * interval '1 hour' and a.bucket_start <= s.folded_at
        and a.run_period_id = s.run_period_id offset 0) as a
    where s.tracker_id = any(${[...trackerIds]}::bigint[])
    order by s.tracker_id, a.bucket_start`);
  return grouped(rows, ({ first, last, ...row }) => ({ firstAt: first, lastAt: last, position: placeOf(row) }));
}

/** Positions of the locations in use, by run. */
export async function locationsOfRuns(tx: Queryable, runIds: readonly number[]): Promise<Map<number, Position[]>> {
  if (runIds.length === 0) return new Map();
  const { rows } = await tx.query<{ id: number; lon: number; lat: number }>(sql`
    select w.production_run_id as id, ST_X(l.position::geometry) as lon, ST_Y(l.position::geometry) as lat
    from run_locations w join locations l on l.id = w.location_id
    where w.production_run_id = any(${[...runIds]}::bigint[]) and l.archived_at is null`);
  return grouped(rows, placeOf);
}

const placeOf = ({ lon, lat }: { lon: number; lat: number }): Position => ({ longitude: lon, latitude: lat });

function grouped<Row extends { id: number }, Item>(
  rows: readonly Row[],
  item: (row: Row) => Item,
): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const row of rows) {
    const known = groups.get(row.id);
    if (known) known.push(item(row));
    else groups.set(row.id, [item(row)]);
  }
  return groups;
}
