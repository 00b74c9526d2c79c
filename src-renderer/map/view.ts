import type L from 'leaflet';

const wrap = (longitude: number): number => ((((longitude + 180) % 360) + 360) % 360) - 180;
const round = (degrees: number): number => Math.round(degrees * 1e4) / 1e4;

/** Latitudes beyond are on no map. */
const MOST_LATITUDE = 85;
/** The box of the whole world, as the API takes it. */
export const WORLD = '-180,-90,180,90';
/** Where a map begins that nobody gave a view. */
export const START = { center: [30, 10] as [number, number], zoom: 2 };

/**
 * The box that a map shows as the API takes it: `west,south,east,north`, within ±180 and ±90 degrees; west > east
 * crosses the antimeridian. A view as wide as the world asks for all of it, by the same words wherever its edges are.
 */
export function bboxText(bounds: L.LatLngBounds): string {
  const south = round(Math.max(-90, bounds.getSouth()));
  const north = round(Math.min(90, bounds.getNorth()));
  if (bounds.getEast() - bounds.getWest() >= 360)
    return south <= -MOST_LATITUDE && north >= MOST_LATITUDE ? WORLD : `-180,${south},180,${north}`;
  return `${round(wrap(bounds.getWest()))},${south},${round(wrap(bounds.getEast()))},${north}`;
}

/** The copy of a longitude that is nearest to the middle of the view, since the world repeats sideways. */
export function nearestCopy(longitude: number, center: number): number {
  return longitude + 360 * Math.round((center - longitude) / 360);
}

/** `47.05,8.3,6` in the address: latitude, longitude, zoom. Null when it is not one. */
export function parseView(text: string | undefined): { center: [number, number]; zoom: number } | null {
  const [latitude, longitude, zoom] = (text ?? '').split(',').map(Number);
  if (![latitude, longitude, zoom].every((n) => typeof n === 'number' && Number.isFinite(n))) return null;
  return { center: [latitude!, longitude!], zoom: zoom! };
}

export function viewText(map: L.Map): string {
  const { lat, lng } = map.getCenter();
  return `${lat.toFixed(4)},${wrap(lng).toFixed(4)},${map.getZoom()}`;
}

/** Pixels of the search field, in a narrow window. */
const SEARCH = 64;

/**
 * What a view of something keeps free: in a narrow window the search field lies over the map's top and a sheet over its
 * bottom.
 * @param below pixels that the sheet and what stands above it take
 */
export const roomLeft = (narrow: boolean, below: number): L.FitBoundsOptions =>
  narrow ? { paddingTopLeft: [16, SEARCH], paddingBottomRight: [16, below] } : {};
