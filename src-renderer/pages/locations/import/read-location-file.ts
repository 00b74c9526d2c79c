import { parse } from 'csv-parse/browser/esm/sync';
import type { ImportedLocation } from '../../../../src-shared/contract/fence-drafts.ts';
import type { ImportProblem } from '../../../../src-shared/contract/jobs.ts';
import { type LocationKind, locationKinds } from '../../../../src-shared/contract/status.ts';
import {
  type Axes,
  type ReadShape,
  readShape,
  shapeOfJson,
} from '../../../../src-shared/domain/fences/read-outline.ts';
import { parseDegrees } from '../../../../src-shared/domain/geo/parse-position.ts';

export interface LocationFile {
  locations: ImportedLocation[];
  problems: ImportProblem[];
  /** Some shapes only make sense with latitude first. */
  isSwapped: boolean;
}
interface Options {
  /** Of rows that don't say whether they are storage or delivery locations. */
  kind: LocationKind;
  axes: Axes;
}

/** Names of columns and of GeoJSON properties, as programs write them; compared in lower case without marks. */
const names = {
  name: ['name', 'title', 'label', 'location', 'bezeichnung'],
  kind: ['kind', 'type', 'locationtype'],
  address: ['address', 'adresse'],
  shape: ['wkt', 'geometry', 'geom', 'thegeom', 'outline', 'polygon', 'shape', 'geojson'],
  latitude: ['latitude', 'lat', 'y', 'breite'],
  longitude: ['longitude', 'lon', 'lng', 'long', 'x', 'länge'],
  radius: ['radius', 'radiusm', 'geofenceradiusm', 'margin', 'marginm'],
} as const;
type Field = keyof typeof names;
type Row = Partial<Record<Field, string>>;

const MOST_ROWS = 5_000;
const plain = (text: string) => text.toLowerCase().replace(/[\s_()-]/g, '');
const fieldOf = (column: string): Field | undefined =>
  (Object.keys(names) as Field[]).find((field) => (names[field] as readonly string[]).includes(plain(column)));

/**
 * Reads a GeoJSON FeatureCollection, or CSV with WKT, GeoJSON or coordinates in its columns. Rows that can't be read are
 * told, with all that is wrong with them; whether the others can be stored is for the core to say.
 */
export function readLocationFile(bytes: Uint8Array, options: Options): LocationFile {
  const text = decode(bytes).trim();
  return text.startsWith('{') ? readCollection(text, options) : readTable(text, options);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // What spreadsheets write where nobody chose UTF-8.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const refused = (message: string): LocationFile => ({
  locations: [],
  problems: [{ row: 1, column: null, code: 'file', message, value: null }],
  isSwapped: false,
});

function readCollection(text: string, options: Options): LocationFile {
  let json: { type?: unknown; features?: unknown };
  try {
    json = JSON.parse(text);
  } catch {
    return refused('This GeoJSON is incomplete or has a wrong character.');
  }
  const features = json.type === 'Feature' ? [json] : json.features;
  if (!Array.isArray(features)) return refused('This is not a GeoJSON FeatureCollection.');
  return gather(
    features.map((feature) => {
      const row: Row = {};
      for (const [key, value] of Object.entries(feature?.properties ?? {})) {
        const field = fieldOf(key);
        if (field && field !== 'shape' && value !== null && typeof value !== 'object') row[field] ??= String(value);
      }
      return { row, shape: () => shapeOfJson(feature, options.axes) };
    }),
    options,
    1,
  );
}

function readTable(text: string, options: Options): LocationFile {
  const [head = ''] = text.split('\n', 1);
  const delimiter = [';', '\t', ','].find((mark) => head.includes(mark)) ?? ',';
  let rows: string[][];
  try {
    rows = parse(text, { delimiter, relax_column_count: true, skip_empty_lines: true, trim: true, bom: true });
  } catch (error) {
    return refused(`This CSV can’t be read: ${(error as Error).message}`);
  }
  const columns = (rows[0] ?? []).map(fieldOf);
  const has = (field: Field) => columns.includes(field);
  if (!has('name')) return refused('There is no column “name” in the first row.');
  if (!has('shape') && !(has('latitude') && has('longitude')))
    return refused('There is no column “wkt”, and no columns “latitude” and “longitude”.');
  return gather(
    rows.slice(1).map((cells) => {
      const row: Row = {};
      for (const [n, field] of columns.entries()) if (field && cells[n]) row[field] ??= cells[n];
      return { row, shape: () => (row.shape ? readShape(row.shape, options.axes) : readPoint(row)) };
    }),
    options,
    2,
  );
}

function readPoint({ latitude = '', longitude = '' }: Row): ReadShape {
  const [north, east] = [parseDegrees(latitude, 'latitude'), parseDegrees(longitude, 'longitude')];
  if (north !== null && east !== null) return { shape: { point: [east, north] } };
  const isSwapped = parseDegrees(latitude, 'longitude') !== null && parseDegrees(longitude, 'latitude') !== null;
  return {
    problem: { message: isSwapped ? 'Latitude and longitude are swapped.' : 'It has no latitude and longitude.' },
  };
}

/** `150`, `150 m` or `12,5`. */
const metresOf = (text: string): number =>
  Number((text.toLowerCase().endsWith('m') ? text.slice(0, -1) : text).trim().replace(',', '.') || Number.NaN);

interface Found {
  row: Row;
  shape: () => ReadShape;
}

function gather(found: readonly Found[], { kind }: Options, first: number): LocationFile {
  if (found.length === 0) return refused('This file has no locations.');
  if (found.length > MOST_ROWS)
    return refused(`This file holds ${found.length} locations. Import at most ${MOST_ROWS} at once.`);
  const locations: ImportedLocation[] = [];
  const problems: ImportProblem[] = [];
  let isSwapped = false;
  for (const [n, { row: given, shape }] of found.entries()) {
    const row = first + n;
    const before = problems.length;
    const wrong = (column: string, message: string, value: string | null = null) =>
      problems.push({ row, column, code: `${column}-wrong`, message, value: value?.slice(0, 80) ?? null });
    const name = given.name?.trim() ?? '';
    if (name === '') wrong('name', 'It has no name.');
    else if (name.length > 200) wrong('name', 'The name is longer than 200 characters.', name);
    const saidKind = locationKinds.find((one) => plain(given.kind ?? '').startsWith(one));
    if (given.kind && !saidKind) wrong('kind', 'Write “storage” or “delivery”.', given.kind);
    const address = given.address ?? '';
    if (address.length > 500) wrong('address', 'The address is longer than 500 characters.', address);
    const radius = given.radius ? metresOf(given.radius) : undefined;
    if (radius !== undefined && !(radius >= 0 && radius <= 50_000))
      wrong('radius', 'The radius is not a number of metres from 0 to 50,000.', given.radius);
    const read = shape();
    if ('problem' in read) {
      wrong('shape', read.problem.message, given.shape ?? null);
      isSwapped ||= Boolean(read.problem.isSwapped);
    }
    if (problems.length > before || 'problem' in read) continue;
    locations.push({
      row,
      kind: saidKind ?? kind,
      name,
      address,
      ...(radius === undefined ? {} : { geofenceRadiusM: radius }),
      ...('point' in read.shape
        ? { position: { type: 'Point', coordinates: read.shape.point } }
        : { outline: { type: 'MultiPolygon', coordinates: read.shape.outline } }),
    });
  }
  return { locations, problems, isSwapped };
}
