import type { Square } from '../../../src-shared/domain/map/bundled-map.ts';
import { clipRing, type Rectangle } from '../../../src-shared/domain/map/clip.ts';
import type { Line, Shapes } from './bundled-files.ts';

export const TILE = 256;
/** From this zoom on rings reach far beyond a tile and are cut to it. */
const CLIP_FROM_ZOOM = 5;
/** Rivers are drawn where their width is less than what the data may be off. */
const RIVERS = { from: 3, to: 10 };

/** Colours of the base map; canvases know no custom properties, so they come resolved. */
export interface MapColors {
  land: string;
  sea: string;
  border: string;
  label: string;
}
type Context = OffscreenCanvasRenderingContext2D;

/**
 * Draws the land and the waters of one 256-pixel tile.
 * @param context scaled to CSS pixels
 */
export function drawTile(context: Context, { x, y, z }: Square, shapes: Shapes, colors: MapColors): void {
  const world = 2 ** z;
  // Some pixels of margin, so that borders don't break at the tile's edge, nor the cuts themselves show.
  const margin = 4 / (TILE * world);
  const box = {
    west: x / world - margin,
    north: y / world - margin,
    east: (x + 1) / world + margin,
    south: (y + 1) / world + margin,
  };
  const pen: Pen = { context, scale: TILE * world, left: x * TILE, top: y * TILE };
  const areas = (rings: Line[]): boolean => {
    const near = rings.filter((ring) => meets(ring, box));
    context.beginPath();
    for (const ring of near) trace(pen, z < CLIP_FROM_ZOOM ? ring.xy : clipRing(ring.xy, box), true);
    return near.length > 0;
  };
  const lines = (all: Line[]) => {
    context.beginPath();
    for (const line of all) if (meets(line, box)) trace(pen, line.xy, false);
    context.stroke();
  };
  context.lineJoin = 'round';
  context.fillStyle = colors.land;
  context.strokeStyle = colors.border;
  context.lineWidth = z < 4 ? 0.6 : 1;
  for (const rings of shapes.land) {
    if (!areas(rings)) continue;
    context.fill('evenodd');
    context.stroke();
  }
  context.setLineDash([3, 2]);
  context.lineWidth = 0.6;
  for (const { zoom, lines: all } of shapes.provinces) if (zoom <= z) lines(all);
  context.setLineDash([]);
  context.strokeStyle = context.fillStyle = colors.sea;
  if (areas(shapes.lakes)) context.fill('evenodd');
  context.lineWidth = z < 6 ? 0.8 : 1.5;
  if (z >= RIVERS.from && z <= RIVERS.to) lines(shapes.rivers);
}

const meets = (line: Rectangle, box: Rectangle) =>
  line.east >= box.west && line.west <= box.east && line.south >= box.north && line.north <= box.south;

interface Pen {
  context: Context;
  scale: number;
  left: number;
  top: number;
}

/** Traces a line in tile pixels, leaving out points that fall on the pixel of the one before. */
function trace({ context, scale, left, top }: Pen, xy: ArrayLike<number>, closed: boolean): void {
  let lastX = Number.NaN;
  let lastY = Number.NaN;
  for (let index = 0; index < xy.length; index += 2) {
    const x = xy[index]! * scale - left;
    const y = xy[index + 1]! * scale - top;
    if (index === 0) context.moveTo(x, y);
    else if (Math.abs(x - lastX) + Math.abs(y - lastY) < 0.7 && index < xy.length - 2) continue;
    else context.lineTo(x, y);
    lastX = x;
    lastY = y;
  }
  if (closed) context.closePath();
}
