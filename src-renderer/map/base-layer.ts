import L from 'leaflet';
import { resolveColor } from '../theme/status.ts';
import { clipRing } from './clip.ts';
import { type Country, type Detail, loadCountries } from './vector-data.ts';

/** From this zoom on the coastlines of the coarse data look angular. */
const FINE_FROM_ZOOM = 6;
/** From this zoom on rings reach far beyond a tile and are cut to it. */
const CLIP_FROM_ZOOM = 5;
const TILE = 256;

/**
 * The bundled base map: countries drawn on canvas tiles in the colours of the scheme. Needs no network beyond the
 * console itself. Call `redraw()` when the colour scheme changes.
 */
export class VectorBaseLayer extends L.GridLayer {
  constructor() {
    super({ tileSize: TILE, updateWhenZooming: false, keepBuffer: 3 });
  }

  override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas');
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = canvas.height = TILE * ratio;
    const detail: Detail = coords.z >= FINE_FROM_ZOOM ? 'fine' : 'coarse';
    loadCountries(detail).then(
      (countries) => {
        drawTile(canvas, coords, ratio, countries);
        done(undefined, canvas);
      },
      (error: Error) => done(error, canvas),
    );
    return canvas;
  }
}

function drawTile(canvas: HTMLCanvasElement, coords: L.Coords, ratio: number, countries: Country[]): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const world = 2 ** coords.z;
  // Some pixels of margin, so that borders don't break at the tile's edge, nor the cuts themselves show.
  const margin = 4 / (TILE * world);
  const west = coords.x / world - margin;
  const north = coords.y / world - margin;
  const east = (coords.x + 1) / world + margin;
  const south = (coords.y + 1) / world + margin;
  const scale = TILE * world;
  context.scale(ratio, ratio);
  context.fillStyle = resolveColor('var(--map-land)');
  context.strokeStyle = resolveColor('var(--map-border)');
  context.lineWidth = coords.z < 4 ? 0.6 : 1;
  context.lineJoin = 'round';
  for (const country of countries) {
    const near = country.rings.filter((r) => r.east >= west && r.west <= east && r.south >= north && r.north <= south);
    if (near.length === 0) continue;
    context.beginPath();
    for (const ring of near) {
      const cut = coords.z < CLIP_FROM_ZOOM ? ring.xy : clipRing(ring.xy, { west, north, east, south });
      tracePath(context, cut, scale, coords.x * TILE, coords.y * TILE);
    }
    context.fill('evenodd');
    context.stroke();
  }
  drawNames(context, coords, countries);
}

/** Traces a ring in tile pixels, leaving out points that fall on the pixel of the one before. */
function tracePath(
  context: CanvasRenderingContext2D,
  xy: ArrayLike<number>,
  scale: number,
  left: number,
  top: number,
): void {
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

const MIN_LABEL_ROOM = 70;
const MAX_LABEL_ZOOM = 9;

/** Names of countries that have room for theirs; a name is drawn by each tile that it reaches into. */
function drawNames(context: CanvasRenderingContext2D, coords: L.Coords, countries: Country[]): void {
  if (coords.z < 3 || coords.z > MAX_LABEL_ZOOM) return;
  const scale = TILE * 2 ** coords.z;
  context.font = '500 11px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = resolveColor('var(--mantine-color-dimmed)');
  context.strokeStyle = resolveColor('var(--map-land)');
  context.lineWidth = 3;
  for (const { name, label } of countries) {
    if (label.width * scale < Math.max(MIN_LABEL_ROOM, name.length * 7)) continue;
    const x = label.x * scale - coords.x * TILE;
    const y = label.y * scale - coords.y * TILE;
    if (x < -120 || x > TILE + 120 || y < -12 || y > TILE + 12) continue;
    context.strokeText(name, x, y);
    context.fillText(name, x, y);
  }
}
