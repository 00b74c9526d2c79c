import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { insertCustomerOrder, lockCustomerOrder, updateCustomerOrder } from './customer-orders-store.ts';
import { insertOrderEvent } from './order-events-store.ts';

export interface Split {
  quantity: number;
  /** That of the first order, unless given. */
  dueDate?: string | null | undefined;
  notes?: string | undefined;
}

/**
 * Moves a part of an order that is not filled yet to a new one, so that what is ready can leave and the rest be
 * delivered later. Devices stay where they are. An order whose rest moved away is filled. Returns the new order's id.
 * Throws AppError `conflict` unless the order is open, `validation-failed` when fewer devices than that are left to
 * give.
 */
export async function splitOrder(
  tx: Transaction,
  id: number,
  split: Split,
  userId: number,
  now: Date,
): Promise<number> {
  const order = await lockCustomerOrder(tx, id);
  if (order.state !== 'open')
    throw new AppError('conflict', `${orderNumber(id)} is ${order.state}. Only an open order can be split.`);
  const toGo = order.quantity - order.allocatedCount;
  const most = order.allocatedCount > 0 ? toGo : toGo - 1;
  if (most < 1) throw new AppError('conflict', `${orderNumber(id)} is for one device. There is nothing to split.`);
  if (split.quantity > most)
    throw invalid('quantity', `At most ${most} can be moved: ${toGo} of ${order.quantity} are not filled yet.`);
  const { clientId, brandId, productionRunId, pairsGoods } = order;
  const dueDate = split.dueDate === undefined ? order.dueDate : split.dueDate;
  const notes = split.notes ?? order.notes;
  const part = { clientId, brandId, productionRunId, quantity: split.quantity, dueDate, notes, pairsGoods };
  const newId = await insertCustomerOrder(tx, part, userId, now);
  const quantity = order.quantity - split.quantity;
  const state = order.allocatedCount >= quantity ? 'filled' : 'open';
  await updateCustomerOrder(tx, id, { quantity, state });
  const by = { userId, now };
  const details = (other: number) => ({ order: other, number: orderNumber(other), quantity: split.quantity });
  await insertOrderEvent(tx, { orderId: id, kind: 'split', state, details: details(newId), ...by });
  await insertOrderEvent(tx, { orderId: newId, kind: 'split-off', state: 'open', details: details(id), ...by });
  return newId;
}
