import type { Database } from '../platform/db/queryable.ts';
import { moveTrackers } from '../trackers/move-trackers.ts';

/** Puts trackers into a run, or out of any, as the product does. */
export const assignRun = (
  db: Database,
  trackerIds: readonly number[],
  productionRunId: number | null,
  now = new Date(),
) => db.transaction({ kind: 'system' }, (tx) => moveTrackers(tx, { trackerIds, productionRunId, now }));
