import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipRing } from './clip.ts';

const box = { west: 0, north: 0, east: 1, south: 1 };

const area = (ring: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
    sum += ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!;
  return Math.abs(sum / 2);
};

test('a rectangle is cut to its intersection with the box', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 }),
      ([a, b, c, d]) => {
        const [west, east] = [Math.min(a!, b!), Math.max(a!, b!)];
        const [north, south] = [Math.min(c!, d!), Math.max(c!, d!)];
        const overlap = (low: number, high: number) => Math.max(0, Math.min(high, 1) - Math.max(low, 0));
        const clipped = clipRing([west, north, east, north, east, south, west, south], box);
        expect(area(clipped)).toBeCloseTo(overlap(west, east) * overlap(north, south), 9);
      },
    ),
  );
});

test('nothing outside the box remains, and what is inside stays as it is', () => {
  expect(Array.from(clipRing([0.2, 0.2, 0.8, 0.3, 0.5, 0.9], box))).toEqual([0.2, 0.2, 0.8, 0.3, 0.5, 0.9]);
  expect(clipRing([2, 2, 3, 2, 3, 3], box)).toHaveLength(0);
});
