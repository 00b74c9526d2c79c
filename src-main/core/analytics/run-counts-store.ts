import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/** Adds what has changed of runs' deliveries and open alerts to the sums, as `sumTrackerCounts` does of trackers. */
export async function sumRunCounts(tx: Queryable): Promise<void> {
  await tx.query(sql`
    with taken as (
      delete from run_count_changes returning *
    )
    insert into run_count_sums as s
    select production_run_id, client_id, sum(delivered), sum(open_alerts) from taken group by 1, 2 order by 1, 2
    on conflict (production_run_id, client_id)
    do update set delivered = s.delivered + excluded.delivered, open_alerts = s.open_alerts + excluded.open_alerts`);
  await tx.query(sql`delete from run_count_sums where delivered = 0 and open_alerts = 0`);
}
