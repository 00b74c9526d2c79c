import sql, { raw, type Sql } from 'sql-template-tag';
import { clientOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/**
 * What a client may see of a tracker that was with another client before, as conditions of a query; migration 0037 says
 * the same in row level security. Column names are constants of the caller, never input.
 */

/**
 * The instant isn't within the time that the tracker was another client's. True for staff. One probe of
 * tracker_past_runs_tracker a row, and that table is nearly empty.
 */
export function ownTime(tx: Transaction, trackerId: string, at: string, until = at): Sql {
  const client = clientOf(tx);
  if (client === null) return sql`true`;
  const end =
    until === at ? sql`${raw(at)} < p.ends_at` : sql`coalesce(${raw(until)}, 'infinity'::timestamptz) <= p.ends_at`;
  return sql`not exists (select from tracker_past_runs p where p.tracker_id = ${raw(trackerId)}
    and p.client_id <> ${client}::bigint and ${raw(at)} >= p.starts_at and ${end})`;
}

/** The report was made within a run of the client that the tracker is or was in, and not while it was another's. */
export function ownReport(tx: Transaction, trackerId: string, at: string): Sql {
  const client = clientOf(tx);
  if (client === null) return sql`true`;
  return sql`exists (
      select from trackers t join production_runs run on run.client_id = t.client_id
        and (run.id = t.production_run_id or run.id in
          (select p.production_run_id from tracker_past_runs p where p.tracker_id = t.id and p.client_id = t.client_id))
      where t.id = ${raw(trackerId)} and t.client_id = ${client}::bigint
        and ${raw(at)} >= run_starts_at(run) and ${raw(at)} < run_ends_at(run))
    and ${ownTime(tx, trackerId, at)}`;
}

/** The history entry belongs to a run of the client. True for staff. */
export function ownEntry(tx: Transaction, entry: string): Sql {
  const client = clientOf(tx);
  if (client === null) return sql`true`;
  return sql`exists (select from production_runs run where run.id = ${raw(entry)}.production_run_id
      and run.client_id = ${client}::bigint)
    and ${ownTime(tx, `${entry}.tracker_id`, `${entry}.entered_at`, `${entry}.left_at`)}`;
}
