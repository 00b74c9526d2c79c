import type { CustomerOrder, ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import { takesScans, workingState } from '../../../../src-shared/domain/allocation.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { AppError } from '../../platform/errors.ts';
import { type CopiedDevice, findAllocated, findDevice, freeDevice } from '../store/devices-store.ts';
import { differencesOfDevice } from '../store/differences-store.ts';
import { integerToMac, macToInteger } from '../store/mac-integer.ts';
import { setProgress } from '../store/orders-store.ts';
import { addToOutbox, findWaitingScan } from '../store/outbox-store.ts';
import { summaryOf, timeOf, type Workstation } from '../workstation.ts';
import { seenInHandOffline } from './in-hand-offline.ts';
import { answeredBefore, knownOrder } from './scan-offline.ts';
import { scannedMac } from './scanned-mac.ts';

export interface OfflineUndo {
  orderId: number;
  allocationId?: number | undefined;
  macAddress?: string | undefined;
  mutationId: string;
  userId: number;
  displayName: string;
}

/**
 * Takes a device out of an order while cut off; queued like a scan. Throws AppError `not-found` when the device is not
 * in the order, `conflict` when the order is closed, `unavailable` where the copy can't tell.
 */
export function undoOffline(workstation: Workstation, request: OfflineUndo): ScanResult {
  const { store, clock } = workstation;
  return store.write(() => {
    const before = answeredBefore(workstation, request.orderId, request.mutationId);
    if (before) return before;
    const order = knownOrder(workstation, request.orderId);
    const out = takeOutOfBox(workstation, request, order);
    if (out) return out;
    const device = findMeant(workstation, request);
    if (device?.orderId !== order.id)
      throw new AppError('not-found', `This device is not in ${order.number}, as far as this workstation knows.`);
    if (!takesScans(order)) {
      throw new AppError('conflict', `${order.number} is ${order.state}. Reopen it before you take devices out.`);
    }
    const macAddress = integerToMac(device.mac);
    const counted = { ...order, allocatedCount: Math.max(0, order.allocatedCount - 1) };
    const after: CustomerOrder = { ...counted, state: workingState(counted) };
    freeDevice(store, device.mac);
    setProgress(store, after);
    const answer: ScanResult = {
      outcome: 'undone',
      scanned: storableText(request.macAddress ?? macAddress),
      macAddress,
      trackerId: device.trackerId,
      allocationId: device.allocationId,
      otherOrder: null,
      order: summaryOf(knownOrder(workstation, order.id)),
      scannedAt: timeOf(workstation).toISOString(),
      pending: true,
    };
    const undoes = device.allocationId === null ? findWaitingScan(store, order.id, macAddress) : null;
    addToOutbox(store, {
      mutationId: request.mutationId,
      orderId: order.id,
      userId: request.userId,
      request: { kind: 'undo', allocationId: device.allocationId, macAddress, undoes, by: request.displayName },
      answer,
      at: clock.own(),
      clockOffset: clock.offset(),
    });
    seenInHandOffline(store, device.mac, { orderId: order.id, outcome: 'undone' });
    return answer;
  });
}

/** A device that is in the order's box but not in the order; null for any other. */
function takeOutOfBox(workstation: Workstation, request: OfflineUndo, order: CustomerOrder): ScanResult | null {
  const { store, clock } = workstation;
  const macAddress = scannedMac(store, request.macAddress ?? '');
  const mac = macAddress === null ? null : macToInteger(macAddress);
  const listed = mac === null ? [] : differencesOfDevice(store, mac);
  if (mac === null || macAddress === null) return null;
  if (!listed.some(({ kind, orderId }) => kind === 'take-out' && orderId === order.id)) return null;
  const answer: ScanResult = {
    ...{ outcome: 'undone', scanned: storableText(request.macAddress ?? macAddress), macAddress },
    ...{ trackerId: null, allocationId: null, otherOrder: null, order: summaryOf(order) },
    ...{ scannedAt: timeOf(workstation).toISOString(), pending: true },
  };
  addToOutbox(store, {
    ...{ mutationId: request.mutationId, orderId: order.id, userId: request.userId, answer },
    request: { kind: 'undo', allocationId: null, macAddress, undoes: null, by: request.displayName },
    ...{ at: clock.own(), clockOffset: clock.offset() },
  });
  seenInHandOffline(store, mac, { orderId: order.id, outcome: 'undone' });
  return answer;
}

/** The device that is meant, as the copy knows it. */
export function findMeant({ store }: Workstation, request: OfflineUndo): CopiedDevice | null {
  if (request.allocationId !== undefined) return findAllocated(store, request.orderId, request.allocationId);
  const macAddress = scannedMac(store, request.macAddress ?? '');
  return macAddress === null ? null : findDevice(store, macToInteger(macAddress));
}
