import type { Point } from '../../../src-shared/contract/common.ts';
import type { FencePreviewResult } from '../../../src-shared/contract/fences.ts';
import { type Database, type Queryable, systemScope } from '../platform/db/queryable.ts';
import type { JobHandler } from '../platform/jobs/queue.ts';
import { periodsOf } from '../status/engine-store.ts';
import { differences, examplesOf, type HistoryDifference } from '../status/history-preview.ts';
import { readStatusRules } from '../status/rules.ts';
import { countTrackersOfFence, trackersOfFence, trackersWithin } from './fence-samples-store.ts';
import { setFence } from './locations-store.ts';

export interface FencePreviewInput {
  locationId: number;
  geofenceRadiusM: number;
  position: Point | null;
}

/** Trackers per transaction; few, since their whole histories are read. */
const AT_ONCE = 20;
const EXAMPLES = 10;

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

/** Compares what the histories of these trackers would be with the changed fence to what they are. */
async function changesOf(
  tx: Queryable,
  input: FencePreviewInput,
  trackerIds: readonly number[],
): Promise<{ touched: number; changes: HistoryDifference[] }> {
  const before = await trackersWithin(tx, input.locationId, trackerIds);
  await setFence(tx, input);
  const touched = [...new Set([...before, ...(await trackersWithin(tx, input.locationId, trackerIds))])];
  const periods = await periodsOf(tx, touched, await readStatusRules(tx));
  return { touched: touched.length, changes: await differences(tx, periods) };
}

/** Folds the trackers of a fence as if it were another one and tells what would change. Nothing of it is kept. */
export function fencePreviewJob({ db }: { db: Database }): JobHandler<FencePreviewInput> {
  return async ({ input, signal, progress }) => {
    const total = await countTrackersOfFence(db, input.locationId);
    const result: FencePreviewResult = {
      trackers: total,
      touched: 0,
      changed: 0,
      otherStatusNow: 0,
      entriesAdded: 0,
      entriesRemoved: 0,
      examples: [],
    };
    for (let after = 0, done = 0; ; ) {
      signal.throwIfAborted();
      const trackers = await trackersOfFence(db, input.locationId, after, AT_ONCE);
      const last = trackers.at(-1);
      if (last === undefined) break;
      const { touched, changes } = await dryRun(db, (tx) =>
        changesOf(
          tx,
          input,
          trackers.map(({ id }) => id),
        ),
      );
      result.touched += touched;
      result.changed += changes.length;
      for (const { added, removed, otherStatusNow } of changes) {
        result.entriesAdded += added.length;
        result.entriesRemoved += removed.length;
        if (otherStatusNow) result.otherStatusNow += 1;
      }
      const names = new Map(trackers.map(({ id, name }) => [id, name]));
      result.examples.push(...(await examplesOf(db, changes.slice(0, EXAMPLES - result.examples.length), names)));
      done += trackers.length;
      progress(done, Math.max(total, done));
      after = last.id;
    }
    return { ...result };
  };
}
