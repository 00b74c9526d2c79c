export interface Spot {
  x: number;
  y: number;
  /** Radians, at most a quarter turn to either side: nobody reads upside down. */
  angle: number;
}
type Pixel = { x: number; y: number };

/** A name bends no more than that in all. */
const MOST_TURN = 0.45;

/**
 * Where a name of so many pixels lies along a line within a square tile: in the middle of the straightest stretch that holds
 * it. Null where none does.
 */
export function spotAlong(line: readonly Pixel[], width: number, tile: number): Spot | null {
  let best: { from: number; to: number; length: number } | null = null;
  for (let from = 0; from < line.length - 1; from++) {
    let length = 0;
    let turned = 0;
    for (let to = from + 1; to < line.length; to++) {
      if (!isInside(line[to - 1]!, tile) || !isInside(line[to]!, tile)) break;
      if (to > from + 1) turned += Math.abs(turnAt(line[to - 2]!, line[to - 1]!, line[to]!));
      if (turned > MOST_TURN) break;
      length += Math.hypot(line[to]!.x - line[to - 1]!.x, line[to]!.y - line[to - 1]!.y);
      if (length > (best?.length ?? 0)) best = { from, to, length };
    }
  }
  if (!best || best.length < width + 6) return null;
  const [a, b] = [line[best.from]!, line[best.to]!];
  let angle = Math.atan2(b.y - a.y, b.x - a.x);
  if (angle > Math.PI / 2) angle -= Math.PI;
  if (angle < -Math.PI / 2) angle += Math.PI;
  const middle = midway(line, best.from, best.to, best.length / 2);
  // A name is drawn whole, or it would end at the tile's edge.
  const [wide, high] = [(Math.abs(Math.cos(angle)) * width) / 2 + 4, (Math.abs(Math.sin(angle)) * width) / 2 + 6];
  const fits = middle.x >= wide && middle.x <= tile - wide && middle.y >= high && middle.y <= tile - high;
  return fits ? { ...middle, angle } : null;
}

const isInside = ({ x, y }: Pixel, tile: number) => x >= 0 && y >= 0 && x <= tile && y <= tile;

function turnAt(a: Pixel, b: Pixel, c: Pixel): number {
  const turn = Math.atan2(c.y - b.y, c.x - b.x) - Math.atan2(b.y - a.y, b.x - a.x);
  return turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
}

function midway(line: readonly Pixel[], from: number, to: number, distance: number): Pixel {
  let left = distance;
  for (let n = from; n < to; n++) {
    const [a, b] = [line[n]!, line[n + 1]!];
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (left <= length) return { x: a.x + ((b.x - a.x) * left) / length, y: a.y + ((b.y - a.y) * left) / length };
    left -= length;
  }
  return line[to]!;
}
