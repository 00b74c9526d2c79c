import { hourStart } from './aggregate.ts';
import type { HistoryEntry } from './types.ts';

/** A status, and the run that it counts in. */
export interface InStatus {
  status: HistoryEntry['status'];
  productionRunId: number | null;
}

/** How the number of a run's trackers that enter or leave a status in a UTC hour (epoch milliseconds) changes. */
export interface StatusChange {
  productionRunId: number;
  hour: number;
  status: HistoryEntry['status'];
  entered: number;
  left: number;
}

/**
 * What a stretch of history adds to its run's counts, times `sign`: each entry is entered once, and the status before
 * it is left in the same hour. `before` is the status in force when the stretch begins, null while UNKNOWN. Counts stay
 * exact when the old stretch is subtracted and the new one added, however late a report is.
 */
export function statusChanges(
  before: InStatus | null,
  entries: readonly (InStatus & Pick<HistoryEntry, 'enteredAt'>)[],
  sign: 1 | -1,
): StatusChange[] {
  const changes: StatusChange[] = [];
  let previous = before;
  for (const { status, productionRunId, enteredAt } of entries) {
    const hour = hourStart(enteredAt);
    if (previous !== null && previous.productionRunId !== null) {
      changes.push({
        productionRunId: previous.productionRunId,
        hour,
        status: previous.status,
        entered: 0,
        left: sign,
      });
    }
    if (productionRunId !== null) changes.push({ productionRunId, hour, status, entered: sign, left: 0 });
    previous = { status, productionRunId };
  }
  return changes;
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
