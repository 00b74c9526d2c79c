import sql from 'sql-template-tag';
import type { BackoffSettings } from '../../../src-shared/domain/fetch-backoff.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import type { LastAsks } from './asking/narrow.ts';

export interface WantedTracker {
  trackerId: number;
  /** What the fetcher remembers; null when it has never asked for this tracker. */
  nextDueAt: Date | null;
  factor: number;
  /** It is remembered as due later than the present settings allow; `nextDueAt` is what they allow. */
  tooLate: boolean;
  /** What is remembered of it lies ahead of the clock: another console's clock was wrong, or this one's. */
  isAhead: boolean;
}

/** Whether tracker `t` has a private key: without one its reports could not be read. */
export const canBeAsked = sql`(t.private_key is not null
  or exists (select from device_keys k where k.tracker_id = t.id and k.private_key is not null))`;

/**
 * Manufactured trackers of runs that are active at `now` (start 00:00 to the end of end_date in the run's time zone),
 * by id, above `afterId`; with `runIds`, of those runs alone. Walks trackers by primary key, or trackers_run.
 */
export async function wantedTrackers(
  db: Queryable,
  page: { now: Date; afterId: number; limit: number; runIds?: readonly number[] },
  settings: BackoffSettings,
): Promise<WantedTracker[]> {
  const seconds = { interval: settings.fetchIntervalMinutes * 60, most: settings.maxBackoffHours * 3600 };
  const { rows } = await db.query<{
    id: number;
    next_due_at: Date | null;
    factor: number | null;
    too_late: boolean;
    is_ahead: boolean;
  }>(
    sql`
    select t.id, least(f.next_due_at, allowed.at) as next_due_at, f.factor,
      coalesce(f.next_due_at > allowed.at + interval '1 second', false) as too_late,
      coalesce(coalesce(greatest(f.asked_at, f.last_failure_at, f.last_success_at), f.next_due_at)
        > ${page.now}::timestamptz + make_interval(secs => ${seconds.most}::float8), false) as is_ahead
    from trackers t
    join production_runs r on r.id = t.production_run_id
      and r.archived_at is null and run_starts_at(r) <= ${page.now} and ${page.now} < run_ends_at(r)
    left join fetch_states f on f.tracker_id = t.id
    cross join lateral (
      select greatest(f.asked_at, f.last_failure_at, f.last_success_at)
        + make_interval(secs => least(${seconds.interval}::float8 * f.factor, ${seconds.most}::float8)) as at
    ) as allowed
    where t.mac_address is not null and t.id > ${page.afterId} and ${canBeAsked}
      and ${page.runIds === undefined ? sql`true` : sql`t.production_run_id = any(${[...page.runIds]}::bigint[])`}
    order by t.id
    limit ${page.limit}`,
  );
  return rows.map((row) => ({
    trackerId: row.id,
    nextDueAt: row.next_due_at,
    factor: row.factor ?? 1,
    tooLate: row.too_late,
    isAhead: row.is_ahead,
  }));
}

/**
 * Forgets what lies ahead of the clock by more than the longest delay: these trackers are due now, and are asked for the
 * whole time.
 */
export async function forgetAhead(
  db: Queryable,
  trackerIds: readonly number[],
  latest: Date,
  now: Date,
): Promise<void> {
  await db.query(sql`
    update fetch_states set next_due_at = least(next_due_at, ${now}), whole_at = null,
      asked_at = case when asked_at <= ${latest} then asked_at end,
      last_failure_at = case when last_failure_at <= ${latest} then last_failure_at end,
      last_success_at = case when last_success_at <= ${latest} then last_success_at end
    where tracker_id = any(${[...trackerIds]}::bigint[])`);
}

/** Runs that are active at `now`. They are few. */
export async function activeRunIds(db: Queryable, now: Date): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(sql`
    select id from production_runs r
    where archived_at is null and run_starts_at(r) <= ${now} and ${now} < run_ends_at(r)`);
  return rows.map((row) => row.id);
}

/** Trackers of these runs, by id, above `afterId`. Walks trackers_run. */
export async function trackersOfRuns(
  db: Queryable,
  page: { runIds: readonly number[]; afterId: number; limit: number },
): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(sql`
    select id from trackers where production_run_id = any(${[...page.runIds]}::bigint[]) and id > ${page.afterId}
    order by id limit ${page.limit}`);
  return rows.map((row) => row.id);
}

