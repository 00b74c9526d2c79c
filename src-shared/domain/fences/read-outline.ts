import type { Corner, Outline } from './outline.ts';
import { type Geometry, readWkt } from './read-wkt.ts';

/** What a text says of a place: an outline, or a point. */
type Shape = { outline: Outline } | { point: Corner };
export interface ShapeProblem {
  message: string;
  /** The same read with the other order of axes makes sense. */
  isSwapped?: boolean;
}
export type ReadShape = { shape: Shape } | { problem: ShapeProblem };
/** GeoJSON and WKT say longitude first; some programs write latitude first. */
export type Axes = 'longitude-first' | 'latitude-first';

const refused = (message: string): { problem: ShapeProblem } => ({ problem: { message } });
const NOTHING = 'This is neither GeoJSON nor WKT. Paste a Polygon or a MultiPolygon.';

/**
 * Reads one outline or point from GeoJSON (a geometry, a feature, or a collection that holds one) or WKT. Rings may be
 * left open, a third coordinate is dropped. Whether the outline can be a fence is for `checkOutline` to say.
 */
export function readShape(text: string, axes: Axes = 'longitude-first'): ReadShape {
  const plain = text.trim();
  if (plain === '') return refused('There is nothing to read.');
  if (!plain.startsWith('{') && !plain.startsWith('[')) {
    const read = readWkt(plain);
    return 'problem' in read ? refused(read.problem) : shapeOf(read.geometry, axes);
  }
  let json: unknown;
  try {
    json = JSON.parse(plain);
  } catch {
    return refused('This GeoJSON is incomplete or has a wrong character. Copy all of it.');
  }
  return shapeOfJson(json, axes);
}

/** The same of GeoJSON that is parsed already. */
export function shapeOfJson(json: unknown, axes: Axes = 'longitude-first'): ReadShape {
  if (!isRecord(json)) return refused(NOTHING);
  if (json.type === 'Feature')
    return json.geometry === null ? refused('This feature has no shape.') : shapeOfJson(json.geometry, axes);
  const many =
    json.type === 'FeatureCollection' ? json.features : json.type === 'GeometryCollection' && json.geometries;
  if (!Array.isArray(many)) return shapeOf({ type: String(json.type ?? ''), coordinates: json.coordinates }, axes);
  if (many.length === 0) return refused('The collection is empty.');
  if (many.length === 1 && many[0]?.type !== 'FeatureCollection') return shapeOfJson(many[0], axes);
  return refused(`The collection holds ${many.length} shapes. Import it as a file to make a location of each.`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const lists = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function shapeOf({ type, coordinates }: Geometry, axes: Axes): ReadShape {
  const kind = type.toUpperCase();
  if (kind === 'POINT') {
    const read = cornersOf([coordinates], axes);
    return 'problem' in read ? read : { shape: { point: read.corners[0]! } };
  }
  let parts: unknown[];
  if (kind === 'POLYGON') parts = [coordinates];
  else if (kind === 'MULTIPOLYGON') parts = lists(coordinates);
  else if (kind === 'LINESTRING' && isClosed(lists(coordinates))) parts = [[coordinates]];
  else if (kind === 'LINESTRING') return refused('A line is not an outline. Close it, or paste a Polygon.');
  else if (kind.startsWith('MULTI')) return refused(`A ${type} is not an outline. Paste a Polygon or a MultiPolygon.`);
  else return refused(NOTHING);
  const rings = parts.map((part) => lists(part).map(lists));
  const positions = rings.flat(2);
  if (positions.length === 0) return refused('The outline is empty.');
  // All corners at once: one alone may not tell that the axes are swapped.
  const read = cornersOf(positions, axes);
  if ('problem' in read) return read;
  let next = 0;
  return { shape: { outline: rings.map((part) => part.map((ring) => ring.map(() => read.corners[next++]!))) } };
}

const isClosed = (line: readonly unknown[]): boolean =>
  line.length >= 4 && JSON.stringify(line[0]) === JSON.stringify(line.at(-1));

/** Beyond ±180 a shape goes on over the antimeridian, as map programs write it. */
const MOST_LONGITUDE = 540;

/** Positions as corners within ±180 and ±90 degrees, or what is wrong with them. */
function cornersOf(positions: readonly unknown[], axes: Axes): { corners: Corner[] } | { problem: ShapeProblem } {
  const corners: Corner[] = [];
  for (const position of positions) {
    const [first, second] = lists(position);
    if (!isNumber(first) || !isNumber(second)) return refused('A corner is not a pair of numbers.');
    corners.push(axes === 'longitude-first' ? [first, second] : [second, first]);
  }
  const [x, y] = [largest(corners, 0), largest(corners, 1)];
  if (x > MOST_LONGITUDE || y > MOST_LONGITUDE)
    return refused('These numbers are not degrees. Convert the shape to WGS 84 (EPSG:4326), and paste that.');
  if (y > 90) {
    const message = 'A latitude is beyond 90 degrees';
    if (x > 90) return refused(`${message}.`);
    return { problem: { message: `${message}: latitude and longitude are swapped.`, isSwapped: true } };
  }
  return { corners: corners.map(([longitude, latitude]) => [wrap(longitude), latitude]) };
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const wrap = (degrees: number) =>
  Math.abs(degrees) <= 180 ? degrees : Number((degrees - 360 * Math.round(degrees / 360)).toFixed(9));
const largest = (corners: readonly Corner[], axis: 0 | 1) =>
  corners.reduce((most, corner) => Math.max(most, Math.abs(corner[axis])), 0);
