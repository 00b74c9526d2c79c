import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

/** Removes up to a small step of corrupt reports that came before; returns how many. Plan: corrupt_reports_pkey. */
export async function deleteCorruptBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from corrupt_reports where id in (
      select id from corrupt_reports where received_at < ${before} order by id limit 500)`);
  return rowCount;
}

/**
 * Drops the months of location reports that lie wholly before `cut`. Returns the names of the dropped partitions. Waits
 * two seconds at most for those who read them; SQLSTATE 55P03 (lock not available) otherwise.
 */
export async function dropReportsBefore(tx: Queryable, cut: Date): Promise<string[]> {
  await tx.query(sql`select set_config('lock_timeout', '2s', true)`);
  const { rows } = await tx.query<{ dropped: string[] }>(sql`select drop_location_reports_before(${cut}) as dropped`);
  return rows[0]!.dropped;
}