/** Brings forward what is remembered as due. */
export async function rememberEarlier(
  db: Queryable,
  entries: readonly { trackerId: number; dueAt: number }[],
): Promise<void> {
  await db.query(sql`
    update fetch_states f set next_due_at = e.due_at
    from unnest(${entries.map((entry) => entry.trackerId)}::bigint[],
      ${entries.map((entry) => new Date(entry.dueAt))}::timestamptz[]) as e (tracker_id, due_at)
    where f.tracker_id = e.tracker_id and f.next_due_at > e.due_at`);
}

export interface FetchResult {
  trackerId: number;
  /**
   * `found`: an answer named it. `absent`: missing from a complete answer, which is a failure. `unproven`, `kept`:
   * nothing is known, and nothing is counted.
   */
  result: 'found' | 'absent' | 'unproven' | 'kept';
  nextDueAt: Date;
  factor: number;
  /** Why it counts as a failure, or what a success lacked; null when there is nothing to note. */
  note: string | null;
  /** Older reports may be missing; null when nothing was found out about it. */
  incomplete: boolean | null;
  /** The source that left it unproven. */
  unprovenBy: number | null;
  absentOnce: boolean;
  /** Found by a whole answer for the whole time, or to be asked for it next; null leaves what was. */
  whole: boolean | null;
  /** Begin and end of each part of its time that is still to be asked for. */
  spansLeft: readonly number[] | null;
}

/** Remembers a batch of results: state and day of each tracker, in one statement. */
export async function recordFetches(db: Queryable, results: readonly FetchResult[], now: Date): Promise<void> {
  if (results.length === 0) return;
  const spans = results.map(({ spansLeft }) => (spansLeft ? `{${spansLeft.join(',')}}` : null));
  await db.query(sql`
    with result as (
      select r.tracker_id, r.result = 'found' as present, r.result = 'absent' as absent, r.next_due_at, r.factor, r.note,
        coalesce(r.incomplete, (select f.incomplete from fetch_states f where f.tracker_id = r.tracker_id), false)
          as incomplete, (select id from report_sources s where s.id = r.unproven_by) as unproven_by, r.absent_once,
        r.spans_left::bigint[] as spans_left, case r.whole when true then ${now}::timestamptz when false then null
          else (select f.whole_at from fetch_states f where f.tracker_id = r.tracker_id) end as whole_at
      from unnest(
        ${results.map((r) => r.trackerId)}::bigint[], ${results.map((r) => r.result)}::text[],
        ${results.map((r) => r.nextDueAt)}::timestamptz[], ${results.map((r) => r.factor)}::integer[],
        ${results.map((r) => r.note)}::text[], ${results.map((r) => r.incomplete)}::boolean[],
        ${results.map((r) => r.unprovenBy)}::bigint[], ${results.map((r) => r.absentOnce)}::boolean[],
        ${spans}::text[], ${results.map((r) => r.whole)}::boolean[])
        as r (tracker_id, result, next_due_at, factor, note, incomplete, unproven_by, absent_once, spans_left, whole)
      where exists (select from trackers t where t.id = r.tracker_id)
      order by r.tracker_id
    ),
    day as (
      insert into fetch_days as d (tracker_id, day, failures, successes)
      select tracker_id, (${now}::timestamptz at time zone 'UTC')::date, absent::int, present::int
      from result where absent or present
      on conflict (tracker_id, day) do update
        set failures = d.failures + excluded.failures, successes = d.successes + excluded.successes
    )
    insert into fetch_states as f (tracker_id, next_due_at, factor, streak, total_failures, first_failure_at,
      last_failure_at, last_success_at, last_error, incomplete, asked_at, unproven_by, absent_once, spans_left, whole_at)
    select tracker_id, next_due_at, factor, absent::int, absent::int, case when absent then ${now}::timestamptz end,
      case when absent then ${now}::timestamptz end, case when present then ${now}::timestamptz end, note, incomplete,
      ${now}::timestamptz, unproven_by, absent_once, spans_left, whole_at
    from result
    on conflict (tracker_id) do update set
      next_due_at = excluded.next_due_at,
      factor = excluded.factor,
      streak = case when excluded.last_success_at is not null then 0 else f.streak + excluded.streak end,
      total_failures = f.total_failures + excluded.total_failures,
      first_failure_at = coalesce(f.first_failure_at, excluded.first_failure_at),
      last_failure_at = coalesce(excluded.last_failure_at, f.last_failure_at),
      last_success_at = coalesce(excluded.last_success_at, f.last_success_at),
      -- What nothing was found out about keeps its last word.
      last_error = case when excluded.last_success_at is null and excluded.last_failure_at is null
        or excluded.incomplete and excluded.last_error is null then f.last_error else excluded.last_error end,
      incomplete = excluded.incomplete,
      asked_at = excluded.asked_at,
      unproven_by = excluded.unproven_by,
      absent_once = excluded.absent_once,
      spans_left = excluded.spans_left,
      whole_at = excluded.whole_at,
      searching = excluded.spans_left is not null`);
}

