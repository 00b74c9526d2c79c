export interface Rectangle {
  west: number;
  north: number;
  east: number;
  south: number;
}

/** A line or ring, x and y interleaved, with the rectangle around it. */
export function boxed<T extends ArrayLike<number>>(xy: T): Rectangle & { xy: T } {
  const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  for (let index = 0; index < xy.length; index += 2) {
    box.west = Math.min(box.west, xy[index]!);
    box.east = Math.max(box.east, xy[index]!);
    box.north = Math.min(box.north, xy[index + 1]!);
    box.south = Math.max(box.south, xy[index + 1]!);
  }
  return { xy, ...box };
}

/**
 * Cuts a ring to a rectangle (Sutherland and Hodgman, 1974), edge by edge. Without it a country seen from close up has
 * corners millions of pixels away, which canvases can't draw any more.
 * @param ring x and y interleaved
 */
export function clipRing(ring: ArrayLike<number>, { west, north, east, south }: Rectangle): ArrayLike<number> {
  const left = cut(ring, 0, west, 1);
  const right = cut(left, 0, east, -1);
  const top = cut(right, 1, north, 1);
  return cut(top, 1, south, -1);
}

/** Keeps what lies on one side of a line: where `sign * (coordinate - limit)` is not negative. */
function cut(ring: ArrayLike<number>, axis: 0 | 1, limit: number, sign: 1 | -1): number[] {
  const kept: number[] = [];
  const length = ring.length;
  for (let index = 0, before = length - 2; index < length; before = index, index += 2) {
    const from = sign * (ring[before + axis]! - limit);
    const to = sign * (ring[index + axis]! - limit);
    if (from >= 0 !== to >= 0) {
      const share = from / (from - to);
      const x = ring[before]! + share * (ring[index]! - ring[before]!);
      const y = ring[before + 1]! + share * (ring[index + 1]! - ring[before + 1]!);
      kept.push(axis === 0 ? limit : x, axis === 1 ? limit : y);
    }
    if (to >= 0) kept.push(ring[index]!, ring[index + 1]!);
  }
  return kept;
}
