import { call } from '../../api/client.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import type { Selected } from './use-selection.ts';

/** Trackers that one request may name. */
const CHUNK = 500;

export function* chunks<T>(items: readonly T[], size = CHUNK): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Moves trackers to a run, or out of theirs, in as many requests as it takes. @returns how many moved */
export async function assignTrackers(trackerIds: readonly number[], productionRunId: number | null): Promise<number> {
  let moved = 0;
  try {
    for (const ids of chunks(trackerIds))
      moved += (await call('assignTrackers', { body: { trackerIds: ids, productionRunId } })).moved;
  } finally {
    invalidateOperations(['listTrackers', 'countTrackers', 'getTracker', 'getOverview', 'listProductionRuns']);
  }
  return moved;
}

/** Puts trackers back into the runs that they were in, each into its own. */
export async function restoreRuns(before: readonly Selected[]): Promise<void> {
  const byRun = Map.groupBy(before, ({ productionRun }) => productionRun?.id ?? null);
  for (const [runId, trackers] of byRun)
    await assignTrackers(
      trackers.map(({ id }) => id),
      runId,
    );
}
