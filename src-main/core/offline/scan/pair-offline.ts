import type { CustomerOrder, ScanOutcome, ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import { takesScans } from '../../../../src-shared/domain/allocation.ts';
import { goodsCode } from '../../../../src-shared/domain/goods-code.ts';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { findCorrected, findDevice, findWithGoods, setGoods } from '../store/devices-store.ts';
import { integerToMac, macToInteger } from '../store/mac-integer.ts';
import type { Store } from '../store/store.ts';

/** Whether an address is a tracker's, or was, as far as the copy knows: no code of goods then. */
export const isTrackersMac = (store: Store, macAddress: string | null): boolean =>
  macAddress !== null &&
  (findDevice(store, macToInteger(macAddress)) !== null || findCorrected(store, macToInteger(macAddress), 0) !== null);

type Judged = { outcome: ScanOutcome } & Pick<ScanResult, 'macAddress' | 'trackerId' | 'allocationId' | 'goods'>;

/** Judges the code of the goods of a tracker against the copy, as `judgeGoods` of orders does, and keeps the pair. */
export function judgeGoodsOffline(
  store: Store,
  order: CustomerOrder,
  { scan, goodsOf, keepBoth = false }: { scan: string; goodsOf: string; keepBoth?: boolean | undefined },
): Judged {
  const macAddress = normaliseMac(goodsOf);
  const none = { macAddress, trackerId: null, allocationId: null };
  if (!takesScans(order)) return { outcome: 'order-closed', ...none };
  const code = goodsCode(scan);
  if (code === null) return { outcome: 'goods-unusable', ...none };
  const device = macAddress === null ? null : findDevice(store, macToInteger(macAddress));
  if (device?.orderId !== order.id) return { outcome: 'goods-without-tracker', ...none };
  const { mac, trackerId, allocationId, goodsReference } = device;
  const other = findWithGoods(store, order.id, code, mac);
  const alsoOn = other === null ? null : integerToMac(other);
  const former = goodsReference === code ? null : goodsReference;
  const about = { macAddress, trackerId, allocationId, goods: { reference: code, former, alsoOn } };
  if (alsoOn !== null && !keepBoth && goodsReference !== code) return { outcome: 'goods-twice', ...about };
  setGoods(store, mac, code);
  return { outcome: 'paired', ...about };
}

/** The tracker whose code was to come when another one was scanned in place of it; null when nothing is left undone. */
export function waitsForGoods(store: Store, orderId: number, goodsOf: string, scanned: string | null): string | null {
  const macAddress = normaliseMac(goodsOf);
  if (macAddress === null || macAddress === scanned) return null;
  const device = findDevice(store, macToInteger(macAddress));
  return device?.orderId === orderId && device.goodsReference === null ? macAddress : null;
}
