import type { HistoryExample } from '../../../src-shared/contract/status-rules.ts';
import { compareHistory, type PeriodEntry, type StoredEntry } from '../../../src-shared/domain/status/history.ts';
import { type HistoryEntry, unknownState } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import type { FoldPeriod } from './engine-store.ts';
import { foldSegments } from './fold-tracker.ts';
import { entriesFrom } from './history-store.ts';
import { locationNames, runNames } from './preview-store.ts';
import { loadSegments } from './segments.ts';

/** How a tracker's history would change. */
export interface HistoryDifference {
  trackerId: number;
  removed: StoredEntry[];
  added: PeriodEntry[];
  otherStatusNow: boolean;
}

const ENTRIES = 6;
const ALL = { from: -Infinity, until: Infinity };

/** Folds trackers by these periods and their rules, with the fences as they are in this transaction, and compares. Writes nothing. */
export async function differences(
  tx: Queryable,
  periods: ReadonlyMap<number, readonly FoldPeriod[]>,
): Promise<HistoryDifference[]> {
  const trackerIds = [...periods.keys()];
  const stored = await entriesFrom(tx, { trackerIds, from: trackerIds.map(() => -Infinity) });
  const loaded = await loadSegments(
    tx,
    trackerIds.map((trackerId) => ({ trackerId, periods: periods.get(trackerId)!, ...ALL })),
    { prior: 0, matchPrior: false },
  );
  return trackerIds.flatMap((trackerId, i): HistoryDifference[] => {
    const is = stored.get(trackerId) ?? [];
    const { entries } = foldSegments(loaded[i]!, unknownState);
    const { superseded, added } = compareHistory(is, entries);
    if (superseded.length + added.length === 0) return [];
    const gone = new Set(superseded);
    const [last, would] = [is.at(-1), entries.at(-1)];
    const otherStatusNow = last?.status !== would?.status || last?.locationId !== would?.locationId;
    return [{ trackerId, removed: is.filter((entry) => gone.has(entry.id)), added, otherStatusNow }];
  });
}

/** What a change does to runs under way, and to runs that are over if they are named. */
export interface SplitDifferences {
  open: HistoryDifference[];
  /** By run, how many trackers' history would change. */
  finished: Map<number, number>;
}

/** Differences of runs under way apart from those of runs that are over by then (epoch milliseconds). */
export function splitByEnd(
  all: readonly HistoryDifference[],
  periods: ReadonlyMap<number, readonly FoldPeriod[]>,
  now: number,
): SplitDifferences {
  const over = new Map(
    [...periods.values()]
      .flat()
      .filter(({ window }) => window.endsAt <= now)
      .map(({ id, productionRunId }) => [id, productionRunId]),
  );
  const runOf = ({ runPeriodId }: { runPeriodId: number | null }) => over.get(runPeriodId ?? 0);
  const finished = new Map<number, number>();
  const open = all.flatMap((difference): HistoryDifference[] => {
    const entries = [...difference.removed, ...difference.added];
    for (const run of new Set(entries.flatMap((entry) => runOf(entry) ?? [])))
      finished.set(run, (finished.get(run) ?? 0) + 1);
    const removed = difference.removed.filter((entry) => runOf(entry) === undefined);
    const added = difference.added.filter((entry) => runOf(entry) === undefined);
    return removed.length + added.length === 0 ? [] : [{ ...difference, removed, added }];
  });
  return { open, finished };
}

interface Counts {
  changed: number;
  otherStatusNow: number;
  entriesAdded: number;
  entriesRemoved: number;
  examples: HistoryExample[];
}
const EXAMPLES = 10;

/** Adds up what a preview finds out, batch by batch. */
export function previewSums(db: Queryable, counts: Counts) {
  const finished = new Map<number, number>();
  return {
    async add(split: SplitDifferences, trackers: readonly { id: number; name: string }[]) {
      for (const [run, count] of split.finished) finished.set(run, (finished.get(run) ?? 0) + count);
      counts.changed += split.open.length;
      for (const { added, removed, otherStatusNow } of split.open) {
        counts.entriesAdded += added.length;
        counts.entriesRemoved += removed.length;
        if (otherStatusNow) counts.otherStatusNow += 1;
      }
      const names = new Map(trackers.map(({ id, name }) => [id, name]));
      counts.examples.push(...(await examplesOf(db, split.open.slice(0, EXAMPLES - counts.examples.length), names)));
    },
    async finishedRuns() {
      return (await runNames(db, [...finished.keys()])).map((run) => ({ ...run, changed: finished.get(run.id)! }));
    },
  };
}

/** Differences as a preview shows them: the first few entries of each, with names. */
async function examplesOf(
  db: Queryable,
  some: readonly HistoryDifference[],
  names: ReadonlyMap<number, string>,
): Promise<HistoryExample[]> {
  const all = some.flatMap(({ added, removed }): HistoryEntry[] => [...added, ...removed]);
  const places = await locationNames(db, [...new Set(all.flatMap(({ locationId }) => locationId ?? []))]);
  const shown = (entries: readonly HistoryEntry[]) =>
    entries.slice(0, ENTRIES).map(({ status, locationId, enteredAt }) => ({
      status,
      location: locationId === null ? null : (places.get(locationId) ?? null),
      enteredAt: new Date(enteredAt).toISOString(),
    }));
  return some.map(({ trackerId, added, removed }) => ({
    trackerId,
    tracker: names.get(trackerId) ?? `Tracker ${trackerId}`,
    removed: shown(removed),
    added: shown(added),
  }));
}
