import sql, { type Sql } from 'sql-template-tag';
import type { Status } from '../../../src-shared/contract/status.ts';
import type { FenceTimes, FoldState, RunWindow, StatusRules } from '../../../src-shared/domain/status/types.ts';
import { epochMs, fromEpochMs } from '../platform/db/epoch.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { fenceTimesOf } from './fences-in-time-store.ts';

/** A tracker whose history has to be folded, locked until the end of the transaction. Times are epoch milliseconds. */
export interface PendingTracker {
  trackerId: number;
  foldFrom: number;
  /** Time of the last new report; infinity when not only new reports are the reason. */
  foldTo: number;
  reason: string;
  /** Whether fences are the reason, so that `foldFrom` is still to be found. */
  hasReach: boolean;
  /** The period that the state is of: the present one, or null out of any run. */
  runPeriodId: number | null;
  state: FoldState;
}

interface PendingRow {
  tracker_id: number;
  fold_from: number;
  fold_to: number;
  reason: string;
  has_reach: boolean;
  run_period_id: number | null;
  status: Status;
  location_id: number | null;
  since: number | null;
  exit_streak: number;
  exit_since: number | null;
  folded_at: number | null;
  folded_hash: string | null;
}

/**
 * For this transaction: every table is read by its keys, whatever the statistics say. They lag behind a bulk of new
 * reports or a month that has just begun, and a scan of a table per tracker is what that would cost. Sorts of a batch
 * stay in memory.
 */
export async function planByKeys(tx: Queryable): Promise<void> {
  await tx.query(sql`
    select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true), set_config('work_mem', '32MB', true)`);
}

/** Whether a tracker waits for a fold, whoever has it in hand. By the same indexes as `takePending`. */
export async function isAnyPending(db: Queryable, until: Date): Promise<boolean> {
  const { rows } = await db.query<{ pending: boolean }>(sql`
    select exists (select from status_pending p where p.reports_at is not null and p.reports_at <= ${until})
      or exists (select from status_pending p where p.reports_at is null and p.queued_at <= ${until}) as pending`);
  return rows[0]!.pending;
}

/** Trackers with new reports, or those that wait for another reason alone. */
export type PendingKind = 'reports' | 'others';

/** Written out, so that the planner knows which partial index it is. */
const inOrder: Record<PendingKind, (until: Date) => Sql> = {
  reports: (until) =>
    sql`where p.reports_at is not null and p.reports_at <= ${until} order by p.reports_at, p.tracker_id`,
  others: (until) => sql`where p.reports_at is null and p.queued_at <= ${until} order by p.queued_at, p.tracker_id`,
};

/**
 * Takes up to `limit` pending trackers of a kind, longest waiting first, that no other engine holds. Both rows are locked
 * here at once and without waiting, so that neither ingest nor another engine can deadlock with this transaction.
 * Postponed ones (queued far ahead) are left; `until` is a little ahead, since clocks of consoles differ. By the indexes
 * `status_pending_reports` and `status_pending_others`.
 */
export async function takePending(
  tx: Queryable,
  kind: PendingKind,
  limit: number,
  until: Date,
): Promise<PendingTracker[]> {
  const { rows } = await tx.query<PendingRow>(sql`
    select p.tracker_id, ${epochMs('p.fold_from')} as fold_from, ${epochMs('p.fold_to')} as fold_to, p.reason,
      p.reach is not null as has_reach, s.run_period_id, s.status, s.location_id,
      ${epochMs('s.status_since')} as since, s.exit_streak, ${epochMs('s.exit_since')} as exit_since,
      ${epochMs('s.folded_at')} as folded_at, encode(s.folded_hash, 'hex') as folded_hash
    from status_pending p join tracker_status s on s.tracker_id = p.tracker_id
    ${inOrder[kind](until)}
    limit ${limit}
    for update of p, s skip locked`);
  return rows.map((row) => ({
    trackerId: row.tracker_id,
    foldFrom: row.fold_from,
    foldTo: row.fold_to,
    reason: row.reason,
    hasReach: row.has_reach,
    runPeriodId: row.run_period_id,
    state: {
      status: row.status,
      locationId: row.location_id,
      since: row.since,
      exitStreak: row.exit_streak,
      exitSince: row.exit_since,
      last: row.folded_at === null ? null : { at: row.folded_at, hash: row.folded_hash ?? '' },
    },
  }));
}

/** The largest accuracy a report can have: one unsigned byte. What rule 2 of docs/domain-rules.md#status needs. */
const LARGEST_ACCURACY_M = 255;

