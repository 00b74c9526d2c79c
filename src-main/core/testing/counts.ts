import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/** How trackers are counted where that isn't what reading all of them gives: the oracle of `tracker_counts`. */
export async function miscounted(db: Queryable): Promise<unknown[]> {
  const { rows } = await db.query(sql`
    with counted as (
      select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, sum(trackers)::bigint as trackers
      from tracker_counts group by 1, 2, 3, 4, 5, 6, 7 having sum(trackers) <> 0
    ), all_read as (
      select t.client_id, t.production_run_id, t.key_batch_id, t.mac_address is not null as is_made,
        exists (select from device_allocations a where a.tracker_id = t.id and a.released_at is null) as is_allocated,
        t.retired_at is not null as is_retired, s.status, count(*) as trackers
      from trackers t join tracker_status s on s.tracker_id = t.id group by 1, 2, 3, 4, 5, 6, 7)
    (select 'read' as how, * from all_read except select 'read', * from counted)
    union all
    (select 'counted', * from counted except select 'counted', * from all_read)`);
  return rows;
}
