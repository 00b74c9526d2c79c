import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/queryable.ts';

/**
 * Whose history has to be folded again. `locationId` means every tracker that the location's fence counts for, and
 * every tracker whose present history names it, so that it serves before or after a fence is detached or archived.
 */
export type RefoldTarget = { trackerIds: readonly number[] } | { productionRunId: number } | { locationId: number };

/** The reason that ingest queues trackers with: reports that were not there before. */
export const NEW_REPORTS = 'reports';

/** What a superseded history row says of why it was replaced: only a late report replaces what reports had said. */
export const supersededReason = (pending: string) => (pending === NEW_REPORTS ? 'late report' : pending);

/**
 * Queues trackers to be folded again from their first report, because something other than a report has changed:
 * a fence moved, resized, archived, attached or detached; a tracker in another run; a run with other dates.
 *
 * Call it in the transaction of that change, after it. The row lock on `status_pending` keeps the status engine from
 * folding the same tracker between the change and its commit. `reason` is what superseded history rows will say, as in
 * 'fence changed', 'run changed', 'run dates changed'. Trackers without reports are queued too: one of them may be
 * getting its first in a transaction that this one can't see yet. Returns how many trackers are queued.
 */
export async function queueRefold(tx: Queryable, target: RefoldTarget, reason: string, now: Date): Promise<number> {
  if ('trackerIds' in target && target.trackerIds.length === 0) return 0;
  const { rowCount } = await tx.query(sql`
    insert into status_pending (tracker_id, fold_from, reason, queued_at)
    select id, '-infinity', ${reason}, ${now} from trackers t where ${belongsTo(target)}
    -- Always in the same order, so that two such statements can't deadlock.
    order by id
    on conflict (tracker_id) do update set fold_from = '-infinity', fold_to = 'infinity', reason = excluded.reason`);
  return rowCount;
}

function belongsTo(target: RefoldTarget): Sql {
  if ('trackerIds' in target) return sql`t.id = any(${[...target.trackerIds]}::bigint[])`;
  if ('productionRunId' in target) return sql`t.production_run_id = ${target.productionRunId}`;
  return sql`(t.production_run_id in (select production_run_id from run_locations where location_id = ${target.locationId})
    or t.id in (select tracker_id from status_history where location_id = ${target.locationId} and superseded_at is null))`;
}
