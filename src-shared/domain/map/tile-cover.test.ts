import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxAround, countTiles, type TileBox, tilesOf } from './tile-cover.ts';

/** The box of a tile in degrees, by the inverse of Web Mercator. */
function boxOf(z: number, x: number, y: number): TileBox {
  const latitude = (row: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** z))) * 180) / Math.PI;
  const longitude = (column: number) => (column / 2 ** z) * 360 - 180;
  return { west: longitude(x), east: longitude(x + 1), north: latitude(y), south: latitude(y + 1) };
}
const meets = (box: TileBox, tile: TileBox): boolean => {
  const spans = box.west <= box.east ? [[box.west, box.east]] : [[box.west, 180], [-180, box.east]]; // biome-ignore format: as short as it is
  return tile.south < box.north && tile.north > box.south && spans.some(([w, e]) => tile.west < e! && tile.east > w!);
};
const box = fc
  .record({
    west: fc.double({ min: -180, max: 179, noNaN: true }),
    south: fc.double({ min: -84, max: 80, noNaN: true }),
    wide: fc.double({ min: 0.01, max: 100, noNaN: true }),
    high: fc.double({ min: 0.01, max: 4, noNaN: true }),
  })
  .map((drawn): TileBox => {
    // Off the edges of tiles, which belong to both sides.
    const [west, south] = [drawn.west + 0.001234567, drawn.south + 0.001234567];
    const [wide, high] = [drawn.wide, drawn.high];
    const east = west + wide;
    return { west, east: east > 180 ? east - 360 : east, south, north: south + high };
  });

describe('tiles that boxes touch', () => {
  it('are those that looking at every tile finds, each once', () => {
    fc.assert(
      fc.property(fc.array(box, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 5 }), (boxes, z) => {
        const found = [...tilesOf(boxes, z)].map(({ x, y }) => `${x} ${y}`);
        const byHand: string[] = [];
        for (let y = 0; y < 2 ** z; y++)
          for (let x = 0; x < 2 ** z; x++)
            if (boxes.some((one) => meets(one, boxOf(z, x, y)))) byHand.push(`${x} ${y}`);
        expect(found).toEqual(byHand);
        expect(countTiles(boxes, z)).toBe(byHand.length);
      }),
      { numRuns: 40 },
    );
  });

  it('are few around a place, also at the antimeridian and beside a pole', () => {
    for (const [longitude, latitude] of [[8, 47], [180, 0], [-179.99, -16], [10, 84]] as const) // biome-ignore format: as short as it is
      expect(countTiles([boxAround(longitude, latitude, 500)], 14)).toBeLessThanOrEqual(30);
    expect(countTiles([{ west: -180, east: 180, south: -90, north: 90 }], 3)).toBe(64);
  });
});
