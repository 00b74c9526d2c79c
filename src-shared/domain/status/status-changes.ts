import type { HistoryEntry } from './types.ts';

/** How the number of a run's trackers that enter or leave a status in a UTC hour (epoch milliseconds) changes. */
export interface StatusChange {
  productionRunId: number;
  hour: number;
  status: HistoryEntry['status'];
  entered: number;
  left: number;
}

/** Adds up changes of the same run, hour and status, and drops those that cancel out. Sorted by these three. */
export function addedUp(changes: readonly StatusChange[]): StatusChange[] {
  const sums = new Map<string, StatusChange>();
  for (const change of changes) {
    const key = `${change.productionRunId} ${change.hour} ${change.status}`;
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { ...change });
    else {
      known.entered += change.entered;
      known.left += change.left;
    }
  }
  return [...sums.values()]
    .filter(({ entered, left }) => entered !== 0 || left !== 0)
    .sort((a, b) => a.productionRunId - b.productionRunId || a.hour - b.hour || (a.status < b.status ? -1 : 1));
}
