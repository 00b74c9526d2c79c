import { expect, it } from 'vitest';
import { mondayOf, ownOrders } from './own-orders.ts';

const ids = [
  'order',
  'client',
  'production_run',
  'order_state',
  'due_date',
  'late',
  'ordered',
  'allocated',
  'delivered',
];
const columns = ids.map((id) => ({ id, type: 'text' as const }));
const row = (number: string, state: string, due: string | null, late: boolean, delivered: number) => ({
  cells: [number, 'C', null, state, due, late, 10, 10, delivered],
});

it('late orders first, then those under way by due date, then the rest, the latest first', () => {
  const orders = ownOrders(columns, [
    row('1', 'closed', '2026-01-01', false, 10),
    row('2', 'closed', '2026-02-01', false, 10),
    row('3', 'open', null, false, 0),
    row('4', 'filled', '2026-05-01', false, 3),
    row('5', 'open', '2026-04-01', false, 0),
    row('6', 'open', '2026-03-01', true, 0),
  ]);
  expect(orders.map(({ number }) => number)).toEqual(['6', '5', '4', '3', '2', '1']);
  expect(orders[0]).toEqual({
    number: '6',
    run: null,
    state: 'open',
    dueDate: '2026-03-01',
    late: true,
    ordered: 10,
    allocated: 10,
    delivered: 0,
  });
});

it.each([
  ['2026-11-30', '2026-11-30'],
  ['2026-12-06', '2026-11-30'],
  ['2026-11-29', '2026-11-23'],
])('the week of %s begins on %s', (day, monday) => {
  expect(mondayOf(day)).toBe(monday);
});
