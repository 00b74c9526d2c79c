import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spotAlong } from './line-label.ts';

test('a name lies in the middle of the straight stretch that holds it, and reads from the left', () => {
  const straight = [{ x: 20, y: 100 }, { x: 220, y: 100 }]; // biome-ignore format: as short as it is
  expect(spotAlong(straight, 80, 256)).toEqual({ x: 120, y: 100, angle: 0 });
  expect(spotAlong(straight.toReversed(), 80, 256)?.angle).toBeCloseTo(0);
  expect(spotAlong(straight, 250, 256)).toBeNull();
  // A corner: the longer leg.
  const corner = [{ x: 20, y: 50 }, { x: 60, y: 50 }, { x: 60, y: 240 }]; // biome-ignore format: as short as it is
  expect(spotAlong(corner, 80, 256)).toMatchObject({ x: 60, y: 145 });
  expect(spotAlong([{ x: -90, y: 10 }, { x: 100, y: 10 }], 80, 256)).toBeNull(); // biome-ignore format: as short as it is
});

test('a name is whole within its tile, wherever its line goes', () => {
  const pixel = fc.record({
    x: fc.double({ min: -50, max: 300, noNaN: true }),
    y: fc.double({ min: -50, max: 300, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(pixel, { maxLength: 12 }), fc.integer({ min: 10, max: 120 }), (line, width) => {
      const spot = spotAlong(line, width, 256);
      if (!spot) return;
      for (const end of [-1, 1]) {
        expect(spot.x + (end * Math.cos(spot.angle) * width) / 2).toBeGreaterThanOrEqual(0);
        expect(spot.x + (end * Math.cos(spot.angle) * width) / 2).toBeLessThanOrEqual(256);
        expect(spot.y + (end * Math.sin(spot.angle) * width) / 2).toBeGreaterThanOrEqual(0);
        expect(spot.y + (end * Math.sin(spot.angle) * width) / 2).toBeLessThanOrEqual(256);
      }
      expect(Math.abs(spot.angle)).toBeLessThanOrEqual(Math.PI / 2 + 1e-9);
    }),
    { numRuns: 200 },
  );
});
