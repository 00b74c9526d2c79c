import type { Point } from '../../../src-shared/contract/common.ts';
import type { FencePreviewResult } from '../../../src-shared/contract/fences.ts';
import { compareHistory } from '../../../src-shared/domain/status/history.ts';
import { type HistoryEntry, unknownState } from '../../../src-shared/domain/status/types.ts';
import { type Database, type Queryable, systemScope } from '../platform/db/queryable.ts';
import type { JobHandler } from '../platform/jobs/queue.ts';
import { periodsOf } from '../status/engine-store.ts';
import { foldSegments } from '../status/fold-tracker.ts';
import { entriesFrom } from '../status/history-store.ts';
import { readStatusRules } from '../status/rules.ts';
import { loadSegments } from '../status/segments.ts';
import { countTrackersOfFence, locationNames, trackersOfFence, trackersWithin } from './fence-samples-store.ts';
import { setFence } from './locations-store.ts';

export interface FencePreviewInput {
  locationId: number;
  geofenceRadiusM: number;
  position: Point | null;
}

/** Trackers per transaction; few, since their whole histories are read. */
const AT_ONCE = 20;
const EXAMPLES = 10;
const ENTRIES = 6;
const ALL = { from: -Infinity, until: Infinity };

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

interface Change {
  trackerId: number;
  removed: HistoryEntry[];
  added: HistoryEntry[];
  otherStatusNow: boolean;
}

/** Compares what the histories of these trackers would be with the changed fence to what they are. */
async function changesOf(
  tx: Queryable,
  input: FencePreviewInput,
  trackerIds: readonly number[],
): Promise<{ touched: number; changes: Change[] }> {
  const before = await trackersWithin(tx, input.locationId, trackerIds);
  await setFence(tx, input);
  const touched = [...new Set([...before, ...(await trackersWithin(tx, input.locationId, trackerIds))])];
  const rules = await readStatusRules(tx);
  const periods = await periodsOf(tx, touched);
  const stored = await entriesFrom(tx, { trackerIds: touched, from: touched.map(() => -Infinity) });
  const loaded = await loadSegments(
    tx,
    touched.map((trackerId) => ({ trackerId, periods: periods.get(trackerId)!, ...ALL })),
    { prior: 0, matchPrior: false },
  );
  const changes = touched.flatMap((trackerId, i): Change[] => {
    const is = stored.get(trackerId) ?? [];
    const { entries } = foldSegments(loaded[i]!, unknownState, rules);
    const { superseded, added } = compareHistory(is, entries);
    if (superseded.length + added.length === 0) return [];
    const gone = new Set(superseded);
    const [last, would] = [is.at(-1), entries.at(-1)];
    return [
      {
        trackerId,
        removed: is.filter((entry) => gone.has(entry.id)),
        added,
        otherStatusNow: last?.status !== would?.status || last?.locationId !== would?.locationId,
      },
    ];
  });
  return { touched: touched.length, changes };
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
      result.examples.push(...(await examples(db, changes.slice(0, EXAMPLES - result.examples.length), names)));
      done += trackers.length;
      progress(done, Math.max(total, done));
      after = last.id;
    }
    return { ...result };
  };
}

async function examples(db: Queryable, changes: readonly Change[], names: Map<number, string>) {
  const all = changes.flatMap(({ added, removed }) => [...added, ...removed]);
  const places = await locationNames(db, [...new Set(all.flatMap(({ locationId }) => locationId ?? []))]);
  const shown = (entries: readonly HistoryEntry[]) =>
    entries.slice(0, ENTRIES).map(({ status, locationId, enteredAt }) => ({
      status,
      location: locationId === null ? null : (places.get(locationId) ?? null),
      enteredAt: new Date(enteredAt).toISOString(),
    }));
  return changes.map(({ trackerId, added, removed }) => ({
    trackerId,
    tracker: names.get(trackerId) ?? `Tracker ${trackerId}`,
    removed: shown(removed),
    added: shown(added),
  }));
}
