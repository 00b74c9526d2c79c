import type { ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import { endedByScan } from '../../../src-shared/domain/box-differences.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { finishDifference, lockUnfinished } from './box-differences-store.ts';

/**
 * A device that was scanned is in somebody's hand: what was to be put right about it is done. In the transaction of the
 * scan. Returns how many differences ended.
 */
export async function seenInHand(
  tx: Transaction,
  result: Pick<ScanResult, 'outcome' | 'macAddress' | 'order'>,
  userId: number,
  now: Date,
): Promise<number> {
  if (result.macAddress === null) return 0;
  const scan = { orderId: result.order.id, outcome: result.outcome };
  let ended = 0;
  for (const difference of await lockUnfinished(tx, result.macAddress)) {
    const how = endedByScan(difference, scan);
    if (how === null) continue;
    await finishDifference(tx, difference.id, how, userId, now);
    ended++;
  }
  return ended;
}
