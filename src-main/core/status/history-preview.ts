import type { HistoryExample } from '../../../src-shared/contract/status-rules.ts';
import { compareHistory, type PeriodEntry, type StoredEntry } from '../../../src-shared/domain/status/history.ts';
import { type HistoryEntry, unknownState } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import type { FoldPeriod } from './engine-store.ts';
import { foldSegments } from './fold-tracker.ts';
import { entriesFrom } from './history-store.ts';
import { locationNames } from './preview-store.ts';
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

/** Differences as a preview shows them: the first few entries of each, with names. */
export async function examplesOf(
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
