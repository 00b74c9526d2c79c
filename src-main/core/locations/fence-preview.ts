import type { MultiPolygon, Point } from '../../../src-shared/contract/common.ts';
import type { FencePreviewResult } from '../../../src-shared/contract/fences.ts';
import { type Database, type Queryable, systemScope } from '../platform/db/queryable.ts';
import type { JobHandler } from '../platform/jobs/queue.ts';
import { periodsOf } from '../status/engine-store.ts';
import { followFences } from '../status/fences-in-time.ts';
import { differences, previewSums, splitByEnd } from '../status/history-preview.ts';
import { readStatusRules } from '../status/rules.ts';
import { countTrackersOfFence, finishedRunsOfFence, trackersOfFence, trackersWithin } from './fence-samples-store.ts';
import { setLocationRuns, updateLocation } from './locations-store.ts';

export interface FencePreviewInput {
  locationId: number;
  geofenceRadiusM?: number | undefined;
  outline?: MultiPolygon | null | undefined;
  position?: Point | undefined;
  productionRunId?: number | null | undefined;
  productionRunIds?: number[] | undefined;
  /** An instant, or null where the present shape is corrected. */
  fenceChangedAt: string | null;
  /** Epoch milliseconds: when it was asked for. */
  now: number;
}

/** Trackers per transaction; few, since their whole histories are read. */
const AT_ONCE = 20;

/** Thrown to end a transaction that must leave nothing behind; carries what it found out. */
class DryRun<T> extends Error {
  readonly found: T;
  constructor(found: T) {
    super('a dry run is rolled back');
    this.found = found;
  }
}

/** Does something in a transaction that is always rolled back. */
async function dryRun<T>(db: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  try {
    await db.transaction(systemScope, async (tx) => {
      throw new DryRun(await work(tx));
    });
  } catch (error) {
    if (error instanceof DryRun) return error.found as T;
    throw error;
  }
  throw new Error('a dry run was committed');
}

/**
 * Makes the change, and compares what the histories of the next trackers would be to what they are. Runs that are over
 * take it up too, as if they were named. Null when no tracker is left.
 */
async function changesOf(tx: Queryable, input: FencePreviewInput, after: number) {
  const { locationId, productionRunIds, fenceChangedAt } = input;
  const now = new Date(input.now);
  await updateLocation(tx, locationId, input, now);
  if (productionRunIds) await setLocationRuns(tx, locationId, productionRunIds);
  const since = fenceChangedAt === null ? null : Date.parse(fenceChangedAt);
  const finishedRunIds = await finishedRunsOfFence(tx, locationId, now);
  await followFences(tx, { locationIds: [locationId], since, finishedRunIds, now });
  const trackers = await trackersOfFence(tx, locationId, after, AT_ONCE);
  const last = trackers.at(-1);
  if (last === undefined) return null;
  const touched = await trackersWithin(
    tx,
    locationId,
    trackers.map(({ id }) => id),
  );
  const periods = await periodsOf(tx, touched, await readStatusRules(tx));
  const split = splitByEnd(await differences(tx, periods), periods, input.now);
  return { trackers, touched: touched.length, split, last: last.id };
}

/** Folds the trackers of a fence as if it were another one and tells what would change. Nothing of it is kept. */
export function fencePreviewJob({ db }: { db: Database }): JobHandler<FencePreviewInput> {
  return async ({ input, signal, progress }) => {
    const total = await countTrackersOfFence(db, input.locationId);
    const result: FencePreviewResult = {
      trackers: 0,
      touched: 0,
      changed: 0,
      otherStatusNow: 0,
      entriesAdded: 0,
      entriesRemoved: 0,
      finishedRuns: [],
      examples: [],
    };
    const sums = previewSums(db, result);
    for (let after = 0; ; ) {
      signal.throwIfAborted();
      const found = await dryRun(db, (tx) => changesOf(tx, input, after));
      if (found === null) break;
      result.trackers += found.trackers.length;
      result.touched += found.touched;
      await sums.add(found.split, found.trackers);
      progress(result.trackers, Math.max(total, result.trackers));
      after = found.last;
    }
    result.finishedRuns = await sums.finishedRuns();
    return { ...result };
  };
}
