import sql from 'sql-template-tag';
import { ownClient } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/**
 * Puts trackers into a run, or out of any. Locks them in the order of their ids, so that two such moves can't deadlock.
 * Returns those that were not there already: whose history has to be folded again.
 */
export async function moveTrackers(
  tx: Transaction,
  trackerIds: readonly number[],
  productionRunId: number | null,
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    with moving as (
      select id from trackers t
      where id = any(${[...trackerIds]}::bigint[]) and production_run_id is distinct from ${productionRunId}::bigint
        and ${ownClient(tx, 't.client_id')}
      order by id for no key update)
    update trackers set production_run_id = ${productionRunId}::bigint from moving where trackers.id = moving.id
    returning trackers.id`);
  return rows.map((row) => row.id);
}
