import type { MultiPolygon } from '../../src-shared/contract/common.ts';

type Place = [latitude: number, longitude: number];

/** The corners of an outline for the map, on the side of the world where its point lies, unbroken over the antimeridian. */
export function outlinePlaces({ coordinates }: MultiPolygon, longitude: number): Place[][][] {
  return coordinates.map((rings) => {
    let near = longitude;
    return rings.map((ring) =>
      ring.map(([east, north]): Place => {
        near = east - 360 * Math.round((east - near) / 360);
        return [north, near];
      }),
    );
  });
}
