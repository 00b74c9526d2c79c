import type { BoxDifference } from '../../../../src-shared/contract/box-differences.ts';
import { differencesOfActs, insertDifference, listDifferences } from '../../orders/box-differences-store.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { differenceOf } from '../replay/difference-of.ts';
import { countDifferences, putDifferences } from '../store/differences-store.ts';
import { anyWaiting, openConflicts, settleRow } from '../store/outbox-store.ts';
import type { Workstation } from '../workstation.ts';

/** A company with more boxes in disorder has other troubles; a station shows those of one order. */
const MOST = 5_000;
/** Conflicts looked at in one go; the rest has its turn some seconds later. */
const CONFLICTS = 500;

/**
 * Copies what boxes and orders of the company disagree about, tells of conflicts that the database hasn't heard of (former
 * versions kept them to themselves), and learns which were settled, wherever that was done. Returns whether anything changed.
 */
export async function syncDifferences(workstation: Workstation, db: Database): Promise<boolean> {
  const { store, clock, link } = workstation;
  const { items } = await listDifferences(db, { limit: MOST, state: 'unfinished' });
  if (workstation.problem !== null) return false;
  const before = JSON.stringify(countDifferences(store));
  if (link.state() !== 'offline' && !anyWaiting(store)) putDifferences(store, items);
  const changed = before !== JSON.stringify(countDifferences(store));
  const conflicts = openConflicts(store, CONFLICTS);
  if (conflicts.length === 0) return changed;
  const ids = conflicts.map(({ mutationId }) => mutationId);
  const known = new Map((await differencesOfActs(db, ids)).map((each) => [each.mutationId, each]));
  for (const row of conflicts) {
    const difference = known.get(row.mutationId);
    if (difference) {
      if (difference.state !== 'open') settleRow(store, row.sequence, settlementOf(difference));
      continue;
    }
    const made = row.centralAnswer && (await differenceOf(workstation, db, row, row.centralAnswer));
    if (made) await insertDifference(db, made, clock.now());
    else
      settleRow(store, row.sequence, {
        ...{ action: 'accept', by: '', at: clock.now().toISOString(), note: '', result: null },
      });
  }
  return true;
}

function settlementOf({ decision, done }: BoxDifference) {
  const { by, at } = decision ?? done!;
  return { action: decision?.action ?? ('take-out' as const), by, at, note: decision?.note ?? '', result: null };
}
