import sql, { type Sql } from 'sql-template-tag';
import { batteryOf, firmwares } from '../../../src-shared/domain/find-my/battery.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/** Compared with the row as it is once locked: another fetcher may have moved it on meanwhile. */
const isNewer = sql`(s.last_reported_at is null and n.reported_at is not null or n.reported_at > s.last_reported_at)`;

/**
 * A part of the statement that stores reports: queues the trackers that really got something new to be folded, and moves
 * their last position on when it is newer. tracker_status is updated by primary key.
 *
 * Before it there must be a common table expression `stored` of the rows that were inserted, with tracker_id,
 * reported_at, payload_hash, position (null when it is invalid), horizontal_accuracy_m, status_byte, nearest_city_id,
 * nearest_city_distance_m and client_id; whoever makes it has held these trackers' stamps (`hold_stamps`). After it there is `changed`, with one row for each of those trackers. `statusBytes` are all
 * that occur in `stored`.
 */
export function applyNewReports(now: Date, statusBytes: readonly number[]): Sql {
  const known = statusBytes.flatMap((byte) =>
    firmwares.map((firmware) => ({ byte, firmware, level: batteryOf(byte, firmware) })),
  );
  return sql`changed as (
      select tracker_id, min(reported_at) as fold_from, max(reported_at) as fold_to
      from stored group by tracker_id
    ),
    pending as (
      insert into status_pending as p (tracker_id, fold_from, fold_to, reason, queued_at, reports_at)
      select tracker_id, fold_from, fold_to, 'reports', ${now}::timestamptz, ${now}::timestamptz
      from changed order by tracker_id
      on conflict (tracker_id) do update set fold_from = least(p.fold_from, excluded.fold_from),
        fold_to = greatest(p.fold_to, excluded.fold_to), reports_at = coalesce(p.reports_at, excluded.reports_at)
      returning tracker_id
    ),
    -- As they are once a move that was under way has ended: what was another client's must not be told to the new one.
    teller as materialized (
      select s.tracker_id, s.client_id from tracker_status s where s.tracker_id in (select tracker_id from pending)
      order by s.tracker_id for no key update of s
    ),
    -- A tracker tells what its client's own periods hold: a late report of another's time is not theirs to see.
    told as (
      select s.*, k.firmware from stored s join teller t on t.tracker_id = s.tracker_id join trackers k on k.id = s.tracker_id
      where t.client_id is null or s.client_id = t.client_id
    ),
    counts as (
      select tracker_id, count(*) as reports from told group by tracker_id
    ),
    -- From what was stored, not from the input: a join of the two is estimated at one row, and goes by nested loops.
    newest as (
      select distinct on (tracker_id) *
      from told
      where position is not null
      order by tracker_id, reported_at desc, payload_hash desc
    ),
    battery as (
      select * from unnest(${known.map(({ byte }) => byte)}::smallint[], ${known.map(({ firmware }) => firmware)}::text[],
        ${known.map(({ level }) => level)}::text[]) as b (status_byte, firmware, level)
    ),
    counted as (
      update tracker_status s
      set report_count = s.report_count + c.reports,
        last_reported_at = case when ${isNewer} then n.reported_at else s.last_reported_at end,
        last_position = case when ${isNewer} then n.position else s.last_position end,
        last_horizontal_accuracy_m =
          case when ${isNewer} then n.horizontal_accuracy_m else s.last_horizontal_accuracy_m end,
        last_battery_level = case when ${isNewer} then b.level else s.last_battery_level end,
        last_nearest_city_id = case when ${isNewer} then n.nearest_city_id else s.last_nearest_city_id end,
        last_nearest_city_distance_m =
          case when ${isNewer} then n.nearest_city_distance_m else s.last_nearest_city_distance_m end
      from counts c left join newest n on n.tracker_id = c.tracker_id left join battery b using (status_byte, firmware)
      where s.tracker_id = c.tracker_id
    )`;
}

/** Forgets the batteries of a batch, which were read by another firmware's table; the next reports tell them. */
export async function forgetBatteries(tx: Queryable, keyBatchId: number): Promise<void> {
  await tx.query(sql`
    update tracker_status s set last_battery_level = null from trackers t
    where t.key_batch_id = ${keyBatchId} and s.tracker_id = t.id and s.last_battery_level is not null`);
}
