import type { ScanOutcome } from '../../../../src-shared/contract/customer-orders.ts';
import { endedByScan } from '../../../../src-shared/domain/box-differences.ts';
import { differencesOfDevice, markPutRight } from '../store/differences-store.ts';
import type { Store } from '../store/store.ts';

/** What was to be put right about a device is done once it was scanned; the database finds the same when it is told. */
export function seenInHandOffline(store: Store, mac: number, scan: { orderId: number; outcome: ScanOutcome }): void {
  for (const difference of differencesOfDevice(store, mac))
    if (endedByScan(difference, scan) !== null) markPutRight(store, difference.id);
}
