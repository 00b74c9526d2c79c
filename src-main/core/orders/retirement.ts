import type { Transaction } from '../platform/db/queryable.ts';
import { markRetired } from '../trackers/retirement-store.ts';
import { type Return, returnDevices } from './leaving.ts';

/**
 * Takes trackers out of use: each is returned from the order that it is in, its run period ends, and all of its history
 * stays. Those that are retired already are left out. Returns who was retired, and the orders they were returned from.
 * Throws AppError as `returnDevices` does; then none is retired.
 */
export async function retireTrackers(
  tx: Transaction,
  trackerIds: readonly number[],
  back: Return,
  now: Date,
): Promise<{ retired: number[]; orderIds: number[] }> {
  const returned = await returnDevices(tx, trackerIds, back, now, 'retirement');
  const retired = await markRetired(tx, trackerIds, back.reason, back.at ?? now);
  return { retired, orderIds: [...new Set(returned.map(({ order }) => order.id))] };
}
