import type { CustomerOrder, Leaving, ScanOutcome } from '../contract/customer-orders.ts';

/** What the rules need to know of an order. */
export type ScannedOrder = Pick<CustomerOrder, 'id' | 'quantity' | 'allocatedCount' | 'state'>;

/** What the rules need to know of a device. `heldBy` is the order that it is in now. */
export interface ScannedDevice {
  manufactured: boolean;
  retired: boolean;
  heldBy: number | null;
}

/** Whether an order takes scans. A closed or cancelled one doesn't. */
export const takesScans = (order: Pick<ScannedOrder, 'state'>): boolean =>
  order.state === 'open' || order.state === 'filled';

/** What comes of the code of goods. The tracker stays where it is. */
const goodsOutcomes = ['paired', 'unpaired', 'goods-twice', 'goods-unusable', 'goods-without-tracker'] as const;
type GoodsOutcome = (typeof goodsOutcomes)[number];
const ofGoods: ReadonlySet<ScanOutcome> = new Set(goodsOutcomes);
export const isOfGoods = (outcome: ScanOutcome): outcome is GoodsOutcome => ofGoods.has(outcome);

/**
 * The outcome of a scan (docs/domain-rules.md#allocation), the same at the central database and on a workstation that
 * is cut off from it. The first that holds is the answer. `device` is null when no device has this address.
 */
export function scanOutcome(
  order: ScannedOrder,
  macAddress: string | null,
  device: ScannedDevice | null,
): Exclude<ScanOutcome, 'undone' | 'returned' | 'return-undone' | GoodsOutcome> {
  if (macAddress === null) return 'malformed';
  if (!takesScans(order)) return 'order-closed';
  if (device === null) return 'unknown-mac';
  if (!device.manufactured) return 'not-manufactured';
  if (device.retired) return 'retired';
  if (device.heldBy === order.id) return 'already-in-this-order';
  if (device.heldBy !== null) return 'in-another-order';
  return order.allocatedCount >= order.quantity ? 'order-full' : 'allocated';
}

/** Until this long after its scan, a device that leaves an order was most likely never meant to be in it. */
const UNDO_MS = 24 * 3_600_000;

/** How a device leaves an order unless the person says otherwise; `hasCounted`: reports of it count since its scan. */
export const leavesBy = (
  device: { allocatedAt: Date; hasCounted: boolean },
  { now, cancelling }: { now: Date; cancelling: boolean },
): Leaving =>
  device.hasCounted && (cancelling || now.getTime() - device.allocatedAt.getTime() > UNDO_MS) ? 'return' : 'undo';

/** The state of an order that takes scans, by its count. */
export const workingState = (order: Pick<ScannedOrder, 'quantity' | 'allocatedCount'>): 'open' | 'filled' =>
  order.allocatedCount >= order.quantity ? 'filled' : 'open';
