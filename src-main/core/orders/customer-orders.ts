import type { Leaving } from '../../../src-shared/contract/customer-orders.ts';
import { workingState } from '../../../src-shared/domain/allocation.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { leftInBox, listDifferences } from './box-differences-store.ts';
import {
  type LockedOrder,
  lockCustomerOrder,
  type NewOrder,
  type OrderState,
  updateCustomerOrder,
} from './customer-orders-store.ts';
import { leaveCancelled } from './leaving.ts';
import { moveDevices, type RunSince } from './move-devices.ts';
import { insertOrderEvent } from './order-events-store.ts';
import { readOrderTargets } from './order-targets-store.ts';

export type OrderAction = 'close' | 'cancel' | 'reopen';

/**
 * The state that an action leads to: open and filled orders are closed or cancelled, closed and cancelled ones are
 * reopened. An action that has already been done changes nothing. Throws AppError `conflict` for all others.
 */
function stateAfter(order: Pick<LockedOrder, 'id' | 'state' | 'quantity' | 'allocatedCount'>, action: OrderAction) {
  const working: OrderState = order.allocatedCount >= order.quantity ? 'filled' : 'open';
  const inWork = order.state === 'open' || order.state === 'filled';
  if (action === 'reopen') return inWork ? order.state : working;
  const wanted: OrderState = action === 'close' ? 'closed' : 'cancelled';
  if (inWork || order.state === wanted) return wanted;
  throw new AppError('conflict', `${orderNumber(order.id)} is ${order.state}. Reopen it first, then ${action} it.`);
}

/**
 * Checks that brand and run are the client's, and fit each other. Returns the order with the run's brand where none was
 * given. Throws AppError `validation-failed` at the field.
 */
export async function checkedTargets<T extends Pick<NewOrder, 'clientId' | 'brandId' | 'productionRunId'>>(
  tx: Transaction,
  order: T,
): Promise<T> {
  const { client, brand, productionRun } = await readOrderTargets(tx, order);
  if (!client) throw invalid('clientId', 'This client does not exist. Choose another.');
  if (order.brandId !== null && brand?.clientId !== order.clientId) {
    throw invalid('brandId', 'This brand is not one of the client’s. Choose another.');
  }
  if (order.productionRunId === null) return order;
  if (productionRun?.clientId !== order.clientId) {
    throw invalid('productionRunId', 'This production run is not one of the client’s. Choose another.');
  }
  if (order.brandId !== null && productionRun.brandId !== order.brandId) {
    throw invalid('productionRunId', 'This production run belongs to another brand. Choose one of the order’s brand.');
  }
  return { ...order, brandId: productionRun.brandId };
}

/** An order whose box is not right is closed only by who knows it. Throws AppError `conflict`. */
async function refuseUnsettled(tx: Transaction, id: number): Promise<void> {
  const { counts } = await listDifferences(tx, { limit: 1, customerOrderId: id, state: 'unfinished' });
  const { toTakeOut, toPutBack } = counts;
  if (toTakeOut + toPutBack === 0) return;
  const what = [
    ...(toTakeOut > 0 ? [`${toTakeOut} to take out of its box`] : []),
    ...(toPutBack > 0 ? [`${toPutBack} to put back into it`] : []),
  ];
  throw new AppError(
    'conflict',
    `${orderNumber(id)} has devices that are not where they belong: ${what.join(', ')}. Put them right first, or close it with "acknowledged": true.`,
  );
}

export async function refuseArchivedClient(tx: Transaction, clientId: number): Promise<void> {
  const { client } = await readOrderTargets(tx, { clientId, brandId: null, productionRunId: null });
  if (client?.archived) throw invalid('clientId', 'This client is archived. Restore it first.');
}

export interface OrderUpdate {
  quantity?: number | undefined;
  dueDate?: string | null | undefined;
  notes?: string | undefined;
  pairsGoods?: boolean | undefined;
  brandId?: number | null | undefined;
  productionRunId?: number | null | undefined;
  /** With another run: from when on the devices of the order belong to it. */
  runSince?: RunSince | undefined;
  action?: OrderAction | undefined;
  /** With `close`: the box differs from the order, and the person knows. */
  acknowledged?: boolean | undefined;
  /** With `cancel`: how all its devices leave. */
  leaving?: Leaving | undefined;
}

