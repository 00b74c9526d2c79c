import { expect, it } from 'vitest';
import { noteOrder, ordersOf } from './recent-orders.ts';

const storage = () => {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  } as Storage;
};

it('knows the orders of each person, the last first, and the one of the last hour', () => {
  const store = storage();
  noteOrder(store, 1, 7, 0);
  noteOrder(store, 2, 7, 1_000);
  noteOrder(store, 3, 8, 2_000);
  noteOrder(store, 1, 7, 3_000);
  expect(ordersOf(store, 7, 4_000)).toEqual({ ids: [1, 2], ofLastHour: 1 });
  expect(ordersOf(store, 8, 2_000 + 3_600_000)).toEqual({ ids: [3], ofLastHour: null });
  store.setItem('console.station-orders', '{');
  expect(ordersOf(store, 7, 0)).toEqual({ ids: [], ofLastHour: null });
});
