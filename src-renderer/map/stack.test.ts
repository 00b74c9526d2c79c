import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MapFeature } from '../../src-shared/contract/map.ts';
import { statuses } from '../../src-shared/contract/status.ts';
import { stackOverlapping } from './stack.ts';

const tracker = (trackerId: number, longitude: number, latitude: number): MapFeature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [longitude, latitude] },
  properties: {
    kind: 'tracker',
    trackerId,
    macAddress: null,
    status: statuses[trackerId % statuses.length]!,
    reportedAt: '2026-11-01T00:00:00.000Z',
    horizontalAccuracyM: 10,
    nearestCity: null,
  },
});
const project = (x: number, y: number) => ({ x: x * 10, y: y * 10 });
const sizeOf = ({ properties }: MapFeature) => (properties.kind === 'cluster' ? properties.count : 1);
const places = fc
  .array(fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: -50, max: 50, noNaN: true })), {
    maxLength: 60,
  })
  .map((points) => points.map(([x, y], index) => tracker(index + 1, x, y)));

test('no tracker is lost, and the order they come in does not matter', () => {
  fc.assert(
    fc.property(places, (features) => {
      const stacked = stackOverlapping(features, project, 24);
      expect(stacked.reduce((sum, feature) => sum + sizeOf(feature), 0)).toBe(features.length);
      expect(stackOverlapping([...features].reverse(), project, 24)).toEqual(stacked);
    }),
  );
});

test('what stays single is no closer to another single than the distance', () => {
  fc.assert(
    fc.property(places, (features) => {
      const singles = stackOverlapping(features, project, 24).filter(({ properties }) => properties.kind === 'tracker');
      for (const [i, a] of singles.entries())
        for (const b of singles.slice(i + 1)) {
          const [p, q] = [project(...a.geometry.coordinates), project(...b.geometry.coordinates)];
          expect(Math.hypot(p.x - q.x, p.y - q.y)).toBeGreaterThanOrEqual(24);
        }
    }),
  );
});

test('a stack counts statuses and bounds what it holds; clusters of the server stay', () => {
  const cluster: MapFeature = {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [0, 0] },
    properties: {
      kind: 'cluster',
      count: 9,
      statusCounts: { UNKNOWN: 9, IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 },
      holds: { countries: 0, country: null, countryCount: 0, city: null, cityCount: 0 },
      bounds: [0, 0, 1, 1],
    },
  };
  const [kept, stack] = stackOverlapping([tracker(1, 0, 0), cluster, tracker(2, 1, 1)], project, 24);
  expect(kept).toBe(cluster);
  expect(stack?.properties).toEqual({
    kind: 'cluster',
    count: 2,
    statusCounts: { UNKNOWN: 0, IN_TRANSIT: 1, IN_STORAGE: 1, DELIVERED: 0 },
    holds: { countries: 0, country: null, countryCount: 0, city: null, cityCount: 0 },
    bounds: [0, 0, 1, 1],
  });
});
