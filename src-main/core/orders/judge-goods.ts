import type { ScanOutcome, ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import { takesScans } from '../../../src-shared/domain/allocation.ts';
import { goodsCode } from '../../../src-shared/domain/goods-code.ts';
import { normaliseMac } from '../../../src-shared/domain/mac-address.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { correctedMac } from '../trackers/corrections-store.ts';
import { lockAllocation, lockTrackerByMac } from './allocation-store.ts';
import type { LockedOrder } from './customer-orders-store.ts';
import { countUnpaired, findPairings, findWithGoods } from './pairings-store.ts';
import { pairDevice } from './pairs.ts';

export interface GoodsScan {
  scan: string;
  /** The MAC address of the tracker that waits for the code of its goods. */
  goodsOf: string;
  /** The person knows that another tracker of the order has this code. */
  keepBoth?: boolean | undefined;
  /** A workstation that was cut off has taken it, and the goods are fixed: the person is not asked any more. */
  asGoods?: boolean | undefined;
  userId: number;
}

/** Whether an address is a tracker's, or was: no code of goods then, whatever waits for one. */
export const isTrackersMac = async (tx: Transaction, macAddress: string | null): Promise<boolean> =>
  macAddress !== null &&
  ((await lockTrackerByMac(tx, macAddress)) !== null || (await correctedMac(tx, macAddress)) !== null);

/**
 * Judges the code of the goods of a tracker (docs/domain-rules.md#allocation), the first that holds: order-closed,
 * goods-unusable, goods-without-tracker, goods-twice, paired. The lock on the order's row keeps a code from being taken
 * twice unasked.
 */
export async function judgeGoods(
  tx: Transaction,
  order: LockedOrder,
  { scan, goodsOf, asGoods = false, keepBoth = asGoods, userId }: GoodsScan,
  now: Date,
): Promise<{ outcome: ScanOutcome } & Partial<ScanResult>> {
  const macAddress = normaliseMac(goodsOf);
  if (!takesScans(order) && !asGoods) return { outcome: 'order-closed', macAddress };
  const code = goodsCode(scan);
  if (code === null) return { outcome: 'goods-unusable', macAddress };
  const found = macAddress === null ? null : await lockAllocation(tx, order.id, { macAddress });
  if (!found || found.released) return { outcome: 'goods-without-tracker', macAddress };
  const { id: allocationId, trackerId } = found;
  const [present] = await findPairings(tx, [allocationId]);
  const alsoOn = await findWithGoods(tx, order.id, code, allocationId);
  const former = present && present.goodsReference !== code ? present.goodsReference : null;
  const about = { macAddress, trackerId, allocationId, goods: { reference: code, former, alsoOn } };
  if (alsoOn !== null && !keepBoth && present?.goodsReference !== code) return { outcome: 'goods-twice', ...about };
  const { id: orderId, clientId } = order;
  await pairDevice(tx, { orderId, clientId, allocationId, trackerId, goodsReference: code, userId }, now);
  return { outcome: 'paired', ...about };
}

/** The tracker whose code was to come, when another one was scanned in place of it; null when nothing is left undone. */
export async function waitsForGoods(
  tx: Transaction,
  orderId: number,
  goodsOf: string,
  scanned: string | null,
): Promise<string | null> {
  const macAddress = normaliseMac(goodsOf);
  if (macAddress === null || macAddress === scanned) return null;
  const found = await lockAllocation(tx, orderId, { macAddress });
  if (!found || found.released) return null;
  return (await findPairings(tx, [found.id])).length === 0 ? macAddress : null;
}

/** What the answer to a scan of a tracker tells of its goods, where the order asks for them. */
export async function goodsOfResult(
  tx: Transaction,
  order: LockedOrder,
  result: Pick<ScanResult, 'outcome' | 'allocationId' | 'order'>,
): Promise<Partial<ScanResult>> {
  if (!order.pairsGoods) return {};
  const { allocationId } = result;
  const [pairing] =
    result.outcome === 'already-in-this-order' && allocationId !== null ? await findPairings(tx, [allocationId]) : [];
  return {
    order: { ...result.order, unpairedCount: await countUnpaired(tx, order.id) },
    ...(pairing ? { goods: { reference: pairing.goodsReference, former: null, alsoOn: null } } : {}),
  };
}
