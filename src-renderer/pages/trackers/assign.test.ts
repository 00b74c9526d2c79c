import { expect, test } from 'vitest';
import { chunks } from './assign.ts';

test('a selection of any size goes in requests that the API takes', () => {
  const ids = Array.from({ length: 1201 }, (_, n) => n);
  const parts = [...chunks(ids)];
  expect(parts.map((part) => part.length)).toEqual([500, 500, 201]);
  expect(parts.flat()).toEqual(ids);
  expect([...chunks([])]).toEqual([]);
});
