import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/**
 * Whose history has to be folded again. `productionRunIds` means every tracker that is or was in one of these runs.
 */
export type RefoldTarget = { trackerIds: readonly number[] } | { productionRunIds: readonly number[] } | 'all';

/** The reason that ingest queues trackers with: reports that were not there before. */
const NEW_REPORTS = 'reports';

/** What a superseded history row says of why it was replaced: only a late report replaces what reports had said. */
export const supersededReason = (pending: string) => (pending === NEW_REPORTS ? 'late report' : pending);

/** From when on a refold may change anything; from the first report on where neither is said. */
export interface RefoldExtent {
  /** Epoch milliseconds. */
  from?: number;
  /** Ids of shapes of fences, as they were and as they are: from the first report on that one of them may reach. */
  reach?: readonly number[];
}

/**
 * Queues trackers to be folded again, because something other than a report has changed: a fence moved, resized,
 * archived, attached or detached; a tracker in another run; a run with other dates.
 *
 * Call it in the transaction of that change, after it. The row lock on `status_pending` keeps the status engine from
 * folding the same tracker between the change and its commit. `reason` is what superseded history rows will say, as in
 * 'fence changed', 'run changed', 'run dates changed'. Trackers without reports are queued too: one of them may be
 * getting its first in a transaction that this one can't see yet. The engine finds out, tracker by tracker, which of
 * them a fence's `reach` really concerns. Returns how many trackers are queued.
 */
export async function queueRefold(
  tx: Queryable,
  target: RefoldTarget,
  reason: string,
  now: Date,
  extent: RefoldExtent = {},
): Promise<number> {
  if (target !== 'all' && 'trackerIds' in target && target.trackerIds.length === 0) return 0;
  const { reach } = extent;
  const from = extent.from ?? (reach ? Infinity : -Infinity);
  const { rowCount } = await tx.query(sql`
    insert into status_pending as p (tracker_id, fold_from, reason, queued_at, reach)
    select id, to_timestamp(${from}::float8 / 1000), ${reason}, ${now}, ${reach ? JSON.stringify(reach) : null}::jsonb
    from trackers t where ${belongsTo(target)}
    -- Always in the same order, so that two such statements can't deadlock.
    order by id
    on conflict (tracker_id) do update set fold_from = least(p.fold_from, excluded.fold_from), fold_to = 'infinity',
      reason = excluded.reason,
      reach = case when p.reach is null then excluded.reach else p.reach || coalesce(excluded.reach, '[]') end`);
  return rowCount;
}

/** Ties queued trackers to the job that shows their progress; a later job takes over those of an earlier one. */
export async function tieRefold(tx: Queryable, target: RefoldTarget, jobId: number): Promise<void> {
  await tx.query(sql`
    update status_pending p set refold_job_id = ${jobId}::bigint
    where p.tracker_id in (select id from trackers t where ${belongsTo(target)})`);
}

export interface RefoldsLeft {
  waiting: number;
  /** Their fold fails; they are tried again later. */
  postponed: number;
}

/** How many trackers of a refold are not folded yet. By the partial index `status_pending_refold`. */
export async function refoldsLeft(db: Queryable, jobId: number, now: Date): Promise<RefoldsLeft> {
  // A console whose clock is a few minutes ahead queues into the future; what is postponed lies further ahead.
  const soon = new Date(now.getTime() + 5 * 60_000);
  const { rows } = await db.query<RefoldsLeft>(sql`
    select count(*) filter (where queued_at <= ${soon})::int as waiting,
      count(*) filter (where queued_at > ${soon})::int as postponed
    from status_pending where refold_job_id = ${jobId}::bigint`);
  return rows[0]!;
}

function belongsTo(target: RefoldTarget): Sql {
  if (target === 'all') return sql`true`;
  if ('trackerIds' in target) return sql`t.id = any(${[...target.trackerIds]}::bigint[])`;
  const runs = sql`any(${[...target.productionRunIds]}::bigint[])`;
  // By trackers_run and run_periods_past.
  return sql`(t.production_run_id = ${runs} or t.id in (select p.tracker_id from run_periods p
    where p.production_run_id = ${runs} and p.voided_at is null and p.ends_at < 'infinity'))`;
}
