import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import { isOfGoods } from '../../../../src-shared/domain/allocation.ts';
import { findDevice, freeDevice, holdDevice, setGoods } from '../store/devices-store.ts';
import { macToInteger } from '../store/mac-integer.ts';
import { setProgress } from '../store/orders-store.ts';
import { type CentralAnswer, deviceWaits, type OutboxRow } from '../store/outbox-store.ts';
import type { Store } from '../store/store.ts';

/**
 * What the central database made of an act replaces what was assumed here, unless later acts on the same device still
 * wait: those were judged on the assumption. In the transaction that ends the row.
 */
export function applyCentral(store: Store, row: OutboxRow, central: CentralAnswer | null): void {
  const macAddress = row.answer?.macAddress;
  if (!macAddress || deviceWaits(store, macAddress)) return;
  if (row.answer && isOfGoods(row.answer.outcome)) {
    applyGoods(store, row.answer, central);
    return;
  }
  if (central && 'result' in central && applyDevice(store, central.result, row.answer?.scannedAt)) return;
  const device = findDevice(store, macToInteger(macAddress));
  // Held here only by assumption, which the database refused.
  if (device?.orderId === row.orderId && device.allocationId === null) freeDevice(store, device.mac);
}

/** What was refused has the code that it had before, which the copy learns with its next reading where nobody says. */
function applyGoods(store: Store, told: ScanResult, central: CentralAnswer | null): void {
  if (told.macAddress === null) return;
  const mac = macToInteger(told.macAddress);
  const device = findDevice(store, mac);
  if (device?.orderId !== told.order.id) return;
  if (central && 'result' in central) setGoods(store, mac, goodsAfter(central.result, device.goodsReference));
  else if (told.outcome === 'paired') setGoods(store, mac, told.goods?.former ?? null);
}

/** The code that a device has after an act; `before` where the act says nothing of it. */
function goodsAfter({ outcome, goods }: ScanResult, before: string | null): string | null {
  if (outcome === 'paired' || outcome === 'already-in-this-order') return goods?.reference ?? before;
  if (outcome === 'goods-twice') return goods?.former ?? null;
  return outcome === 'unpaired' ? null : before;
}

/** An act that went directly to the central database: the copy follows at once, not with its next reading. */
export function applyDirect(store: Store, result: ScanResult, by: string): void {
  store.write(() => {
    setProgress(store, result.order);
    if (isOfGoods(result.outcome)) applyGoods(store, result, { result });
    else applyDevice(store, result, result.scannedAt, by);
  });
}

/** Whether the result says where the device is. */
function applyDevice(store: Store, result: ScanResult, at: string | undefined, by?: string): boolean {
  if (result.macAddress === null) return false;
  const mac = macToInteger(result.macAddress);
  switch (result.outcome) {
    case 'undone':
    case 'returned':
      freeDevice(store, mac);
      return true;
    case 'in-another-order': {
      const other = result.otherOrder;
      if (!other) return false;
      const { id: orderId, allocatedBy } = other;
      holdDevice(store, mac, { orderId, allocationId: null, allocatedBy, allocatedAt: Date.parse(other.allocatedAt) });
      return true;
    }
    case 'allocated':
    case 'return-undone':
    case 'already-in-this-order': {
      const known = findDevice(store, mac);
      const { id: orderId } = result.order;
      holdDevice(store, mac, {
        orderId,
        allocationId: result.allocationId,
        allocatedBy: by ?? known?.allocatedBy ?? '',
        allocatedAt: at === undefined ? (known?.allocatedAt ?? 0) : Date.parse(at),
      });
      return true;
    }
    default:
      return false;
  }
}
