import { allocatedIn } from '../store/devices-store.ts';
import { integerToMac } from '../store/mac-integer.ts';
import { listWaitingOf } from '../store/outbox-store.ts';
import { findPersonById } from '../store/people-store.ts';
import type { Store } from '../store/store.ts';

/** Scans of an order that are known here, newest first: those that wait, then what the database had in the order. */
export function scansOffline(store: Store, orderId: number, limit: number) {
  const waiting = listWaitingOf(store, orderId, limit).flatMap(({ sequence, request, userId, answer }) =>
    answer === null || request.kind === 'audit'
      ? []
      : [
          {
            id: sequence,
            outcome: answer.outcome,
            scanned: answer.scanned,
            macAddress: answer.macAddress,
            allocationId: answer.allocationId,
            scannedBy: request.by ?? (userId === null ? '' : (findPersonById(store, userId)?.displayName ?? '')),
            scannedAt: answer.scannedAt,
            pending: true,
          },
        ],
  );
  const before = allocatedIn(store, orderId, limit - waiting.length).map((device) => ({
    id: device.allocationId,
    outcome: 'allocated' as const,
    scanned: integerToMac(device.mac),
    macAddress: integerToMac(device.mac),
    allocationId: device.allocationId,
    scannedBy: device.allocatedBy ?? '',
    scannedAt: new Date(device.allocatedAt ?? 0).toISOString(),
  }));
  return [...waiting, ...before];
}
