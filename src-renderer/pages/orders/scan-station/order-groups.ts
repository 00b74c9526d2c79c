import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import type { RecentOrder } from '../../../../src-shared/contract/returns.ts';
import { dueOf } from '../../../../src-shared/domain/due-date.ts';

/** last: in the midst of it; due: late or due today; mine: scanned into lately; others: all other open orders. */
export type GroupName = 'last' | 'due' | 'mine' | 'others';
export interface OrderGroup {
  name: GroupName;
  orders: CustomerOrder[];
}

const MOST_MINE = 5;

/**
 * The orders of the picker by what a person most likely wants: each stands once, in the first group that it belongs to.
 * `open` are in the order that they are due. Pure.
 */
export function groupOrders(
  open: readonly CustomerOrder[],
  recent: readonly Pick<RecentOrder, 'order'>[],
  ofLastHour: number | null,
  now: Date,
): OrderGroup[] {
  const mine = recent.map(({ order }) => order).filter(({ state }) => state !== 'cancelled');
  const presses = (order: CustomerOrder) => ['late', 'today'].includes(dueOf(order, now).kind);
  const groups: OrderGroup[] = [
    { name: 'last', orders: open.filter(({ id }) => id === ofLastHour) },
    { name: 'due', orders: open.filter(presses) },
    { name: 'mine', orders: mine.slice(0, MOST_MINE) },
    { name: 'others', orders: [...open] },
  ];
  const seen = new Set<number>();
  return groups
    .map(({ name, orders }) => ({ name, orders: orders.filter(({ id }) => !seen.has(id) && seen.add(id)) }))
    .filter(({ orders }) => orders.length > 0);
}
