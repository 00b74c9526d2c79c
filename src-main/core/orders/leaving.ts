import type { Leaving, ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../src-shared/contract/trackers.ts';
import { leavesBy, takesScans } from '../../../src-shared/domain/allocation.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { moveTrackers, refoldMoved, undoMoves } from '../trackers/move-trackers.ts';
import type { PeriodCause } from '../trackers/run-periods-store.ts';
import { countedSince, devicesIn, wouldGo } from './leaving-store.ts';
import { liveAllocationsOf, lockOrderDevices, type OrderDevice, releaseAndRecord } from './order-devices-store.ts';
import { unpairDevices } from './pairs.ts';

/** Why and when devices come back, and who says so. `at` is within the present run period of each; null is now. */
export interface Return {
  reason: ReturnReason;
  at?: Date | null | undefined;
  userId: number;
  mutationId?: string | undefined;
}

/**
 * Returns devices from their orders (docs/domain-rules.md#allocation): the present run period ends and everything in it
 * stays, the order keeps its count and state, and nothing of it is undone any more. Throws AppError `validation-failed`
 * for an instant before the present run period, or ahead of the clock.
 */
export async function returnDevices(
  tx: Transaction,
  trackerIds: readonly number[],
  back: Return,
  now: Date,
  cause: PeriodCause = 'return',
): Promise<ScanResult[]> {
  if (back.at && back.at > now) throw invalid('at', 'This time is in the future. Choose a past time.');
  const since = back.at ? back.at.getTime() : 'now';
  const moved = await moveTrackers(tx, { trackerIds, productionRunId: null, since, cause, now });
  await refoldMoved(tx, moved, now);
  const allocations = await liveAllocationsOf(tx, trackerIds);
  return releaseAndRecord(tx, {
    ...back,
    allocationIds: allocations.map(({ allocationId }) => allocationId),
    at: back.at ?? now,
  });
}

/** Takes back what the allocations of devices did, as if they had never been scanned. */
export async function undoDevices(tx: Transaction, devices: readonly OrderDevice[], now: Date): Promise<void> {
  await unpairDevices(
    tx,
    devices.map(({ allocationId }) => allocationId),
  );
  // Whoever moved a device since then meant it: only what the allocation did is taken back.
  await refoldMoved(tx, await undoMoves(tx, devices, now), now);
}

/**
 * All devices leave a cancelled order: those whose reports count are returned, unless the person says otherwise, so that
 * what was shipped stays. Returns how many were undone and returned, and the allocations that were undone.
 */
export async function leaveCancelled(
  tx: Transaction,
  order: { id: number; allocatedCount: number },
  by: { leaving: Leaving | undefined; userId: number },
  now: Date,
): Promise<{ released: number; returned: number; unmeant: number[] }> {
  const devices = await lockOrderDevices(tx, order.id);
  const counted = await countedSince(
    tx,
    devices.map(({ allocationId }) => allocationId),
  );
  const leaving = ({ allocationId, allocatedAt }: OrderDevice) =>
    by.leaving ?? leavesBy({ allocatedAt, hasCounted: counted.has(allocationId) }, { now, cancelling: true });
  const undone = devices.filter((device) => leaving(device) === 'undo');
  const returned = devices.filter((device) => leaving(device) === 'return');
  const left = { state: 'cancelled', allocatedCount: order.allocatedCount - undone.length };
  const release = { at: now, userId: by.userId, left };
  const released = await releaseAndRecord(tx, {
    ...release,
    allocationIds: undone.map(({ allocationId }) => allocationId),
    reason: null,
  });
  await undoDevices(tx, undone, now);
  const trackerIds = returned.map(({ trackerId }) => trackerId);
  await refoldMoved(
    tx,
    await moveTrackers(tx, { trackerIds, productionRunId: null, since: 'now', cause: 'return', now }),
    now,
  );
  const kept = await releaseAndRecord(tx, {
    ...release,
    allocationIds: returned.map(({ allocationId }) => allocationId),
    reason: 'returned',
  });
  return { released: released.length, returned: kept.length, unmeant: undone.map(({ allocationId }) => allocationId) };
}

/** How devices would leave an order unless the person says otherwise, and what an undo would take from the run. */
export async function previewLeaving(
  tx: Transaction,
  orderId: number,
  { allocationId, cancelling = false }: { allocationId?: number | undefined; cancelling?: boolean | undefined },
  now: Date,
) {
  const devices = await devicesIn(tx, orderId, allocationId);
  const ids = devices.map(({ id }) => id);
  const counted = await countedSince(tx, ids);
  const returned = devices.filter(
    ({ id, allocatedAt }) => leavesBy({ allocatedAt, hasCounted: counted.has(id) }, { now, cancelling }) === 'return',
  ).length;
  return { undone: devices.length - returned, returned, ...(await wouldGo(tx, ids)) };
}

/** Throws AppError `conflict` when a device can't be undone: it was returned, or its order takes no scans any more. */
export function refuseUndo(order: { id: number; state: 'open' | 'filled' | 'closed' | 'cancelled' }): void {
  if (takesScans(order)) return;
  throw new AppError(
    'conflict',
    `${orderNumber(order.id)} is ${order.state}. Return the device, or reopen the order before you take devices out.`,
  );
}
