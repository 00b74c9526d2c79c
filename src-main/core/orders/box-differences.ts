import {
  type BoxDifference,
  type DifferenceAction,
  type DifferenceReason,
  differenceReasons,
} from '../../../src-shared/contract/box-differences.ts';
import type { ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { allocate } from './allocation.ts';
import {
  decideDifference,
  differencesOf,
  finishDifference,
  giveReason,
  lastDeed,
  lastOrderEvent,
} from './box-differences-store.ts';
import { undoAllocation } from './undo-allocation.ts';

/** What refused an act: an answer that isn't the one that the person was told, or a problem. */
export type Refusal = { result: ScanResult } | { problem: { code: string; detail: string } };

const codes = new Set<string>(differenceReasons);
const plain = (code: DifferenceReason['code'], detail: string | null = null): DifferenceReason => ({
  ...{ code, by: null, at: null, otherOrder: null, detail },
});
const whoDid = (deed: { by: string; at: Date } | null) => (deed ? { by: deed.by, at: deed.at.toISOString() } : {});

/** Why the order refused, with who did that and when. `userId` is the person who acted. */
export async function reasonOf(
  db: Queryable,
  refusal: Refusal,
  { orderId, userId }: { orderId: number; userId: number | null },
): Promise<DifferenceReason> {
  if ('problem' in refusal) {
    const { code, detail } = refusal.problem;
    if (code === 'forbidden' && userId !== null)
      return { ...plain('person-not-allowed', detail), ...whoDid(await lastDeed(db, 'user.update', 'user', userId)) };
    if (code !== 'not-found') return plain('other', detail);
    const deleted = await lastDeed(db, 'customerOrder.delete', 'customer-order', orderId);
    return deleted ? { ...plain('order-deleted', detail), ...whoDid(deleted) } : plain('other', detail);
  }
  const { outcome, otherOrder, order } = refusal.result;
  if (outcome === 'order-closed') {
    const cancelled = order.state === 'cancelled';
    const deed = await lastOrderEvent(db, orderId, [cancelled ? 'cancelled' : 'closed']);
    return { ...plain(cancelled ? 'order-cancelled' : 'order-closed'), ...whoDid(deed) };
  }
  if (outcome === 'order-full') {
    const deed = await lastOrderEvent(db, orderId, ['filled', 'changed', 'split']);
    return { ...plain(deed && deed.kind !== 'filled' ? 'order-smaller' : 'order-full'), ...whoDid(deed) };
  }
  if (outcome === 'in-another-order' && otherOrder)
    return {
      ...plain('in-another-order'),
      by: otherOrder.allocatedBy,
      at: otherOrder.allocatedAt,
      otherOrder: { id: otherOrder.id, number: otherOrder.number },
    };
  return plain(codes.has(outcome) ? (outcome as DifferenceReason['code']) : 'other');
}

export interface Settle {
  ids: readonly number[];
  action: DifferenceAction;
  orderId?: number | undefined;
  note: string;
  userId: number;
}

/**
 * Settles differences: `accept` and `move` leave the device to be seen to, `retry` and `move` scan it again in the name
 * of who decides, `take-out` says that it was seen to. One that is refused again stays open, with the reason that holds
 * now; one that is done already is left as it is. Returns them as they are now, and the orders that were touched.
 */
export async function settleDifferences(
  tx: Transaction,
  settle: Settle,
  now: Date,
): Promise<{ items: BoxDifference[]; settled: number; refused: number; orderIds: Set<number> }> {
  const orderIds = new Set<number>();
  const refused = new Set<number>();
  for (const difference of await differencesOf(tx, settle.ids)) {
    if (difference.state === 'done') continue;
    orderIds.add(difference.order.id);
    if (settle.orderId !== undefined) orderIds.add(settle.orderId);
    if (!(await settleOne(tx, difference, settle, now))) refused.add(difference.id);
  }
  const items = await differencesOf(tx, settle.ids);
  return { items, settled: items.length - refused.size, refused: refused.size, orderIds };
}

/** Whether it took effect. */
async function settleOne(
  tx: Transaction,
  difference: BoxDifference,
  { action, orderId, note, userId }: Settle,
  now: Date,
): Promise<boolean> {
  const { id } = difference;
  const decide = () => decideDifference(tx, id, { action, userId, note, movedTo: orderId ?? null }, now);
  if (action === 'retry' || action === 'move') {
    const into = orderId ?? difference.order.id;
    const refusal = await again(tx, difference, into, userId, now);
    if (refusal !== null) {
      const found = await reasonOf(tx, refusal, { orderId: into, userId: null });
      // What another order says is no reason of this one.
      if (action === 'retry') await giveReason(tx, id, found);
      return false;
    }
  }
  await decide();
  // Moved at a desk: the device is still in this box until somebody has it in the hand.
  if (action === 'retry')
    await finishDifference(tx, id, difference.kind === 'take-out' ? 'belongs' : 'undone', userId, now);
  if (action === 'take-out') await finishDifference(tx, id, 'said', userId, now);
  return true;
}

/** Does the act again; null when it took effect. */
async function again(
  tx: Transaction,
  { kind, scanned, macAddress }: BoxDifference,
  orderId: number,
  userId: number,
  now: Date,
): Promise<Refusal | null> {
  try {
    if (kind === 'put-back') {
      await undoAllocation(tx, { orderId, macAddress: macAddress ?? scanned, userId }, now);
      return null;
    }
    const { result } = await allocate(tx, { orderId, scan: scanned, userId, fromDesk: true }, now);
    return result.outcome === 'allocated' || result.outcome === 'already-in-this-order' ? null : { result };
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'not-found' && error.code !== 'conflict')) throw error;
    return { problem: { code: error.code, detail: error.message } };
  }
}
