import type { CustomerOrder, ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../../src-shared/contract/trackers.ts';
import { scanOutcome, takesScans, workingState } from '../../../../src-shared/domain/allocation.ts';
import { orderNumber } from '../../../../src-shared/domain/order-number.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { AppError } from '../../platform/errors.ts';
import { findCorrected, findDevice, holdDevice } from '../store/devices-store.ts';
import { integerToMac, macToInteger } from '../store/mac-integer.ts';
import { findOrder, setProgress } from '../store/orders-store.ts';
import { addToOutbox, findInOutbox, type OutboxRow } from '../store/outbox-store.ts';
import type { Store } from '../store/store.ts';
import { devicesLoaded, summaryOf, timeOf, type Workstation } from '../workstation.ts';
import { seenInHandOffline } from './in-hand-offline.ts';
import { isTrackersMac, judgeGoodsOffline, waitsForGoods } from './pair-offline.ts';
import { scannedMac } from './scanned-mac.ts';

export interface OfflineScan {
  orderId: number;
  scan: string;
  mutationId: string;
  /** A device whose order is closed came back: it is taken from that order. */
  returning?: ReturnReason | undefined;
  /** The tracker that waits for the code of its goods. */
  goodsOf?: string | undefined;
  keepBoth?: boolean | undefined;
  userId: number;
  displayName: string;
}

/**
 * Judges a scan against the copy, by the same rules as the central database, and queues it: mutation, local effect and
 * outbox row in one transaction that is on the disk when this returns. The same mutation id again is answered as
 * before. Throws AppError `unavailable` where the copy can't judge, so that the station keeps the scan for later.
 */
export function scanOffline(workstation: Workstation, request: OfflineScan): ScanResult {
  const { store } = workstation;
  return store.write(() => {
    const before = answeredBefore(workstation, request.orderId, request.mutationId);
    if (before) return before;
    const order = knownOrder(workstation, request.orderId);
    const macAddress = scannedMac(store, request.scan);
    const { goodsOf } = request;
    if (goodsOf !== undefined && !isTrackersMac(store, macAddress)) {
      const judged = judgeGoodsOffline(store, order, { ...request, goodsOf });
      return keepAnswer(workstation, request, { ...judged, otherOrder: null });
    }
    const waiting = goodsOf === undefined ? null : waitsForGoods(store, order.id, goodsOf, macAddress);
    const mac = macAddress === null ? null : macToInteger(macAddress);
    const device = mac === null ? null : findDevice(store, mac);
    const closed = device?.orderId != null && isClosed(workstation, device.orderId);
    const heldBy = closed && request.returning && device.orderId !== order.id ? null : (device?.orderId ?? null);
    const outcome = scanOutcome(order, macAddress, device && { ...device, heldBy });
    const now = timeOf(workstation);
    const counted = outcome === 'allocated' ? { ...order, allocatedCount: order.allocatedCount + 1 } : order;
    const after: CustomerOrder = outcome === 'allocated' ? { ...counted, state: workingState(counted) } : order;
    if (outcome === 'allocated' && mac !== null) {
      holdDevice(store, mac, {
        orderId: order.id,
        allocationId: null,
        allocatedBy: request.displayName,
        allocatedAt: now.getTime(),
      });
      setProgress(store, after);
    }
    const goods = outcome === 'already-in-this-order' && order.pairsGoods ? device?.goodsReference : null;
    const judged = outcome !== 'malformed' && outcome !== 'order-closed';
    const answer = keepAnswer(workstation, request, {
      outcome,
      macAddress,
      trackerId: judged ? (device?.trackerId ?? null) : null,
      allocationId: outcome === 'already-in-this-order' ? (device?.allocationId ?? null) : null,
      otherOrder:
        outcome === 'in-another-order' && device?.orderId != null
          ? {
              id: device.orderId,
              number: orderNumber(device.orderId),
              allocatedBy: device.allocatedBy ?? '',
              allocatedAt: new Date(device.allocatedAt ?? 0).toISOString(),
              closed,
            }
          : null,
      ...(goods ? { goods: { reference: goods, former: null, alsoOn: null } } : {}),
      ...(waiting === null ? {} : { leftUnpaired: waiting }),
      ...(outcome === 'unknown-mac' && mac !== null ? corrected(store, mac, now) : {}),
    });
    if (mac !== null) seenInHandOffline(store, mac, { orderId: order.id, outcome });
    return answer;
  });
}

/** Answers a scan, and queues it with what the person is told. */
function keepAnswer(
  workstation: Workstation,
  request: OfflineScan,
  judged: Omit<ScanResult, 'scanned' | 'order' | 'scannedAt' | 'pending'>,
): ScanResult {
  const { store, clock } = workstation;
  const { scan, returning, goodsOf, keepBoth } = request;
  const answer: ScanResult = {
    ...judged,
    scanned: storableText(scan),
    order: summaryOf(knownOrder(workstation, request.orderId)),
    scannedAt: timeOf(workstation).toISOString(),
    pending: true,
  };
  addToOutbox(store, {
    mutationId: request.mutationId,
    orderId: request.orderId,
    userId: request.userId,
    request: { kind: 'scan', scan, returning, goodsOf, keepBoth, by: request.displayName },
    answer,
    at: clock.own(),
    clockOffset: clock.offset(),
  });
  return answer;
}

/** Former labels are known for a year, as with the central database. */
const KNOWN_MS = 365 * 86_400_000;

function corrected(store: Store, mac: number, now: Date): Pick<ScanResult, 'correctedMac'> {
  const present = findCorrected(store, mac, now.getTime() - KNOWN_MS);
  return present === null ? {} : { correctedMac: integerToMac(present) };
}

/** Every order that takes scans is in the copy, so that one that isn't takes none. */
function isClosed({ store }: Workstation, orderId: number): boolean {
  const order = findOrder(store, orderId);
  return order === null || !takesScans(order);
}

/** The answer that this mutation id got: the central one where there is one. */
export function answeredBefore({ store }: Workstation, orderId: number, mutationId: string): ScanResult | null {
  const before = findInOutbox(store, mutationId);
  if (!before) return null;
  if (before.orderId !== orderId)
    throw new AppError(
      'conflict',
      `This scan was already sent for ${orderNumber(before.orderId ?? 0)}. Scan the device again.`,
    );
  return answerOf(before);
}

const answerOf = (row: OutboxRow): ScanResult | null =>
  row.centralAnswer && 'result' in row.centralAnswer ? row.centralAnswer.result : row.answer;

/** Throws AppError `unavailable` for what only the central database can judge. */
export function knownOrder({ store, problem }: Workstation, orderId: number): CustomerOrder {
  const order = findOrder(store, orderId);
  if (problem !== null) throw new AppError('unavailable', problem);
  if (!order)
    throw new AppError(
      'unavailable',
      `${orderNumber(orderId)} is not kept on this workstation, and the central database can’t be reached. Choose another order, or wait.`,
      { retryAfterSeconds: 3 },
    );
  if (!devicesLoaded(store))
    throw new AppError(
      'unavailable',
      'The central database can’t be reached, and this workstation has not copied the devices that it needs yet. Wait for the connection.',
      { retryAfterSeconds: 3 },
    );
  return order;
}
