import sql, { raw, type Sql } from 'sql-template-tag';
import { clientOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/**
 * The report of location_reports, which the query calls `table`, was made in a run period of the client, within the dates
 * of the run; true for staff. As a condition of a query; row level security says the same. `table` is a constant of the
 * caller, never input. Its stamp tells; only one that was stored before there were stamps, and whose month has not been
 * stamped yet, is looked up among the periods.
 */
export function ownReport(tx: Transaction, table: string): Sql {
  const client = clientOf(tx);
  if (client === null) return sql`true`;
  const of = raw(table);
  return sql`(${of}.client_id = ${client}::bigint or ${of}.client_id = -1 and exists (
    select from run_periods p join production_runs run on run.id = p.production_run_id
    where p.tracker_id = ${of}.tracker_id and p.client_id = ${client}::bigint and p.voided_at is null
      and ${of}.reported_at >= greatest(p.starts_at, run_starts_at(run))
      and ${of}.reported_at < least(p.ends_at, run_ends_at(run))))`;
}
