import type { ScanOutcome, ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../src-shared/contract/trackers.ts';
import { scanOutcome, takesScans, workingState } from '../../../src-shared/domain/allocation.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { storableText } from '../../../src-shared/domain/storable-text.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { correctedMac } from '../trackers/corrections-store.ts';
import { moveTrackers, refoldMoved } from '../trackers/move-trackers.ts';
import {
  findLiveAllocation,
  insertAllocation,
  type LiveAllocation,
  lockTrackerByMac,
  rememberPeriods,
} from './allocation-store.ts';
import { type LockedOrder, lockCustomerOrder, updateCustomerOrder } from './customer-orders-store.ts';
import { seenInHand } from './in-hand.ts';
import { goodsOfResult, isTrackersMac, judgeGoods, waitsForGoods } from './judge-goods.ts';
import { returnDevices } from './leaving.ts';
import { scannedMac } from './mac-identifiers-store.ts';
import { insertOrderEvent } from './order-events-store.ts';
import { findScanByMutation, insertScan } from './scans-store.ts';

export interface ScanRequest {
  orderId: number;
  scan: string;
  /** Made once for each scan by the station: the same one again is answered as before and does nothing. */
  mutationId?: string | undefined;
  /** A device whose order is closed came back: it is returned from that order, for this reason. */
  returning?: ReturnReason | undefined;
  /** Decided at a desk: nobody has the device in the hand. */
  fromDesk?: boolean | undefined;
  /** The tracker, by its MAC address, that waits for the code of its goods. */
  goodsOf?: string | undefined;
  keepBoth?: boolean | undefined;
  /** A workstation took it for the code of goods, and said so: it is not taken for a tracker now. */
  asGoods?: boolean | undefined;
  userId: number;
}

/**
 * Scans a device into an order (docs/domain-rules.md#allocation). Every outcome is an answer and is recorded, in this
 * precedence:
 * malformed, order-closed, unknown-mac, not-manufactured, retired, already-in-this-order, in-another-order, order-full,
 * allocated. The lock on the order's row keeps its count, the partial unique index keeps a device in one order.
 * Returns whether the answer is a replay of an earlier one, and the order that the device was returned from. Throws AppError `not-found`, and `conflict` when the
 * mutation id was used for a scan of another order.
 */
export async function allocate(
  tx: Transaction,
  request: ScanRequest,
  now: Date,
): Promise<{ result: ScanResult; replayed: boolean; returnedFrom: number | null }> {
  const order = await lockCustomerOrder(tx, request.orderId);
  const mutationId = request.mutationId ?? null;
  const before = await answeredBefore(tx, order.id, mutationId);
  if (before) return { result: before, replayed: true, returnedFrom: null };
  const { returnedFrom, ...judged } = await judge(tx, order, request, now);
  const result = { ...judged, ...(await goodsOfResult(tx, order, judged)) };
  await insertScan(tx, { result, mutationId, userId: request.userId, now });
  if (!request.fromDesk) await seenInHand(tx, result, request.userId, now);
  return { result, replayed: false, returnedFrom };
}

/**
 * Records a scan that a workstation judged while it was cut off, and that changed nothing: the person set the device
 * aside, so it is not judged anew. Once for each mutation id. Throws AppError `not-found`, `conflict` as `allocate`.
 */
export async function recordScan(
  tx: Transaction,
  scan: { orderId: number; mutationId: string; userId: number; result: ScanResult },
  now: Date,
): Promise<{ result: ScanResult; replayed: boolean }> {
  const order = await lockCustomerOrder(tx, scan.orderId);
  const before = await answeredBefore(tx, order.id, scan.mutationId);
  if (before) return { result: before, replayed: true };
  await insertScan(tx, { result: scan.result, mutationId: scan.mutationId, userId: scan.userId, now });
  await seenInHand(tx, scan.result, scan.userId, now);
  return { result: scan.result, replayed: false };
}

export async function answeredBefore(
  tx: Transaction,
  orderId: number,
  mutationId: string | null,
): Promise<ScanResult | null> {
  const before = mutationId === null ? null : await findScanByMutation(tx, mutationId);
  if (!before || before.orderId === orderId) return before?.result ?? null;
  throw new AppError(
    'conflict',
    `This scan was already sent for ${orderNumber(before.orderId)}. Scan the device again.`,
  );
}

type Judged = ScanResult & { returnedFrom: number | null };

async function judge(tx: Transaction, order: LockedOrder, request: ScanRequest, now: Date): Promise<Judged> {
  const macAddress = await scannedMac(tx, request.scan);
  const leftUnpaired: Partial<Judged> = {};
  const answer = (outcome: ScanOutcome, more: Partial<Judged> = {}): Judged => ({
    outcome,
    scanned: storableText(request.scan),
    macAddress,
    trackerId: null,
    allocationId: null,
    otherOrder: null,
    order: summary(order),
    scannedAt: now.toISOString(),
    returnedFrom: null,
    ...leftUnpaired,
    ...more,
  });
  const { goodsOf } = request;
  if (goodsOf !== undefined) {
    if (request.asGoods || !(await isTrackersMac(tx, macAddress))) {
      const { outcome, ...about } = await judgeGoods(tx, order, { ...request, goodsOf }, now);
      return answer(outcome, about);
    }
    const waiting = await waitsForGoods(tx, order.id, goodsOf, macAddress);
    if (waiting !== null) leftUnpaired.leftUnpaired = waiting;
  }
  let tracker = macAddress !== null && takesScans(order) ? await lockTrackerByMac(tx, macAddress) : null;
  let live = tracker?.manufactured ? await findLiveAllocation(tx, tracker.id) : null;
  const returnedFrom = tracker && live && canReturn(live, order, request.returning) ? live.orderId : null;
  if (
    tracker &&
    returnedFrom !== null &&
    scanOutcome(order, macAddress, { ...tracker, heldBy: null }) === 'allocated'
  ) {
    await returnDevices(tx, [tracker.id], { reason: request.returning!, userId: request.userId }, now);
    [tracker, live] = [await lockTrackerByMac(tx, macAddress!), null];
  }
  const outcome = scanOutcome(order, macAddress, tracker && { ...tracker, heldBy: live?.orderId ?? null });
  if (!tracker) {
    const corrected = outcome === 'unknown-mac' && macAddress !== null ? await correctedMac(tx, macAddress) : null;
    return answer(outcome, corrected === null ? {} : { correctedMac: corrected });
  }
  const trackerId = tracker.id;
  if (live) return answer(...heldBy(live, order, trackerId));
  if (outcome !== 'allocated') return answer(outcome, { trackerId });
  const allocationId = await insertAllocation(tx, { orderId: order.id, trackerId, userId: request.userId, now });
  if (allocationId === null) {
    // A rival that doesn't lock the tracker's row won at the unique index; it has committed, so it can be read now.
    const rival = await findLiveAllocation(tx, trackerId);
    if (!rival) throw new AppError('conflict', 'Another station is scanning this device right now. Scan it again.');
    return answer(...heldBy(rival, order, trackerId));
  }
  const productionRunId = runGivenBy(order, tracker.productionRunId, tracker.clientId);
  const moved = await moveTrackers(tx, { trackerIds: [trackerId], productionRunId, allocationId, now });
  for (const { periods } of moved) await rememberPeriods(tx, allocationId, periods);
  await refoldMoved(tx, moved, now);
  const counted = await count(tx, order, order.allocatedCount + 1, { userId: request.userId, now });
  return answer('allocated', { trackerId, allocationId, returnedFrom, order: summary(counted) });
}

/** A device is taken from an order that is closed when the person says that it came back. */
const canReturn = (live: LiveAllocation, order: LockedOrder, returning: ReturnReason | undefined) =>
  returning !== undefined && live.orderClosed && live.orderId !== order.id;

const heldBy = (live: LiveAllocation, order: LockedOrder, trackerId: number): [ScanOutcome, Partial<ScanResult>] => {
  const found = { trackerId, allocationId: live.id };
  if (live.orderId === order.id) return ['already-in-this-order', found];
  const otherOrder = {
    id: live.orderId,
    number: orderNumber(live.orderId),
    allocatedBy: live.allocatedBy,
    allocatedAt: live.allocatedAt.toISOString(),
    closed: live.orderClosed,
  };
  return ['in-another-order', { trackerId, otherOrder }];
};

/**
 * The run that an allocation puts a device into: the order's. An order without one leaves the device where it is,
 * unless that is a run of another client, who would then see a device that has become someone else's.
 */
const runGivenBy = (
  order: Pick<LockedOrder, 'clientId' | 'productionRunId'>,
  runId: number | null,
  clientId: number | null,
): number | null => order.productionRunId ?? (clientId === order.clientId ? runId : null);

export async function count(
  tx: Transaction,
  order: LockedOrder,
  allocatedCount: number,
  by: { userId: number; now: Date },
): Promise<LockedOrder> {
  const state = workingState({ ...order, allocatedCount });
  await updateCustomerOrder(tx, order.id, { allocatedCount, state });
  if (state !== order.state)
    await insertOrderEvent(tx, { orderId: order.id, kind: state === 'filled' ? 'filled' : 'opened', state, ...by });
  return { ...order, allocatedCount, state };
}

export const summary = ({ id, quantity, allocatedCount, state }: LockedOrder): ScanResult['order'] => ({
  id,
  number: orderNumber(id),
  quantity,
  allocatedCount,
  state,
});
