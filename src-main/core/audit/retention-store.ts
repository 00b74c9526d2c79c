import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';
import { BEGINNING, type Link } from './audit-log-store.ts';

const DAY_MS = 86_400_000;

/**
 * Removes what is older than so many days from the beginning of the log, whole days (UTC) at a time, so that the entry that
 * says so is written once a day at most; null keeps all. Returns how many entries were removed.
 */
export async function forgetAudit(db: Queryable, days: number | null, now: Date): Promise<number> {
  if (days === null) return 0;
  const before = new Date(Math.floor(now.getTime() / DAY_MS - days) * DAY_MS);
  const { rows } = await db.query<{ removed: number | null }>(sql`
    select forget_audit_before(${before}::timestamptz, ${now}::timestamptz) as removed`);
  return rows[0]?.removed ?? 0;
}

/** What retention has removed: the last of those entries, by which the first that is left goes on, and when. */
export interface Removed extends Link {
  at: Date;
}

/**
 * What the log says that retention has removed, if the log begins there; null for a log that begins with its first entry, or
 * whose beginning is gone without a word. Plan: both ends of the primary key, and audit_log_action.
 */
export async function removedFrom(tx: Queryable): Promise<Removed | null> {
  const { rows } = await tx.query<Removed>(sql`
    select told.id, told.hash, told.at
    from (
      select (details ->> 'upTo')::bigint as id, details ->> 'hash' as hash, at from audit_entries
      where action = 'audit.retention' order by sequence desc limit 1) told
    where told.id = (select min(id) from audit_log) - 1`);
  return rows[0] ?? null;
}

/** Where a walk along the whole chain begins. */
export const beginningLink = (removed: Removed | null): Link =>
  removed === null ? BEGINNING : { id: removed.id, hash: removed.hash };
