import { expect, it } from 'vitest';
import { createDoubleReadFilter } from './double-read.ts';

it('ignores the same code within a second of its last read, and no other', () => {
  const isDouble = createDoubleReadFilter();
  expect(isDouble('A', 0)).toBe(false);
  expect(isDouble('B', 100)).toBe(false);
  expect(isDouble('A', 900)).toBe(true);
  expect(isDouble('A', 1_800)).toBe(true);
  expect(isDouble('A', 2_801)).toBe(false);
});
