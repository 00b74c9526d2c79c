import type { ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import type { RecentOrder, ReturnOutcome, ReturnScan } from '../../../src-shared/contract/returns.ts';
import type { ReturnReason } from '../../../src-shared/contract/trackers.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { storableText } from '../../../src-shared/domain/storable-text.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { correctedMac } from '../trackers/corrections-store.ts';
import { refoldMoved, undoMoves } from '../trackers/move-trackers.ts';
import { summary } from './allocation.ts';
import { findLiveAllocation, lockTrackerByMac } from './allocation-store.ts';
import { listOrdersById, lockCustomerOrder } from './customer-orders-store.ts';
import { seenInHand } from './in-hand.ts';
import { returnDevices } from './leaving.ts';
import { scannedMac } from './mac-identifiers-store.ts';
import {
  lastReturn,
  lockReturned,
  orderOfAllocation,
  type ReturnedAllocation,
  recentOrdersOf,
  reviveAllocation,
} from './scanned-returns-store.ts';
import { findScanByMutation, insertScan } from './scans-store.ts';

interface ReturnRequest {
  scan: string;
  reason: ReturnReason;
  /** Also from an order that is still being filled. */
  fromWork?: boolean | undefined;
  mutationId?: string | undefined;
  userId: number;
}

/**
 * Returns the device that was scanned from whatever order it is in. Every outcome is an answer; one that is in an order
 * still being filled was most likely put into the wrong box, and stays unless the person says otherwise.
 */
export async function returnScanned(tx: Transaction, request: ReturnRequest, now: Date): Promise<ReturnScan> {
  const { reason, userId, mutationId } = request;
  const macAddress = await scannedMac(tx, request.scan);
  const empty = { scanned: storableText(request.scan), macAddress, trackerId: null, order: null, before: null };
  const answer = async (outcome: ReturnOutcome, more: Partial<ReturnScan> = {}, allocationId?: number) => {
    const order = allocationId === undefined ? null : await orderOfAllocation(tx, allocationId);
    const named = order && { ...order, number: orderNumber(order.id) };
    return { ...empty, outcome, correctedMac: null, at: now.toISOString(), order: named, ...more };
  };
  const known = mutationId === undefined ? null : await findScanByMutation(tx, mutationId);
  if (known?.result.outcome === 'returned') {
    const { trackerId, allocationId, scannedAt } = known.result;
    return answer('returned', { trackerId, at: scannedAt }, allocationId!);
  }
  if (macAddress === null) return answer('malformed');
  const tracker = await lockTrackerByMac(tx, macAddress);
  if (!tracker) return answer('unknown-mac', { correctedMac: await correctedMac(tx, macAddress) });
  const { id: trackerId } = tracker;
  if (!tracker.manufactured) return answer('not-manufactured', { trackerId });
  const live = await findLiveAllocation(tx, trackerId);
  if (!live) {
    const last = await lastReturn(tx, trackerId);
    const before = last && { reason: last.reason, by: last.by, at: last.at.toISOString() };
    return answer('not-in-an-order', { trackerId, before }, last?.allocationId);
  }
  if (!live.orderClosed && !request.fromWork) return answer('order-in-work', { trackerId }, live.id);
  const [result] = await returnDevices(tx, [trackerId], { reason, userId, mutationId }, now);
  await seenInHand(tx, result!, userId, now);
  return answer('returned', { trackerId }, live.id);
}

/** A mistake is noticed by then; later, the device is scanned into an order again. */
const UNDO_RETURN_MS = 24 * 3_600_000;

/**
 * Takes back a return that was a mistake: the device is in its order again, and the run period that the return ended goes
 * on. Recorded as a scan of outcome `return-undone`. A move that was planned stays cancelled. Throws AppError `not-found`,
 * and `conflict` when something has happened to the device since.
 */
export async function undoReturn(
  tx: Transaction,
  { orderId, allocationId, userId }: { orderId: number; allocationId: number; userId: number },
  now: Date,
): Promise<ScanResult> {
  const order = await lockCustomerOrder(tx, orderId);
  const found = await lockReturned(tx, orderId, allocationId);
  if (!found) throw new AppError('not-found', `This device was not returned from ${orderNumber(orderId)}.`);
  const { trackerId, macAddress } = found;
  const result: ScanResult = {
    ...{ outcome: 'return-undone', scanned: macAddress, macAddress, trackerId, allocationId, otherOrder: null },
    ...{ order: summary(order), scannedAt: now.toISOString() },
  };
  if (found.returnedAt === null) return result;
  const reason = order.state === 'cancelled' ? `${orderNumber(orderId)} is cancelled.` : whyNot(found, now);
  if (reason !== null) throw new AppError('conflict', `The return can’t be undone: ${reason}`);
  await reviveAllocation(tx, allocationId);
  await refoldMoved(tx, await undoMoves(tx, [{ ...found, movedPeriodIds: [] }], now), now);
  await insertScan(tx, { result, mutationId: null, userId, now });
  await seenInHand(tx, result, userId, now);
  return result;
}

function whyNot(found: ReturnedAllocation, now: Date): string | null {
  const { macAddress, laterOrderId, laterRun, returnedAt } = found;
  if (found.isRetired) return `${macAddress} was retired since. Bring it back on its page first.`;
  if (laterOrderId !== null) return `${macAddress} was scanned into ${orderNumber(laterOrderId)} since.`;
  if (laterRun !== null) return `${macAddress} was put into the production run “${laterRun}” since.`;
  if (found.isBackdated || now.getTime() - returnedAt!.getTime() > UNDO_RETURN_MS)
    return `${macAddress} was returned more than 24 hours ago. Scan it into an order again.`;
  return null;
}

const RECENT_MS = 14 * 86_400_000;
const MOST_RECENT = 10;

/** The orders that a person scanned into last, the latest first. */
export async function recentOrders(tx: Transaction, userId: number, now: Date): Promise<RecentOrder[]> {
  const recent = await recentOrdersOf(tx, userId, new Date(now.getTime() - RECENT_MS), MOST_RECENT);
  const orders = await listOrdersById(
    tx,
    recent.map(({ id }) => id),
  );
  return recent.flatMap(({ id, lastScanAt }) => {
    const order = orders.find((each) => each.id === id);
    return order ? [{ order, lastScanAt: lastScanAt.toISOString() }] : [];
  });
}
