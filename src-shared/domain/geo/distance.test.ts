import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceM, sphereDistanceM } from './distance.ts';

const position = fc.record({
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
});
const at = (longitude: number, latitude: number) => ({ longitude, latitude });

describe('geodesic distance', () => {
  it('gives published lengths of the WGS 84 ellipsoid', () => {
    // A degree of longitude on the equator: pi * 6378137 / 180.
    expect(distanceM(at(0, 0), at(1, 0))).toBeCloseTo(111_319.4908, 3);
    // A quadrant of the meridian: 10 001 965.729 m.
    expect(distanceM(at(12, 0), at(99, 90))).toBeCloseTo(10_001_965.729, 2);
    // Across the antimeridian, as across any other.
    expect(distanceM(at(179.5, 10), at(-179.5, 10))).toBeCloseTo(distanceM(at(10, 10), at(11, 10)), 6);
  });

  it('is symmetric, never negative, zero only at home, and near to the sphere’s', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const d = distanceM(a, b);
        expect(d).toBeGreaterThanOrEqual(0);
        expect(Math.abs(distanceM(b, a) - d)).toBeLessThan(1e-3);
        expect(Math.abs(d - sphereDistanceM(a, b))).toBeLessThanOrEqual(0.006 * sphereDistanceM(a, b) + 1e-6);
        expect(distanceM(a, a)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });
});