/**
 * The first report of each tracker that a changed fence may matter to: one within its reach, as it was or as it is.
 * Trackers without one are left out. Reads a tracker's reports by the primary key and measures those whose boxes
 * overlap.
 */
export async function firstWithinReach(tx: Queryable, trackerIds: readonly number[]): Promise<Map<number, number>> {
  if (trackerIds.length === 0) return new Map();
  const { rows } = await tx.query<{ id: number; at: number }>(sql`
    select p.tracker_id as id, ${epochMs('r.reported_at')} as at
    from status_pending p
    cross join lateral (
      select array_agg(coalesce(s.outline, s.position)) as places,
        array_agg(s.radius_m + ${LARGEST_ACCURACY_M}::float8) as metres
      from fence_shapes s where s.id in (select value::bigint from jsonb_array_elements_text(p.reach) as e(value))) as f
    cross join lateral (
      select r.reported_at from location_reports r
      where r.tracker_id = p.tracker_id and exists (
        select from unnest(f.places, f.metres) as f(place, reach) where ST_DWithin(r.position, f.place, f.reach))
      order by r.reported_at limit 1) as r
    where p.tracker_id = any(${[...trackerIds]}::bigint[]) and p.reach is not null`);
  return new Map(rows.map((row) => [row.id, row.at]));
}

/** A live run period, as the fold reads it; epoch milliseconds, minus infinity and infinity where it has no limit. */
export interface FoldPeriod {
  id: number;
  productionRunId: number;
  clientId: number;
  from: number;
  to: number;
  window: RunWindow;
  /** What its run is folded by: the present settings, or those that a finished run keeps. */
  rules: StatusRules;
  /** Of its run's fences. */
  fenceTimes: FenceTimes;
}

/**
 * The live periods of each tracker, in the order of time. `present` are the settings as they are now. A statement of its own, after the locks are held: whoever
 * changes a period, the dates of a run or its fences also queues its trackers, so what is read now stays true until the end of the
 * transaction.
 */
export async function periodsOf(
  tx: Queryable,
  trackerIds: number[],
  present: StatusRules,
): Promise<Map<number, FoldPeriod[]>> {
  type Row = Omit<FoldPeriod, 'window' | 'fenceTimes'> & RunWindow & { trackerId: number; kept: StatusRules | null };
  const { rows } = await tx.query<Row>(sql`
    select p.tracker_id as "trackerId", p.id, p.production_run_id as "productionRunId", p.client_id as "clientId",
      ${epochMs('p.starts_at')} as from, ${epochMs('p.ends_at')} as to, ${epochMs('run_starts_at(run)')} as "startsAt",
      ${epochMs('run_ends_at(run)')} as "endsAt", case when k.production_run_id is not null then json_build_object(
        'exitConfirmations', k.exit_confirmations, 'maxAccuracyM', k.max_accuracy_m) end as kept
    from run_periods p join production_runs run on run.id = p.production_run_id
      left join run_status_rules k on k.production_run_id = run.id
    where p.tracker_id = any(${trackerIds}::bigint[]) and p.voided_at is null
    order by p.tracker_id, p.starts_at`);
  const times = await fenceTimesOf(tx, [...new Set(rows.map(({ productionRunId }) => productionRunId))]);
  const always: FenceTimes = new Map();
  const periods = new Map(trackerIds.map((id): [number, FoldPeriod[]] => [id, []]));
  for (const { trackerId, startsAt, endsAt, kept, ...period } of rows) {
    const fenceTimes = times.get(period.productionRunId) ?? always;
    periods.get(trackerId)!.push({ ...period, window: { startsAt, endsAt }, rules: kept ?? present, fenceTimes });
  }
  return periods;
}

export interface Extent {
  /** Epoch milliseconds: the fold may stop before this, or infinity. */
  until: number;
  /** Reports from the tracker's time until then, counted up to the limit + 1. */
  count: number;
}

/**
 * How much each tracker's fold reads: all from `from` on, or, where `after` is finite, only to the end of the hour in
 * which the next report that counts lies. By the primary key of the reports.
 */
