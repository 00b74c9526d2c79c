import sql, { raw, type Sql } from 'sql-template-tag';
import { clientOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/**
 * The report was made in a run period of the client, within the dates of the run; true for staff. As a condition of a
 * query; row level security says the same. Column names are constants of the caller, never input. One probe of
 * run_periods_tracker a row. History, sums and deliveries have their client as a column.
 */
export function ownReport(tx: Transaction, trackerId: string, at: string): Sql {
  const client = clientOf(tx);
  if (client === null) return sql`true`;
  return sql`exists (select from run_periods p join production_runs run on run.id = p.production_run_id
    where p.tracker_id = ${raw(trackerId)} and p.client_id = ${client}::bigint and p.voided_at is null
      and ${raw(at)} >= greatest(p.starts_at, run_starts_at(run)) and ${raw(at)} < least(p.ends_at, run_ends_at(run)))`;
}
