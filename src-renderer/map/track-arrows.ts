export interface Arrow {
  x: number;
  y: number;
  /** Radians, clockwise from east, as screens count. */
  angle: number;
}

/** Where arrows lie along a way in pixels, one after each such distance; a way too short for one has one in its middle. */
export function arrowsAlong(pixels: readonly { x: number; y: number }[], every: number, most = 400): Arrow[] {
  const lengths = pixels.slice(1).map(({ x, y }, n) => Math.hypot(x - pixels[n]!.x, y - pixels[n]!.y));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  // Too short to have a direction that is seen.
  if (whole < 24) return [];
  const step = Math.max(every, whole / most);
  const arrows: Arrow[] = [];
  let next = Math.min(step, whole) / 2;
  let gone = 0;
  for (const [n, length] of lengths.entries()) {
    const [a, b] = [pixels[n]!, pixels[n + 1]!];
    for (; next < gone + length; next += step) {
      const share = (next - gone) / length;
      arrows.push({
        x: a.x + (b.x - a.x) * share,
        y: a.y + (b.y - a.y) * share,
        angle: Math.atan2(b.y - a.y, b.x - a.x),
      });
    }
    gone += length;
  }
  return arrows;
}
