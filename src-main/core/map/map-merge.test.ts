import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MapFeature } from '../../../src-shared/contract/map.ts';
import { mercatorY } from '../../../src-shared/domain/map/mercator.ts';
import { mergeOverlapping as mergeCounted, ringRadius } from './map-merge.ts';

const nothing = { countries: new Map(), cities: new Map() };
const mergeOverlapping = (features: MapFeature[], zoom: number) =>
  mergeCounted(
    features.map((feature) => ({ feature, held: nothing })),
    zoom,
  );

const cluster = (longitude: number, latitude: number, count: number): MapFeature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [longitude, latitude] },
  properties: {
    kind: 'cluster',
    count,
    statusCounts: { UNKNOWN: 0, IN_TRANSIT: count - 1, IN_STORAGE: 1, DELIVERED: 0 },
    holds: { countries: 0, country: null, countryCount: 0, city: null, cityCount: 0 },
    bounds: [longitude - 0.01, latitude - 0.01, longitude + 0.01, latitude + 0.01],
  },
});
const single = (longitude: number, latitude: number, trackerId: number): MapFeature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [longitude, latitude] },
  properties: {
    kind: 'tracker',
    trackerId,
    macAddress: null,
    status: 'DELIVERED',
    reportedAt: '2026-11-01T00:00:00Z',
    horizontalAccuracyM: 5,
    nearestCity: null,
  },
});
const pixels = ({ geometry: { coordinates } }: MapFeature, zoom: number) => ({
  x: ((coordinates[0] + 180) / 360) * 256 * 2 ** zoom,
  y: mercatorY(coordinates[1]) * 256 * 2 ** zoom,
});
const countOf = ({ properties }: MapFeature) => (properties.kind === 'cluster' ? properties.count : 1);
const total = (features: MapFeature[]) => features.reduce((sum, feature) => sum + countOf(feature), 0);

it('joins two clusters at the edge between their cells, and keeps what each held', () => {
  const [merged, ...rest] = mergeOverlapping([cluster(8.0, 47, 10), cluster(8.1, 47, 30)], 5);
  expect(rest).toEqual([]);
  expect(merged?.geometry.coordinates[0]).toBeCloseTo(8.075, 9);
  expect(merged?.properties).toEqual({
    kind: 'cluster',
    count: 40,
    statusCounts: { UNKNOWN: 0, IN_TRANSIT: 38, IN_STORAGE: 2, DELIVERED: 0 },
    holds: { countries: 0, country: null, countryCount: 0, city: null, cityCount: 0 },
    bounds: [7.99, 46.99, 8.11, 47.01],
  });
});

it('takes a single tracker under a ring into it, and leaves single trackers alone among themselves', () => {
  expect(mergeOverlapping([cluster(8, 47, 10), single(8.01, 47, 1)], 5)).toHaveLength(1);
  expect(mergeOverlapping([single(8, 47, 1), single(8.000001, 47, 2)], 5)).toHaveLength(2);
});

it('loses no tracker, and leaves no two rings on top of each other', () => {
  const features = fc.array(
    fc.record({
      longitude: fc.double({ min: -20, max: 20, noNaN: true }),
      latitude: fc.double({ min: -20, max: 20, noNaN: true }),
      count: fc.integer({ min: 1, max: 5000 }),
    }),
    { maxLength: 120 },
  );
  fc.assert(
    fc.property(features, fc.integer({ min: 0, max: 8 }), (list, zoom) => {
      const given = list.map(({ longitude, latitude, count }, n) =>
        count === 1 ? single(longitude, latitude, n + 1) : cluster(longitude, latitude, count),
      );
      const merged = mergeOverlapping(given, zoom);
      expect(total(merged)).toBe(total(given));
      const rings = merged.filter((feature) => countOf(feature) > 1);
      for (const ring of rings)
        for (const other of merged) {
          if (other === ring) continue;
          const [a, b] = [pixels(ring, zoom), pixels(other, zoom)];
          const apart = Math.hypot(a.x - b.x, a.y - b.y);
          expect(apart).toBeGreaterThanOrEqual(0.9 * (ringRadius(countOf(ring)) + ringRadius(countOf(other))) - 1e-6);
        }
    }),
  );
});

it('a merged cluster names what most of all its parts hold', () => {
  const held = (countries: Record<string, number>, cities: Record<string, number>) => ({
    countries: new Map(Object.entries(countries)),
    cities: new Map(Object.entries(cities)),
  });
  const [merged] = mergeCounted(
    [
      { feature: cluster(8.0, 47, 10), held: held({ CH: 9, DE: 1 }, { Basel: 6, Olten: 3, Lörrach: 1 }) },
      { feature: cluster(8.1, 47, 8), held: held({ DE: 8 }, { Lörrach: 7, Weil: 1 }) },
      { feature: single(8.05, 47, 3), held: held({ FR: 1 }, { Basel: 1 }) },
    ],
    5,
  );
  expect(merged?.properties).toMatchObject({
    count: 19,
    // Equal counts go by name, so that the words don't depend on the order of the rows.
    holds: { countries: 3, country: 'Switzerland', countryCount: 9, city: 'Lörrach', cityCount: 8 },
  });
});
