export interface Rectangle {
  west: number;
  north: number;
  east: number;
  south: number;
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
