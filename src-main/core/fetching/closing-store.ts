import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';
import { canBeAsked } from './fetch-states-store.ts';

/** Trackers that nobody fetched for so long are not asked once more: their reports are gone. */
const AT_MOST_LATE_HOURS = 72;

/**
 * Manufactured trackers that left the queue `hours` ago, because their run or their period ended, and were not asked for
 * since; by id, above `afterId`. Only read while the setting is on.
 */
export async function closingTrackers(
  db: Queryable,
  { now, hours, afterId, limit }: { now: Date; hours: number; afterId: number; limit: number },
): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(sql`
    select t.id from trackers t
    join lateral (
      select least(p.ends_at, run_ends_at(r)) + make_interval(hours => ${hours}) as at
      from run_periods p join production_runs r on r.id = p.production_run_id
      where p.tracker_id = t.id and p.voided_at is null and p.starts_at <= ${now}
      order by p.starts_at desc limit 1) closing on true
    left join fetch_states f on f.tracker_id = t.id
    where t.id > ${afterId} and t.mac_address is not null and ${canBeAsked}
      and closing.at <= ${now} and closing.at > ${now}::timestamptz - make_interval(hours => ${AT_MOST_LATE_HOURS})
      and (f.closed_at is null or f.closed_at < closing.at)
    order by t.id limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** Those of the trackers that are in no active run. */
export async function withoutActiveRun(db: Queryable, trackerIds: readonly number[], now: Date): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>(sql`
    select t.id from trackers t where t.id = any(${[...trackerIds]}::bigint[]) and not exists (
      select from production_runs r where r.id = t.production_run_id and r.archived_at is null
        and run_starts_at(r) <= ${now} and ${now} < run_ends_at(r))`);
  return new Set(rows.map(({ id }) => id));
}

/** Notes that trackers were asked for once more. */
export async function markClosed(db: Queryable, trackerIds: readonly number[], now: Date): Promise<void> {
  await db.query(sql`update fetch_states set closed_at = ${now} where tracker_id = any(${[...trackerIds]}::bigint[])`);
}

/**
 * When a run ends, and how many reports its trackers have of its last 24 hours and of a day of the week before. Null when
 * there is no such run. By its periods, and their hours.
 */
export async function lastDayOf(
  db: Queryable,
  runId: number,
): Promise<{ endsAt: Date; lastDay: number; usual: number } | null> {
  const { rows } = await db.query<{ endsAt: Date; lastDay: number; usual: number }>(sql`
    select run_ends_at(r) as "endsAt", coalesce(h.last_day, 0)::int as "lastDay",
      coalesce(h.before / nullif(h.days, 0), 0)::float8 as usual
    from production_runs r left join lateral (
      select sum(a.report_count) filter (where a.bucket_start >= run_ends_at(r) - interval '1 day') as last_day,
        sum(a.report_count) filter (where a.bucket_start < run_ends_at(r) - interval '1 day')::float8 as before,
        count(distinct ceil(extract(epoch from run_ends_at(r) - a.bucket_start) / 86400))
          filter (where a.bucket_start < run_ends_at(r) - interval '1 day') as days
      from run_periods p join tracker_aggregates a on a.tracker_id = p.tracker_id and a.run_period_id = p.id
      where p.production_run_id = r.id and p.voided_at is null and a.period = 'hour'
        and a.bucket_start >= run_ends_at(r) - interval '8 days' and a.bucket_start < run_ends_at(r)) h on true
    where r.id = ${runId}::bigint`);
  return rows[0] ?? null;
}
