import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zoomBeforeFence } from './fence-zoom.ts';

/** Pixels that a circle is wide, by the definition of Web Mercator. */
const width = (latitude: number, radiusM: number, zoom: number) =>
  (2 * radiusM * 256 * 2 ** zoom) / (40_075_016.686 * Math.cos((latitude * Math.PI) / 180));

test('a click is taken only where the fence is ten pixels wide, or the map is as close as it comes', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -85, max: 85, noNaN: true }),
      fc.integer({ min: 5, max: 50_000 }),
      fc.integer({ min: 2, max: 19 }),
      (latitude, radius, zoom) => {
        const to = zoomBeforeFence(latitude, radius, zoom, 19);
        if (to === null) expect(width(latitude, radius, zoom) >= 9.999 || zoom === 19).toBe(true);
        else {
          expect(width(latitude, radius, zoom)).toBeLessThan(10.001);
          expect(to).toBeGreaterThan(zoom);
          // One click more is enough.
          expect(zoomBeforeFence(latitude, radius, to, 19)).toBeNull();
        }
      },
    ),
  );
});

test('a click at world zoom is no fence of 100 metres', () => {
  expect(zoomBeforeFence(53.5, 100, 2, 19)).toBe(15);
  expect(zoomBeforeFence(53.5, 100, 15, 19)).toBeNull();
  expect(zoomBeforeFence(53.5, 50_000, 7, 19)).toBeNull();
});
