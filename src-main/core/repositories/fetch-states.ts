import sql from 'sql-template-tag';
import type { Queryable } from '../db/queryable.ts';

export interface WantedTracker {
  trackerId: number;
  /** What the fetcher remembers; null when it has never asked for this tracker. */
  nextDueAt: Date | null;
  factor: number;
}

/**
 * Manufactured trackers of runs that are active at `now` (start 00:00 to the end of end_date in the run's time zone),
 * by id, above `afterId`. Walks trackers by primary key; runs are few and hashed.
 */
export async function wantedTrackers(
  db: Queryable,
  page: { now: Date; afterId: number; limit: number },
): Promise<WantedTracker[]> {
  const { rows } = await db.query<{ id: number; next_due_at: Date | null; factor: number | null }>(sql`
    select t.id, f.next_due_at, f.factor
    from trackers t
    join production_runs r on r.id = t.production_run_id
      and r.archived_at is null and run_starts_at(r) <= ${page.now} and ${page.now} < run_ends_at(r)
    left join fetch_states f on f.tracker_id = t.id
    where t.mac_address is not null and t.id > ${page.afterId}
    order by t.id
    limit ${page.limit}`);
  return rows.map((row) => ({ trackerId: row.id, nextDueAt: row.next_due_at, factor: row.factor ?? 1 }));
}

export interface FetchResult {
  trackerId: number;
  /** Whether an answer had reports of it; false: absent from a complete answer. */
  present: boolean;
  nextDueAt: Date;
  factor: number;
  /** Why it counts as a failure; or what a success lacked; or null. */
  note: string | null;
}

/** Remembers a batch of results: state and day of each tracker, in one statement. */
export async function recordFetches(db: Queryable, results: readonly FetchResult[], now: Date): Promise<void> {
  if (results.length === 0) return;
  await db.query(sql`
    with result as (
      select r.* from unnest(
        ${results.map((r) => r.trackerId)}::bigint[], ${results.map((r) => r.present)}::boolean[],
        ${results.map((r) => r.nextDueAt)}::timestamptz[], ${results.map((r) => r.factor)}::integer[],
        ${results.map((r) => r.note)}::text[]) as r (tracker_id, present, next_due_at, factor, note)
      where exists (select from trackers t where t.id = r.tracker_id)
      order by r.tracker_id
    ),
    day as (
      insert into fetch_days as d (tracker_id, day, failures, successes)
      select tracker_id, (${now}::timestamptz at time zone 'UTC')::date, (not present)::int, present::int from result
      on conflict (tracker_id, day) do update
        set failures = d.failures + excluded.failures, successes = d.successes + excluded.successes
    )
    insert into fetch_states as f (tracker_id, next_due_at, factor, streak, total_failures, first_failure_at,
      last_failure_at, last_success_at, last_error)
    select tracker_id, next_due_at, factor, (not present)::int, (not present)::int,
      case when not present then ${now}::timestamptz end, case when not present then ${now}::timestamptz end,
      case when present then ${now}::timestamptz end, note
    from result
    on conflict (tracker_id) do update set
      next_due_at = excluded.next_due_at,
      factor = excluded.factor,
      streak = case when excluded.streak = 0 then 0 else f.streak + 1 end,
      total_failures = f.total_failures + excluded.total_failures,
      first_failure_at = coalesce(f.first_failure_at, excluded.first_failure_at),
      last_failure_at = coalesce(excluded.last_failure_at, f.last_failure_at),
      last_success_at = coalesce(excluded.last_success_at, f.last_success_at),
      last_error = excluded.last_error`);
}

/** Makes trackers due now in what the database remembers, so that a restart doesn't forget it. */
export async function rememberDue(db: Queryable, trackerIds: readonly number[] | null, now: Date): Promise<void> {
  await db.query(sql`
    update fetch_states set next_due_at = ${now}
    where next_due_at > ${now} and (${trackerIds === null} or tracker_id = any(${trackerIds ?? []}::bigint[]))`);
}

export const totalNames = ['requests', 'reports', 'stored', 'duplicates', 'corrupt', 'absent'] as const;
export type FetcherTotals = Record<(typeof totalNames)[number], number>;

/** Notes that the fetcher has looked round; kept as epoch milliseconds beside the totals. */
export async function recordCycle(db: Queryable, now: Date): Promise<void> {
  await db.query(sql`
    insert into fetcher_totals as t (name, value) values ('lastCycleAt', ${now.getTime()}::bigint)
    on conflict (name) do update set value = greatest(t.value, excluded.value)`);
}

/** Counters since the database was made, and when a fetcher last looked round. */
export async function readTotals(db: Queryable): Promise<{ totals: FetcherTotals; lastCycleAt: Date | null }> {
  const { rows } = await db.query<{ name: string; value: number }>(sql`select name, value from fetcher_totals`);
  const values = new Map(rows.map((row) => [row.name, row.value]));
  const totals = Object.fromEntries(totalNames.map((name) => [name, values.get(name) ?? 0])) as FetcherTotals;
  const lastCycle = values.get('lastCycleAt');
  return { totals, lastCycleAt: lastCycle === undefined ? null : new Date(lastCycle) };
}
