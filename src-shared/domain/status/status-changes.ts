import { hourStart } from './aggregate.ts';
import type { HistoryEntry } from './types.ts';

/** A status in a run, as far as it counts there. */
export interface InStatus {
  status: HistoryEntry['status'];
  productionRunId: number | null;
}

/** By how much the trackers of a run that enter or leave a status in a UTC hour (epoch milliseconds) change. */
export interface StatusChange {
  productionRunId: number;
  hour: number;
  status: HistoryEntry['status'];
  entered: number;
  left: number;
}

/**
 * What a stretch of history adds to its run's counts, times `sign`: each entry is entered once, and what was before it
 * is left in the same hour. `before` is what is in force when the stretch begins, null while UNKNOWN. Taking the old
 * stretch off and adding the new one keeps counts exact, however late a report is.
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

/** Changes of the same run, hour and status added up; those that cancel out are gone. In the order of their keys. */
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
