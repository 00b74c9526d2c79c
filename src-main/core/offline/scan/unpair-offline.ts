import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import { takesScans } from '../../../../src-shared/domain/allocation.ts';
import { AppError } from '../../platform/errors.ts';
import { setGoods } from '../store/devices-store.ts';
import { integerToMac } from '../store/mac-integer.ts';
import { addToOutbox, findWaitingPair } from '../store/outbox-store.ts';
import { summaryOf, timeOf, type Workstation } from '../workstation.ts';
import { answeredBefore, knownOrder } from './scan-offline.ts';
import { findMeant, type OfflineUndo } from './undo-offline.ts';

/** Takes the code of its goods away from a device while cut off. Throws AppError as `undoOffline`. */
export function unpairOffline(workstation: Workstation, request: OfflineUndo): ScanResult {
  const { store, clock } = workstation;
  return store.write(() => {
    const before = answeredBefore(workstation, request.orderId, request.mutationId);
    if (before) return before;
    const order = knownOrder(workstation, request.orderId);
    const device = findMeant(workstation, request);
    if (device?.orderId !== order.id || device.goodsReference === null)
      throw new AppError('not-found', `This device has no goods in ${order.number}, as far as this workstation knows.`);
    if (!takesScans(order))
      throw new AppError('conflict', `${order.number} is ${order.state}. Reopen it before you change what is in it.`);
    const { mac, trackerId, allocationId, goodsReference } = device;
    const macAddress = integerToMac(mac);
    setGoods(store, mac, null);
    const answer: ScanResult = {
      outcome: 'unpaired',
      scanned: goodsReference,
      macAddress,
      trackerId,
      allocationId,
      otherOrder: null,
      order: summaryOf(knownOrder(workstation, order.id)),
      goods: { reference: goodsReference, former: null, alsoOn: null },
      scannedAt: timeOf(workstation).toISOString(),
      pending: true,
    };
    addToOutbox(store, {
      mutationId: request.mutationId,
      orderId: order.id,
      userId: request.userId,
      request: {
        kind: 'undo',
        only: 'goods',
        by: request.displayName,
        allocationId,
        macAddress,
        undoes: findWaitingPair(store, order.id, macAddress),
      },
      answer,
      at: clock.own(),
      clockOffset: clock.offset(),
    });
    return answer;
  });
}