export async function extentsOf(
  tx: Queryable,
  wanted: readonly { trackerId: number; from: number; after: number }[],
  limit: number,
): Promise<Map<number, Extent>> {
  const { rows } = await tx.query<Extent & { tracker_id: number }>(sql`
    select w.tracker_id, ${epochMs('u.until')} as until, c.count
    from unnest(${wanted.map((w) => w.trackerId)}::bigint[], ${wanted.map((w) => w.from)}::float8[],
      ${wanted.map((w) => w.after)}::float8[]) as w(tracker_id, from_ms, after_ms)
    cross join lateral (
      select coalesce(date_trunc('hour', (
        select r.reported_at from location_reports r
        where w.after_ms < 'infinity' and r.tracker_id = w.tracker_id and r.left_out_reason is null
          and r.reported_at > ${fromEpochMs('w.after_ms')}
        order by r.reported_at limit 1), 'UTC') + interval '1 hour', 'infinity') as until offset 0) as u
    cross join lateral (
      select count(*) from (
        select from location_reports r
        where r.tracker_id = w.tracker_id and r.reported_at >= ${fromEpochMs('w.from_ms')} and r.reported_at < u.until
        limit ${limit + 1}) as few) as c`);
  return new Map(rows.map(({ tracker_id, ...extent }) => [tracker_id, extent]));
}

/**
 * Where to stop when a tracker has more than `limit` reports from a time on: the beginning of the hour of the first that
 * is too many, or the next hour when all are of one, since a fold only goes on at the beginning of an hour. Infinity when
 * there is none.
 */
export async function cutAfter(tx: Queryable, trackerId: number, from: number, limit: number): Promise<number> {
  const { rows } = await tx.query<{ cut: number }>(sql`
    with r as (
      select reported_at from location_reports
      where tracker_id = ${trackerId} and reported_at >= to_timestamp(${from}::float8 / 1000)
      order by reported_at limit ${limit + 1}
    ), ends as (
      select date_trunc('hour', min(reported_at), 'UTC') as first, date_trunc('hour', max(reported_at), 'UTC') as last from r
    )
    select ${epochMs('cut')} as cut from ends cross join lateral (
      select case when last > first then last else coalesce((
        select date_trunc('hour', min(reported_at), 'UTC') from location_reports
        where tracker_id = ${trackerId} and reported_at >= first + interval '1 hour'), 'infinity')
      end as cut) as chosen`);
  return rows[0]!.cut;
}

/** Writes the state that each fold ended in. The columns about the newest report are ingest's. */
export async function saveStates(
  tx: Queryable,
  states: { trackerId: number; runPeriodId: number | null; state: FoldState }[],
): Promise<void> {
  if (states.length === 0) return;
  const of = <T>(value: (state: FoldState) => T) => states.map(({ state }) => value(state));
  await tx.query(sql`
    update tracker_status s set status = w.status, location_id = w.location_id, status_since = ${fromEpochMs('w.since')},
      exit_streak = w.exit_streak, exit_since = ${fromEpochMs('w.exit_since')}, folded_at = ${fromEpochMs('w.folded_at')},
      folded_hash = decode(w.folded_hash, 'hex'), run_period_id = w.run_period_id
    from unnest(${states.map(({ trackerId }) => trackerId)}::bigint[], ${of((s) => s.status)}::text[],
      ${of((s) => s.locationId)}::bigint[], ${of((s) => s.since)}::float8[], ${of((s) => s.exitStreak)}::integer[],
      ${of((s) => s.exitSince)}::float8[], ${of((s) => s.last?.at ?? null)}::float8[],
      ${of((s) => s.last?.hash ?? null)}::text[], ${states.map(({ runPeriodId }) => runPeriodId)}::bigint[])
      as w(tracker_id, status, location_id, since, exit_streak, exit_since, folded_at, folded_hash, run_period_id)
    where s.tracker_id = w.tracker_id`);
}

/** Takes trackers out of the queue: their fold is complete. */
export async function finishPending(tx: Queryable, trackerIds: number[]): Promise<void> {
  if (trackerIds.length === 0) return;
  await tx.query(sql`delete from status_pending where tracker_id = any(${trackerIds}::bigint[])`);
}

/** Leaves trackers in the queue, each to be folded on from a time (epoch milliseconds) in a later transaction. */
export async function continueLater(
  tx: Queryable,
  trackers: readonly { trackerId: number; from: number }[],
): Promise<void> {
  if (trackers.length === 0) return;
  await tx.query(sql`
    update status_pending p set fold_from = ${fromEpochMs('w.from_ms')}, fold_to = 'infinity', reach = null
    from unnest(${trackers.map((t) => t.trackerId)}::bigint[], ${trackers.map((t) => t.from)}::float8[])
      as w(tracker_id, from_ms)
    where p.tracker_id = w.tracker_id`);
}

/** Puts a tracker whose fold fails behind all others until a later time, so that it holds nobody up. */
export async function postpone(tx: Queryable, trackerId: number, until: Date): Promise<void> {
  await tx.query(sql`
    update status_pending set queued_at = ${until}, reports_at = case when reports_at is not null then ${until}::timestamptz end
    where tracker_id = ${trackerId}`);
}