/** Makes due now what a source left unproven: it names keys again. Returns them. */
export async function unprovenAreDue(db: Queryable, sourceId: number, now: Date): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(sql`
    update fetch_states set next_due_at = least(next_due_at, ${now}), unproven_by = null
    where unproven_by = ${sourceId} returning tracker_id as id`);
  return rows.map((row) => row.id);
}

/**
 * Notes, before anything is stored, that the time of these trackers is being searched in parts: `recordFetches` ends
 * it. After a kill in between, that search begins again, though what it had stored is no longer new.
 */
export async function beginSearch(db: Queryable, trackerIds: readonly number[], now: Date): Promise<void> {
  if (trackerIds.length === 0) return;
  await db.query(sql`
    insert into fetch_states (tracker_id, next_due_at, searching)
    select id, ${now}, true from trackers where id = any(${[...trackerIds]}::bigint[])
    order by id
    on conflict (tracker_id) do update set searching = true`);
}

export interface Remembered {
  /** Its time was being searched in parts when its fetcher ended. */
  searching: boolean;
  absentOnce: boolean;
  spans: (readonly [number, number])[];
  last: LastAsks;
}

/** What is remembered of the asking for these trackers. Looks them up by primary key. */
export async function rememberedOf(db: Queryable, trackerIds: readonly number[]): Promise<Map<number, Remembered>> {
  const { rows } = await db.query<{
    id: number;
    searching: boolean;
    absent_once: boolean;
    spans: number[];
    failed: boolean;
    found_at: Date | null;
    whole_at: Date | null;
  }>(sql`
    select tracker_id as id, searching, absent_once, coalesce(spans_left, '{}')::float8[] as spans,
      streak > 0 or factor > 1 or incomplete as failed, last_success_at as found_at,
      whole_at
    from fetch_states where tracker_id = any(${[...trackerIds]}::bigint[])`);
  return new Map(
    rows.map(({ id, searching, absent_once, spans, failed, found_at, whole_at }) => {
      const pairs = spans.flatMap((from, n) => (n % 2 === 0 ? [[from, spans[n + 1]!] as const] : []));
      const last = { foundAt: found_at?.getTime() ?? null, wholeAt: whole_at?.getTime() ?? null, failed };
      return [id, { searching, absentOnce: absent_once, spans: pairs, last }];
    }),
  );
}

/** Makes trackers due now in what the database remembers, so that a restart doesn't forget it. */
export async function rememberDue(db: Queryable, trackerIds: readonly number[] | null, now: Date): Promise<void> {
  await db.query(sql`
    update fetch_states set next_due_at = ${now}
    where next_due_at > ${now} and (${trackerIds === null} or tracker_id = any(${trackerIds ?? []}::bigint[]))`);
}

export const fetcherTotalNames = [
  'requests',
  'reports',
  'stored',
  'duplicates',
  'corrupt',
  'decryptFailed',
  'tooOld',
  'ahead',
  'droppedAhead',
  'absent',
  'present',
  'claims',
] as const;
export type FetcherTotals = Record<(typeof fetcherTotalNames)[number], number>;
export const zeroTotals = Object.fromEntries(fetcherTotalNames.map((name) => [name, 0])) as FetcherTotals;

/** Notes that the fetcher has looked round, and whether it has the key to ask with; epoch milliseconds beside the totals. */
export async function recordCycle(db: Queryable, now: Date, isAble: boolean): Promise<void> {
  const names = isAble ? ['lastAbleAt', 'lastCycleAt'] : ['lastCycleAt'];
  await db.query(sql`
    insert into fetcher_totals as t (name, value) select name, ${now.getTime()}::bigint from unnest(${names}::text[]) as n (name)
    on conflict (name) do update set value = greatest(t.value, excluded.value)`);
}

/** Counters since the database was made, and when a fetcher last looked round. */
export async function readTotals(
  db: Queryable,
): Promise<{ totals: FetcherTotals; lastCycleAt: Date | null; lastAbleAt: Date | null }> {
  const { rows } = await db.query<{ name: string; value: number }>(sql`select name, value from fetcher_totals`);
  const values = new Map(rows.map((row) => [row.name, row.value]));
  const totals = Object.fromEntries(fetcherTotalNames.map((name) => [name, values.get(name) ?? 0])) as FetcherTotals;
  const instant = (name: string) => (values.has(name) ? new Date(values.get(name)!) : null);
  return { totals, lastCycleAt: instant('lastCycleAt'), lastAbleAt: instant('lastAbleAt') };
}
