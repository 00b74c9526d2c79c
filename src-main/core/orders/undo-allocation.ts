import type { Leaving, ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../src-shared/contract/trackers.ts';
import { leavesBy } from '../../../src-shared/domain/allocation.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { storableText } from '../../../src-shared/domain/storable-text.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { answeredBefore, count, summary } from './allocation.ts';
import { type FoundAllocation, lockAllocation, releaseAllocation } from './allocation-store.ts';
import { finishDifference, leftInBox, lockUnfinished } from './box-differences-store.ts';
import { type LockedOrder, lockCustomerOrder } from './customer-orders-store.ts';
import { seenInHand } from './in-hand.ts';
import { refuseUndo, returnDevices, undoDevices } from './leaving.ts';
import { countedSince } from './leaving-store.ts';
import { scannedMac } from './mac-identifiers-store.ts';
import { countUnpaired, findPairings } from './pairings-store.ts';
import { unpairDevices } from './pairs.ts';
import { findLeft, insertScan } from './scans-store.ts';

interface LeavingRequest {
  orderId: number;
  allocationId?: number | undefined;
  macAddress?: string | undefined;
  /** As with a scan: one by address that is sent again must not take out what was scanned in since. */
  mutationId?: string | undefined;
  userId: number;
}
export type UndoRequest = LeavingRequest & {
  leaving?: Leaving | undefined;
  /** Nobody has the device in the hand: it is still in the box. */
  fromDesk?: boolean | undefined;
};
export type UnpairRequest = LeavingRequest;
export type ReturnRequest = LeavingRequest & { reason: ReturnReason; at?: Date | undefined };
type Left = { result: ScanResult; replayed: boolean };

/**
 * Takes a device out of an order again. Recorded as a scan of outcome `undone`; the device goes back to the run it was
 * in before, and a filled order opens again. Where reports of it count since long before, it is returned instead, unless
 * `leaving` says how. What has left already gives the same answer again. Throws AppError `not-found` when the device was
 * never in the order, `conflict` when the order is closed, or when it was returned and is to be undone.
 */
export async function undoAllocation(tx: Transaction, request: UndoRequest, now: Date): Promise<Left> {
  const out = await takeOutOfBox(tx, request, now);
  if (out) return out;
  const { order, found, answered } = await find(tx, request);
  if (answered?.outcome === 'returned' && request.leaving === 'undo')
    throw new AppError('conflict', `${found?.macAddress ?? 'This device'} was returned, and that can’t be undone.`);
  if (answered) return { result: answered, replayed: true };
  if (request.leaving !== 'return') refuseUndo(order);
  if ((request.leaving ?? (await usualLeaving(tx, found, now))) === 'return')
    return returnFound(tx, found, { ...request, reason: 'returned' }, now);
  await releaseAllocation(tx, found.id, request.userId, now);
  await undoDevices(tx, [{ ...found, allocationId: found.id }], now);
  const counted = await count(tx, order, order.allocatedCount - 1, { userId: request.userId, now });
  const result: ScanResult = {
    outcome: 'undone',
    scanned: storableText(request.macAddress ?? found.macAddress),
    macAddress: found.macAddress,
    trackerId: found.trackerId,
    allocationId: found.id,
    otherOrder: null,
    order: { ...summary(counted), ...(order.pairsGoods ? { unpairedCount: await countUnpaired(tx, order.id) } : {}) },
    scannedAt: now.toISOString(),
  };
  const { userId } = request;
  await insertScan(tx, { result, mutationId: request.mutationId ?? null, userId, now });
  if (request.fromDesk) await leftInBox(tx, order.id, [found.id], { code: 'taken-out', userId }, now);
  else await seenInHand(tx, result, userId, now);
  return { result, replayed: false };
}

/**
 * A device that is in the order's box and not in the order is only taken out of the box; null for any other. The order
 * may be over.
 */
async function takeOutOfBox(tx: Transaction, request: UndoRequest, now: Date): Promise<Left | null> {
  const { orderId, userId, mutationId = null } = request;
  const macAddress = request.macAddress === undefined ? null : await scannedMac(tx, request.macAddress);
  if (macAddress === null) return null;
  const order = await lockCustomerOrder(tx, orderId);
  const answered = await answeredBefore(tx, orderId, mutationId);
  if (answered) return { result: answered, replayed: true };
  const here = (await lockUnfinished(tx, macAddress)).find(
    (each) => each.kind === 'take-out' && each.orderId === orderId,
  );
  if (!here) return null;
  const result: ScanResult = {
    ...{ outcome: 'undone', scanned: storableText(request.macAddress ?? macAddress), macAddress },
    ...{ trackerId: null, allocationId: null, otherOrder: null, order: summary(order), scannedAt: now.toISOString() },
  };
  await insertScan(tx, { result, mutationId, userId, now });
  await finishDifference(tx, here.id, 'scanned', userId, now);
  return { result, replayed: false };
}

/**
 * Returns a device from an order, which may be closed. Recorded as a scan of outcome `returned`; the order keeps its
 * count and state. Throws AppError `not-found` when the device was never in the order, `conflict` when it was taken out
 * by an undo.
 */
export async function returnDevice(tx: Transaction, request: ReturnRequest, now: Date): Promise<Left> {
  const { order, found, answered } = await find(tx, request);
  if (answered?.outcome === 'undone')
    throw new AppError('conflict', `${found?.macAddress ?? 'This device'} was taken out of ${orderNumber(order.id)}.`);
  if (answered) return { result: answered, replayed: true };
  return returnFound(tx, found, request, now);
}

/**
 * Takes the code of its goods away from a device, which stays in the order. Recorded as a scan of outcome `unpaired`.
 * Throws AppError `not-found` when the device is not in the order or has none, `conflict` when the order is closed.
 */
export async function unpairDevice(tx: Transaction, request: UnpairRequest, now: Date): Promise<Left> {
  const order = await lockCustomerOrder(tx, request.orderId);
  const before = await answeredBefore(tx, order.id, request.mutationId ?? null);
  if (before) return { result: before, replayed: true };
  const found = await lockAllocation(tx, order.id, await toFind(tx, request));
  const [pairing] = found && !found.released ? await findPairings(tx, [found.id]) : [];
  if (!found || !pairing)
    throw new AppError('not-found', `This device has no goods in ${orderNumber(order.id)}, or is no longer in it.`);
  refuseUndo(order);
  await unpairDevices(tx, [found.id]);
  const result: ScanResult = {
    outcome: 'unpaired',
    scanned: pairing.goodsReference,
    macAddress: found.macAddress,
    trackerId: found.trackerId,
    allocationId: found.id,
    otherOrder: null,
    order: { ...summary(order), unpairedCount: await countUnpaired(tx, order.id) },
    goods: { reference: pairing.goodsReference, former: null, alsoOn: null },
    scannedAt: now.toISOString(),
  };
  await insertScan(tx, { result, mutationId: request.mutationId ?? null, userId: request.userId, now });
  return { result, replayed: false };
}

async function returnFound(
  tx: Transaction,
  found: FoundAllocation,
  { reason, at, userId, mutationId }: Omit<ReturnRequest, 'orderId'>,
  now: Date,
): Promise<Left> {
  const [result] = await returnDevices(tx, [found.trackerId], { reason, at, userId, mutationId }, now);
  await seenInHand(tx, result!, userId, now);
  return { result: result!, replayed: false };
}

type Found = { order: LockedOrder } & (
  | { found: FoundAllocation; answered: null }
  | { found: FoundAllocation | null; answered: ScanResult }
);

/** The allocation that is meant, or how its leaving was answered before. */
async function find(tx: Transaction, request: LeavingRequest): Promise<Found> {
  const order = await lockCustomerOrder(tx, request.orderId);
  const answered = await answeredBefore(tx, order.id, request.mutationId ?? null);
  if (answered) return { order, found: null, answered };
  const found = await lockAllocation(tx, order.id, await toFind(tx, request));
  if (!found) throw new AppError('not-found', `This device is not in ${orderNumber(order.id)}.`);
  if (!found.released) return { order, found, answered: null };
  const before = await findLeft(tx, order.id, found.id);
  if (!before) throw new AppError('not-found', `This device is no longer in ${orderNumber(order.id)}.`);
  return { order, found, answered: before };
}

async function usualLeaving(tx: Transaction, { id, allocatedAt }: FoundAllocation, now: Date): Promise<Leaving> {
  const hasCounted = (await countedSince(tx, [id])).has(id);
  return leavesBy({ allocatedAt, hasCounted }, { now, cancelling: false });
}

async function toFind(
  tx: Transaction,
  request: { allocationId?: number | undefined; macAddress?: string | undefined },
) {
  if (request.allocationId !== undefined) return { allocationId: request.allocationId };
  const macAddress = await scannedMac(tx, request.macAddress ?? '');
  if (macAddress === null)
    throw invalid('macAddress', 'This is not a MAC address. Scan the device, or type all twelve digits.');
  return { macAddress };
}
