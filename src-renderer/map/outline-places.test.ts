import { describe, expect, it } from 'vitest';
import { outlinePlaces } from './outline-places.ts';

describe('an outline on the map', () => {
  it('is unbroken over the antimeridian, on the side where its point lies', () => {
    const ring: [number, number][] = [
      [179, -17],
      [-179, -17],
      [-179, -16],
      [179, -16],
      [179, -17],
    ];
    const outline = { type: 'MultiPolygon' as const, coordinates: [[ring]] };
    const east = (longitude: number) => outlinePlaces(outline, longitude)[0]![0]!.map(([, place]) => place);
    expect(east(179.9)).toEqual([179, 181, 181, 179, 179]);
    expect(east(-179.9)).toEqual([-181, -179, -179, -181, -181]);
  });
});
