import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bboxText, nearestCopy, parseView, WORLD } from './view.ts';

const bounds = (west: number, south: number, east: number, north: number) =>
  ({ getWest: () => west, getSouth: () => south, getEast: () => east, getNorth: () => north }) as never;

test('a box is told within the world, and crosses the antimeridian with west > east', () => {
  expect(bboxText(bounds(5, 45, 11, 48))).toBe('5,45,11,48');
  expect(bboxText(bounds(170, -20, 190, -10))).toBe('170,-20,-170,-10');
  expect(bboxText(bounds(-500, -95, 500, 95))).toBe('-180,-90,180,90');
});

test('the nearest copy is never more than half a turn away, and is the same place', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -900, max: 900, noNaN: true }),
      (longitude, center) => {
        const copy = nearestCopy(longitude, center);
        expect(Math.abs(copy - center)).toBeLessThanOrEqual(180 + 1e-9);
        expect(Math.abs(Math.sin(((copy - longitude) * Math.PI) / 360))).toBeLessThan(1e-9);
      },
    ),
  );
});

test('a view in the address is read back, and nonsense is none', () => {
  expect(parseView('47.05,8.3,6')).toEqual({ center: [47.05, 8.3], zoom: 6 });
  for (const text of [undefined, '', '1,2', 'a,b,c']) expect(parseView(text)).toBeNull();
});

test('a view of all that a map can show asks for the world, whose words do not hang on its edges', () => {
  expect(bboxText(bounds(-200, -85.0511, 200, 85.0511))).toBe(WORLD);
  expect(bboxText(bounds(-500, -95, 500, 95))).toBe(WORLD);
  for (const part of [bounds(-200, -60, 200, 85), bounds(-179.9, -90, 180, 90), bounds(170, -90, 190, 90)])
    expect(bboxText(part)).not.toBe(WORLD);
});
