import { CITIES_FROM_ZOOM, type City, citiesNear } from './cities.ts';
import { clipRing } from './clip.ts';
import type { Country } from './vector-data.ts';

export const TILE = 256;
/** From this zoom on rings reach far beyond a tile and are cut to it. */
const CLIP_FROM_ZOOM = 5;
const MIN_LABEL_ROOM = 70;
export const LABEL_ZOOMS = { from: 3, to: 6 };

/** Colours of the base map; canvases know no custom properties, so they come resolved. */
export interface MapColors {
  land: string;
  border: string;
  label: string;
}
export interface TileAddress {
  x: number;
  y: number;
  z: number;
}
type Context = Pick<
  OffscreenCanvasRenderingContext2D,
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'arc'
  | 'fill'
  | 'stroke'
  | 'scale'
  | 'fillText'
  | 'strokeText'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineJoin'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
>;

/**
 * Draws the countries, and from some zoom on the cities, of one 256-pixel tile.
 * @param ratio canvas pixels to a CSS pixel
 * @param cities largest first; empty while they are not wanted or not there yet
 */
export function drawTile(
  context: Context,
  { x, y, z }: TileAddress,
  ratio: number,
  countries: Country[],
  cities: City[],
  colors: MapColors,
): void {
  const world = 2 ** z;
  // Some pixels of margin, so that borders don't break at the tile's edge, nor the cuts themselves show.
  const margin = 4 / (TILE * world);
  const box = {
    west: x / world - margin,
    north: y / world - margin,
    east: (x + 1) / world + margin,
    south: (y + 1) / world + margin,
  };
  context.scale(ratio, ratio);
  context.fillStyle = colors.land;
  context.strokeStyle = colors.border;
  context.lineWidth = z < 4 ? 0.6 : 1;
  context.lineJoin = 'round';
  for (const country of countries) {
    const near = country.rings.filter(
      (ring) => ring.east >= box.west && ring.west <= box.east && ring.south >= box.north && ring.north <= box.south,
    );
    if (near.length === 0) continue;
    context.beginPath();
    for (const ring of near)
      tracePath(context, z < CLIP_FROM_ZOOM ? ring.xy : clipRing(ring.xy, box), TILE * world, x * TILE, y * TILE);
    context.fill('evenodd');
    context.stroke();
  }
  setTextStyle(context, colors);
  if (z >= LABEL_ZOOMS.from && z <= LABEL_ZOOMS.to) drawNames(context, { x, y, z }, countries);
  if (z >= CITIES_FROM_ZOOM) drawCities(context, { x, y, z }, cities, colors);
}

/** Traces a ring in tile pixels, leaving out points that fall on the pixel of the one before. */
function tracePath(context: Context, xy: ArrayLike<number>, scale: number, left: number, top: number): void {
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
  context.closePath();
}

function setTextStyle(context: Context, colors: MapColors): void {
  context.font = '500 11px "Inter Variable", system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = colors.label;
  context.strokeStyle = colors.land;
  context.lineWidth = 3;
}

/** Names of countries that have room for theirs; a name is drawn by each tile that it reaches into. */
function drawNames(context: Context, tile: TileAddress, countries: Country[]): void {
  const scale = TILE * 2 ** tile.z;
  for (const { name, label } of countries) {
    if (label.width * scale < Math.max(MIN_LABEL_ROOM, name.length * 7)) continue;
    const x = label.x * scale - tile.x * TILE;
    const y = label.y * scale - tile.y * TILE;
    if (x < -120 || x > TILE + 120 || y < -12 || y > TILE + 12) continue;
    context.strokeText(name.toUpperCase(), x, y);
    context.fillText(name.toUpperCase(), x, y);
  }
}

/** A dot and the name above it. */
function drawCities(context: Context, tile: TileAddress, cities: City[], colors: MapColors): void {
  for (const { city, x, y } of citiesNear(cities, tile)) {
    context.beginPath();
    context.arc(x, y, 2, 0, 2 * Math.PI);
    context.fillStyle = colors.label;
    context.fill();
    context.strokeText(city.name, x, y - 10);
    context.fillText(city.name, x, y - 10);
  }
}
