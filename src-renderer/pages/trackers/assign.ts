import { call } from '../../api/client.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import type { Selected } from './use-selection.ts';

/** Trackers that one request may name. */
const CHUNK = 500;

export function* chunks<T>(items: readonly T[], size = CHUNK): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Moves trackers to a run, or out of theirs, in as many requests as it takes. `since` is an instant, `now` or `run-begins`. */
export async function assignTrackers(
  trackerIds: readonly number[],
  productionRunId: number | null,
  since?: string,
): Promise<{ moved: number; planned: number }> {
  const done = { moved: 0, planned: 0 };
  try {
    for (const ids of chunks(trackerIds)) {
      const body = { trackerIds: ids, productionRunId, ...(since === undefined ? {} : { since }) };
      const { moved, planned = 0 } = await call('assignTrackers', { body });
      done.moved += moved;
      done.planned += planned;
    }
  } finally {
    invalidateOperations(['listTrackers', 'countTrackers', 'getTracker', 'getOverview', 'listProductionRuns']);
  }
  return done;
}

/** Cancels the moves that are planned for trackers. */
export async function cancelPlanned(trackerIds: readonly number[]): Promise<void> {
  try {
    for (const ids of chunks(trackerIds)) await call('cancelPlannedPeriods', { body: { trackerIds: ids } });
  } finally {
    invalidateOperations(['listTrackers', 'getTracker']);
  }
}

/** Puts trackers back into the runs that they were in, each into its own; since the instant that they had moved. */
export async function restoreRuns(before: readonly Selected[], since?: string): Promise<void> {
  const byRun = Map.groupBy(before, ({ productionRun }) => productionRun?.id ?? null);
  for (const [runId, trackers] of byRun)
    await assignTrackers(
      trackers.map(({ id }) => id),
      runId,
      since,
    );
}
