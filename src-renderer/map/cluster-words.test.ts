import { expect, it } from 'vitest';
import type { Location } from '../../src-shared/contract/locations.ts';
import { clusterName } from './cluster-words.ts';

const cluster = (
  count: number,
  holds: [countries: number, country: string | null, countryCount: number, city: string | null, cityCount: number],
  bounds: [number, number, number, number] = [5, 45, 15, 55],
) => {
  const [countries, country, countryCount, city, cityCount] = holds;
  const statusCounts = { UNKNOWN: count, IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 };
  return {
    kind: 'cluster' as const,
    count,
    statusCounts,
    bounds,
    holds: { countries, country, countryCount, city, cityCount },
  };
};
const hamburg: [number, number, number, number] = [9.8, 53.4, 10.2, 53.7];

it('a cluster is called after what it holds', () => {
  const name = (...given: Parameters<typeof cluster>) => clusterName(cluster(...given), []);
  expect(name(100, [9, 'Germany', 60, 'Berlin', 20])).toBe('9 countries, mostly Germany');
  expect(name(100, [9, 'Germany', 40, 'Berlin', 20])).toBe('9 countries');
  expect(name(100, [1, 'Germany', 100, 'Berlin', 20])).toBe('Germany');
  expect(name(100, [1, 'Germany', 100, 'Berlin', 70])).toBe('Germany, mostly Berlin');
  expect(name(100, [1, 'Germany', 100, 'Hamburg', 60], hamburg)).toBe('Hamburg and around');
  expect(name(100, [1, 'Germany', 100, 'Hamburg', 100], hamburg)).toBe('Hamburg');
  // A square of the world that a map far out counts.
  expect(name(100, [1, 'Germany', 100, 'Hamburg', 60], [9.84375, 53.330873, 10.546875, 53.748711])).toBe(
    'Hamburg and around',
  );
  expect(name(100, [0, null, 0, null, 0])).toBe('');
});

it('a cluster that lies within a fence has the name of its location, and one that reaches beyond has not', () => {
  const hall = {
    name: 'Harbour hall',
    position: { type: 'Point', coordinates: [10, 53.55] },
    geofenceRadiusM: 500,
  } as unknown as Location;
  const holds: Parameters<typeof cluster>[1] = [1, 'Germany', 50, 'Hamburg', 50];
  expect(clusterName(cluster(50, holds, [9.998, 53.549, 10.002, 53.551]), [hall])).toBe('Harbour hall');
  expect(clusterName(cluster(50, holds, [9.998, 53.549, 10.02, 53.551]), [hall])).toBe('Hamburg');
});
