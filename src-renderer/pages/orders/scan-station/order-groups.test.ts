import { expect, it } from 'vitest';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { groupOrders } from './order-groups.ts';

const order = (id: number, dueDate: string | null, state: CustomerOrder['state'] = 'open') =>
  ({ id, dueDate, dueTimeZone: 'UTC', state }) as CustomerOrder;
const now = new Date('2026-11-23T12:00:00Z');

it('shows each order once: the one in hand, what is due, what one worked on, and the others', () => {
  const open = [order(1, '2026-11-20'), order(2, '2026-11-23'), order(3, '2026-11-24'), order(4, null)];
  const recent = [order(3, '2026-11-24'), order(9, '2026-11-01', 'closed'), order(8, null, 'cancelled')];
  const groups = (ofLastHour: number | null) =>
    groupOrders(
      open,
      recent.map((one) => ({ order: one })),
      ofLastHour,
      now,
    ).map(({ name, orders }) => [name, ...orders.map(({ id }) => id)]);
  expect(groups(null)).toEqual([
    ['due', 1, 2],
    ['mine', 3, 9],
    ['others', 4],
  ]);
  expect(groups(2)).toEqual([
    ['last', 2],
    ['due', 1],
    ['mine', 3, 9],
    ['others', 4],
  ]);
  expect(groupOrders([], [], 5, now)).toEqual([]);
});
