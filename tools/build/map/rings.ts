import { boxed, type Rectangle } from '../../../src-shared/domain/map/clip.ts';
import { toUnit } from '../../../src-shared/domain/map/mercator.ts';

/** A ring or line in Web Mercator, x and y in 0…1 of the world square, interleaved. */
export interface Ring extends Rectangle {
  xy: ArrayLike<number>;
}

/**
 * A ring in the unit square. Rings that cross the antimeridian are continued past it, and one that goes around a pole
 * (Antarctica) is closed along the edge of the map.
 */
export function toRing(positions: number[][]): Ring {
  const xy: number[] = [];
  let turn = 0;
  let before: number | null = null;
  for (const [longitude, latitude] of positions) {
    const { x, y } = toUnit(longitude!, latitude!);
    if (before !== null && x - before > 0.5) turn -= 1;
    else if (before !== null && x - before < -0.5) turn += 1;
    before = x;
    xy.push(x + turn, y);
  }
  if (turn !== 0) {
    const edge = xy[1]! > 0.5 ? 1 : 0;
    xy.push(xy.at(-2)!, edge, xy[0]!, edge);
  }
  return boxed(xy);
}

/** A ring, and where it leaves the square the copy of it that comes in at the other side. */
export function withCopies(ring: Ring): Ring[] {
  const copies = [ring];
  for (const by of [-1, 1])
    if (ring.west + by < 1 && ring.east + by > 0)
      copies.push(boxed(Array.from(ring.xy, (value, i) => (i % 2 ? value : value + by))));
  return copies;
}

export const area = (ring: Ring): number => (ring.east - ring.west) * (ring.south - ring.north);

export const meets = (ring: Ring, box: Rectangle): boolean =>
  ring.east >= box.west && ring.west <= box.east && ring.south >= box.north && ring.north <= box.south;
