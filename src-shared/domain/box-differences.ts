import type { BoxDifference } from '../contract/box-differences.ts';
import type { ScanOutcome } from '../contract/customer-orders.ts';
import { isOfGoods } from './allocation.ts';

/**
 * What a scan of a device says about a box that differs from its order; null for nothing. Whoever scans a device has it in
 * the hand and is told where it goes, so that it is no longer in another box, and in this one only if it belongs there.
 */
export function endedByScan(
  difference: { kind: BoxDifference['kind']; orderId: number },
  scan: { orderId: number; outcome: ScanOutcome },
): 'scanned' | 'placed' | 'belongs' | 'undone' | null {
  const here = difference.orderId === scan.orderId;
  const isIn = ['allocated', 'already-in-this-order', 'return-undone'].includes(scan.outcome);
  const left = scan.outcome === 'undone' || scan.outcome === 'returned';
  // Back in its box, or out of its order too.
  if (difference.kind === 'put-back') return here && isIn ? 'belongs' : here && left ? 'undone' : null;
  if (scan.outcome === 'malformed' || isOfGoods(scan.outcome)) return null;
  if (isIn) return here ? 'belongs' : 'placed';
  if (left) return here ? 'scanned' : null;
  return 'scanned';
}
