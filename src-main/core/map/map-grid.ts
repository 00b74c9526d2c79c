import { mercatorY } from '../../../src-shared/domain/map/mercator.ts';

/** A box in degrees. `west` > `east` crosses the antimeridian. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** Side of a grid cell on screen is 64 px: a map tile of 256 px is four cells wide. */
const CELLS_PER_TILE = 4;
/** No box is cut into more cells than this along an axis, whatever the zoom, so that an answer stays small. */
const MAX_CELLS = 256;
/** From this zoom on (a few hundred metres on a screen) people look for single trackers. */
const SINGLE_ZOOM = 16;

/**
 * Brings longitudes, which a map that was dragged around the world gives beyond it, into -180..180. A box of 360
 * degrees or more is the whole world.
 */
export function normaliseBox(box: Box): Box {
  if (box.east - box.west >= 360) return { ...box, west: -180, east: 180 };
  return { ...box, west: wrap(box.west), east: wrap(box.east) };
}

const wrap = (longitude: number) =>
  longitude >= -180 && longitude <= 180 ? longitude : ((((longitude + 180) % 360) + 360) % 360) - 180;

/** Cells around the world at a zoom level, for a box: a power of two, so that clusters stay put while the map moves. */
export function cellsAround(box: Box, zoom: number): number {
  const width = (box.east - box.west + (box.west > box.east ? 360 : 0)) / 360;
  const height = mercatorY(box.south) - mercatorY(box.north);
  const finest = 2 ** Math.floor(Math.log2(MAX_CELLS / Math.max(width, height, 1e-6)));
  return Math.min(CELLS_PER_TILE * 2 ** zoom, finest);
}

/** Up to how many trackers in a box are shown one by one instead of in clusters. */
export const singlesUpTo = (zoom: number) => (zoom >= SINGLE_ZOOM ? 2000 : 200);