/**
 * Changes an order, after its action. Cancelling takes every device out again, each recorded: the order will not be
 * delivered, and nobody should have to scan hundreds of devices back. What was shipped already is returned and stays
 * counted. Another run takes the devices along. Returns how many devices were released, returned and moved.
 */
export async function changeOrder(
  tx: Transaction,
  id: number,
  update: OrderUpdate,
  userId: number,
  now: Date,
): Promise<{ released: number; returned: number; moved: number }> {
  const order = await lockCustomerOrder(tx, id);
  const state = update.action === undefined ? order.state : stateAfter(order, update.action);
  if (state === 'closed' && order.state !== 'closed' && !update.acknowledged) await refuseUnsettled(tx, id);
  const { leaving } = update;
  const { released, returned, unmeant } =
    state === 'cancelled'
      ? await leaveCancelled(tx, order, { leaving, userId }, now)
      : { released: 0, returned: 0, unmeant: [] };
  const allocatedCount = order.allocatedCount - released;
  const working = state === 'open' || state === 'filled';
  const touchesWork = [update.quantity, update.brandId, update.productionRunId].some((value) => value !== undefined);
  if (touchesWork && !working) {
    throw new AppError('conflict', `${orderNumber(id)} is ${state}. Reopen it to change what it is for.`);
  }
  const quantity = update.quantity ?? order.quantity;
  if (quantity < allocatedCount) {
    throw invalid(
      'quantity',
      `${allocatedCount} devices are in the order already. Take some out first, or keep at least ${allocatedCount}.`,
    );
  }
  const brandId = update.brandId === undefined ? order.brandId : update.brandId;
  const productionRunId = update.productionRunId === undefined ? order.productionRunId : update.productionRunId;
  const retargeted = brandId !== order.brandId || productionRunId !== order.productionRunId;
  const target = { clientId: order.clientId, brandId, productionRunId };
  const checked = retargeted ? await checkedTargets(tx, target) : target;
  const left = working ? workingState({ quantity, allocatedCount }) : state;
  await updateCustomerOrder(tx, id, {
    quantity,
    allocatedCount,
    state: left,
    dueDate: update.dueDate,
    notes: update.notes,
    pairsGoods: update.pairsGoods,
    brandId: checked.brandId,
    productionRunId: checked.productionRunId,
  });
  const kind = update.action === undefined ? 'changed' : eventOf[update.action];
  const { dueDate, notes, pairsGoods } = update;
  const after = { quantity, dueDate, notes, pairsGoods, brandId, productionRunId };
  const details = {
    ...changedFields(order, after),
    ...(released > 0 ? { released } : {}),
    ...(returned > 0 ? { returned } : {}),
  };
  if (state !== order.state || Object.keys(details).length > 0)
    await insertOrderEvent(tx, { orderId: id, kind, state: left, details, userId, now });
  // Cancelling takes devices out of the order, and nobody has taken them out of its box yet.
  if (unmeant.length > 0) await leftInBox(tx, id, unmeant, { code: 'order-cancelled', userId }, now);
  const takesAlong = productionRunId !== null && productionRunId !== order.productionRunId;
  return {
    released,
    returned,
    moved: takesAlong
      ? await moveDevices(tx, order, productionRunId, { since: update.runSince ?? 'beginning', now })
      : 0,
  };
}

const eventOf = { close: 'closed', cancel: 'cancelled', reopen: 'reopened' } as const;

/**
 * What a change of an order really changes, for its history; fields that were not sent or are as before are left out.
 */
function changedFields(before: LockedOrder, after: Record<string, unknown>): Record<string, unknown> {
  const known: Record<string, unknown> = { ...before };
  return Object.fromEntries(
    Object.entries(after)
      .filter(([field, value]) => value !== undefined && value !== known[field])
      .map(([field, value]) => [field, { ...(field in known ? { from: known[field] } : {}), to: value }]),
  );
}
