import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/** The jobs that made a batch, or found a device that is none of it: a screen leads to them. */
export const namedJobs = sql`
  select job_id from key_batches where job_id is not null union select job_id from unexpected_devices`;

/** Removes up to a small step of deliveries that were over before; returns how many. Plan: webhook_deliveries_pkey. */
export async function deleteOldDeliveries(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries
      where next_attempt_at is null and coalesce(delivered_at, last_attempt_at) < ${before} order by id limit 500)`);
  return rowCount;
}
