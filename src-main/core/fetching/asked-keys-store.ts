import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/** How many keys a tracker of these has that can be asked for; 0 for none. Plan: the key of device_keys by tracker. */
export async function averageKeys(db: Queryable, trackerIds: readonly number[]): Promise<number> {
  if (trackerIds.length === 0) return 0;
  const { rows } = await db.query<{ count: number }>(sql`
    select count(*) as count from device_keys
    where tracker_id = any(${[...trackerIds]}::bigint[]) and data_key_id is not null`);
  return rows[0]!.count / trackerIds.length;
}
