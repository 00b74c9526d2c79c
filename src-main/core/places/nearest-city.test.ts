import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNearestCity, nearestCity, readCities } from './nearest-city.ts';

const RADIUS_M = 6_371_000;
const rad = Math.PI / 180;

/** Angle between unit vectors: no formula in common with the index. */
function chordDistance(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const vector = (lon: number, lat: number) => [
    Math.cos(lat * rad) * Math.cos(lon * rad),
    Math.cos(lat * rad) * Math.sin(lon * rad),
    Math.sin(lat * rad),
  ];
  const a = vector(lon1, lat1);
  const b = vector(lon2, lat2);
  const chord = Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
  return 2 * RADIUS_M * Math.asin(Math.min(1, chord / 2));
}

const MIN_POPULATION = 20_000;
const cities = readCities(MIN_POPULATION);
const find = createNearestCity({ minPopulation: MIN_POPULATION });

function bruteForce(longitude: number, latitude: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (const city of cities) {
    best = Math.min(best, chordDistance(longitude, latitude, ...city.loc.coordinates));
  }
  return best;
}

const check = (longitude: number, latitude: number) => {
  const found = find(longitude, latitude)!;
  expect(Math.abs(found.distanceM - bruteForce(longitude, latitude))).toBeLessThanOrEqual(1);
};

describe('nearest city', () => {
  it('is what brute force finds, anywhere', () => {
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(fc.property(longitude, fc.double({ min: -90, max: 90, noNaN: true }), check), { numRuns: 60 });
  });

  it('is what brute force finds at the antimeridian and the poles', () => {
    const edge = fc.oneof(
      fc.double({ min: 175, max: 180, noNaN: true }),
      fc.double({ min: -180, max: -175, noNaN: true }),
    );
    fc.assert(fc.property(edge, fc.double({ min: -70, max: 75, noNaN: true }), check), { numRuns: 40 });
    for (const latitude of [90, 89.9, -89.9, -90])
      for (const longitude of [-180, -90, 0, 137, 180]) check(longitude, latitude);
  });

  it('names the city, with its GeoNames id and country', () => {
    expect(nearestCity(13.4035, 52.4994)).toMatchObject({ id: 2950159, name: 'Berlin', countryCode: 'DE' });
    expect(nearestCity(-58.38, -34.6)).toMatchObject({ name: 'Buenos Aires', countryCode: 'AR' });
  });

  it('finds a city across the antimeridian', () => {
    // Between Fiji and Samoa, the nearest large places are in Fiji, west of the line, even from east of it.
    expect(find(-179.9, -17)).toMatchObject({ countryCode: 'FJ' });
  });
});
