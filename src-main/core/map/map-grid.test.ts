import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mercatorY } from '../../../src-shared/domain/map/mercator.ts';
import { cellsAround, normaliseBox } from './map-grid.ts';

it('brings the longitudes of a dragged map into the world, and keeps what they hold', () => {
  const box = { south: -10, north: 10 };
  expect(normaliseBox({ ...box, west: -200, east: -150 })).toMatchObject({ west: 160, east: -150 });
  expect(normaliseBox({ ...box, west: 350, east: 370 })).toMatchObject({ west: -10, east: 10 });
  expect(normaliseBox({ ...box, west: -200, east: 200 })).toMatchObject({ west: -180, east: 180 });
  expect(normaliseBox({ ...box, west: -180, east: 180 })).toMatchObject({ west: -180, east: 180 });
  expect(normaliseBox({ ...box, west: 170, east: -170 })).toMatchObject({ west: 170, east: -170 });
});

it('cuts no box into more than 256 cells along an axis, and into no more than its zoom asks for', () => {
  const degrees = (max: number) => fc.double({ min: -max, max, noNaN: true });
  fc.assert(
    fc.property(degrees(180), degrees(180), degrees(90), degrees(90), fc.nat(24), (west, east, a, b, zoom) => {
      const box = { west, east, south: Math.min(a, b), north: Math.max(a, b) };
      const cells = cellsAround(box, zoom);
      const width = (east - west + (west > east ? 360 : 0)) / 360;
      expect(cells).toBeLessThanOrEqual(4 * 2 ** zoom);
      expect(width * cells).toBeLessThanOrEqual(256.001);
      expect((mercatorY(box.south) - mercatorY(box.north)) * cells).toBeLessThanOrEqual(256.001);
    }),
  );
});
