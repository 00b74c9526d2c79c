/**
 * A line with fewer corners (Douglas and Peucker, 1973): those that lie nearer than `tolerance` to the straight way are
 * left out. Ends stay, so that lines that meet go on meeting.
 */
export function cutShort(line: readonly number[][], tolerance: number): number[][] {
  const kept = new Set([0, line.length - 1]);
  const open: [number, number][] = [[0, line.length - 1]];
  for (let part = open.pop(); part; part = open.pop()) {
    const [from, to] = part;
    let [farthest, most] = [0, tolerance];
    for (let index = from + 1; index < to; index++) {
      const distance = distanceTo(line[index]!, line[from]!, line[to]!);
      if (distance > most) [farthest, most] = [index, distance];
    }
    if (farthest === 0) continue;
    kept.add(farthest);
    open.push([from, farthest], [farthest, to]);
  }
  return line.filter((_, index) => kept.has(index));
}

function distanceTo(point: number[], from: number[], to: number[]): number {
  const [dx, dy] = [to[0]! - from[0]!, to[1]! - from[1]!];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point[0]! - from[0]!) * dx + (point[1]! - from[1]!) * dy) / length;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(point[0]! - from[0]! - share * dx, point[1]! - from[1]! - share * dy);
}

/**
 * The parts of a line inside a box, with the corners just outside, so that what is drawn reaches the box's edge.
 * @param xy x and y interleaved
 */
export function partsInside(
  xy: readonly number[],
  box: { west: number; north: number; east: number; south: number },
): number[][] {
  const parts: number[][] = [];
  let part: number[] = [];
  for (let index = 2; index < xy.length; index += 2) {
    const [x0, y0, x1, y1] = [xy[index - 2]!, xy[index - 1]!, xy[index]!, xy[index + 1]!];
    const outside =
      Math.max(x0, x1) < box.west ||
      Math.min(x0, x1) > box.east ||
      Math.max(y0, y1) < box.north ||
      Math.min(y0, y1) > box.south;
    if (outside) {
      if (part.length > 0) parts.push(part);
      part = [];
    } else if (part.length === 0) part = [x0, y0, x1, y1];
    else part.push(x1, y1);
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
