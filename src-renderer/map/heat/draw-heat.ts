/** A place of the picture, in its pixels, and how much is there. */
export interface HeatPoint {
  x: number;
  y: number;
  count: number;
}

type Context = OffscreenCanvasRenderingContext2D;

/** From few to many, light to dark or the other way round: one hue range that any colour vision reads as rising. */
const stops: readonly [number, [number, number, number]][] = [
  [0, [68, 1, 84]],
  [0.25, [59, 82, 139]],
  [0.5, [33, 145, 140]],
  [0.75, [94, 201, 98]],
  [1, [253, 231, 37]],
];

/** The colour of an intensity between 0 and 1 (viridis, van der Walt and Smith 2015, sampled at five places). */
export function heatColor(intensity: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, intensity));
  const upper = stops.findIndex(([stop]) => stop >= at);
  const [high, highColor] = stops[Math.max(1, upper)]!;
  const [low, lowColor] = stops[Math.max(1, upper) - 1]!;
  const share = (at - low) / (high - low);
  return [0, 1, 2].map((channel) =>
    Math.round(lowColor[channel]! + share * (highColor[channel]! - lowColor[channel]!)),
  ) as [number, number, number];
}

/**
 * How strongly a cell glows, between 0.12 and 1: by the logarithm of its count, or a depot of thousands would leave
 * every other place dark.
 */
export const heatOf = (count: number, most: number): number =>
  0.12 + 0.88 * (most <= 1 ? 0.5 : Math.log1p(count) / Math.log1p(most));

/** Draws soft spots that add up, then colours what they add up to. @param radius of a spot, in pixels */
export function drawHeat(
  context: Context,
  points: readonly HeatPoint[],
  most: number,
  radius: number,
  width: number,
  height: number,
): void {
  const spot = spotOf(radius);
  for (const { x, y, count } of points) {
    if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
    context.globalAlpha = 0.65 * heatOf(count, most);
    context.drawImage(spot, x - radius, y - radius);
  }
  const image = context.getImageData(0, 0, width, height);
  const { data } = image;
  const palette = Array.from({ length: 256 }, (_, alpha) => heatColor(alpha / 255));
  for (let i = 3; i < data.length; i += 4) {
    const alpha = data[i]!;
    if (alpha === 0) continue;
    const [red, green, blue] = palette[alpha]!;
    data[i - 3] = red;
    data[i - 2] = green;
    data[i - 1] = blue;
    data[i] = Math.min(220, 70 + alpha);
    // The rim of a spot fades out instead of ending in a step.
    if (alpha < 48) data[i] = Math.round((alpha / 48) * 118);
  }
  context.putImageData(image, 0, 0);
}

function spotOf(radius: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(radius * 2, radius * 2);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw the heat map on');
  const gradient = context.createRadialGradient(radius, radius, 0, radius, radius, radius);
  gradient.addColorStop(0, 'rgba(0,0,0,1)');
  gradient.addColorStop(0.4, 'rgba(0,0,0,0.45)');
  gradient.addColorStop(1, 'rgba(0,0,0,0)');
  context.fillStyle = gradient;
  context.fillRect(0, 0, radius * 2, radius * 2);
  return canvas;
}
