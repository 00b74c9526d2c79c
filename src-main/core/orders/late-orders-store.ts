import sql, { type Sql } from 'sql-template-tag';

/**
 * Whether the order `o`, with its run `r` if it has one, is late, as src-shared/domain/due-date.ts says: it still waits
 * for devices, and its due day is over where its run counts days, or in UTC without a run.
 */
export const isLate = (now: Date): Sql =>
  sql`(o.state = 'open' and o.due_date < (${now}::timestamptz at time zone coalesce(r.time_zone, 'UTC'))::date)`;
