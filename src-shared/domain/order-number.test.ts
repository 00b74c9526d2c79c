import { expect, it } from 'vitest';
import { orderIdIn, orderNumber } from './order-number.ts';

it('reads the number that it writes, and that of a box of the order', () => {
  for (const id of [1, 42, 999_999, 1_234_567]) expect(orderIdIn(orderNumber(id))).toBe(id);
  expect(orderIdIn(' ord-000012 ')).toBe(12);
  expect(orderIdIn('ORD-000012/3')).toBe(12);
  expect(orderIdIn('ORDß000012')).toBe(12);
});

it('takes nothing else for a number', () => {
  for (const text of ['', 'ORD-', 'ORD-0', '12', 'ORD-1x', 'AABBCCDDEEFF', 'Aurora'])
    expect(orderIdIn(text)).toBeNull();
});
