import type { Transaction } from '../platform/db/queryable.ts';
import { type Moved, moveTrackers, refoldMoved } from '../trackers/move-trackers.ts';
import type { LockedOrder } from './customer-orders-store.ts';
import { beginningsOf, lockOrderDevices, type OrderDevice, rememberMoved } from './order-devices-store.ts';
import { carryPairs } from './pairs.ts';

/** The order's run was wrong from the beginning, or another one counts from now. */
export type RunSince = 'beginning' | 'now';

/**
 * The devices of an order follow it to another run: from the beginning of the run period that their scan opened, or from
 * the scan where it opened none; or from now. Who was moved elsewhere since follows from now. What an undo of each would
 * take back is remembered. An order that loses its run leaves them where they are. Returns how many moved.
 */
export async function moveDevices(
  tx: Transaction,
  { id: orderId, clientId }: Pick<LockedOrder, 'id' | 'clientId'>,
  productionRunId: number,
  { since, now }: { since: RunSince; now: Date },
): Promise<number> {
  const devices = await lockOrderDevices(tx, orderId);
  const openedBy = ({ periods, movedPeriodIds }: OrderDevice) => movedPeriodIds.at(-1) ?? periods.opened;
  const begins = await beginningsOf(
    tx,
    devices.flatMap((device) => openedBy(device) ?? []),
  );
  const from = (device: OrderDevice): number | 'now' => {
    const opened = openedBy(device);
    if (since === 'now') return 'now';
    return opened === null ? device.allocatedAt.getTime() : (begins.get(opened) ?? 'now');
  };
  const moved = await moveTrackers(tx, {
    trackerIds: devices.map(({ trackerId }) => trackerId),
    productionRunId,
    sinceOf: new Map(devices.map((device) => [device.trackerId, from(device)])),
    orLater: true,
    cause: 'allocation',
    now,
  });
  const byTracker = new Map(devices.map((device) => [device.trackerId, device]));
  await rememberMoved(
    tx,
    moved.map((one) => remembered(byTracker.get(one.trackerId)!, one)),
  );
  await carryPairs(tx, clientId, devices);
  await refoldMoved(tx, moved, now);
  return moved.length;
}

/** A period that takes the place of one that the allocation opened is what the allocation opened now. */
function remembered(device: OrderDevice, { periods }: Moved): OrderDevice {
  const { opened, ended, replaced } = periods;
  const earlier = device.movedPeriodIds.at(-1) ?? device.periods.opened;
  if (earlier === null) return { ...device, periods };
  // Ended, not replaced: both are taken back.
  if (replaced !== earlier)
    return opened === null || ended === null
      ? device
      : { ...device, movedPeriodIds: [...device.movedPeriodIds, opened] };
  if (device.movedPeriodIds.length === 0) return { ...device, periods: { ...device.periods, opened } };
  const others = device.movedPeriodIds.slice(0, -1);
  return { ...device, movedPeriodIds: opened === null ? others : [...others, opened] };
}
