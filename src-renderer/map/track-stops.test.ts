import { expect, test } from 'vitest';
import type { Status } from '../../src-shared/contract/status.ts';
import { stopsOf } from './track-stops.ts';

const point = (hour: number, longitude: number, status: Status | null) => ({
  reportedAt: new Date(Date.UTC(2026, 10, 1, hour)).toISOString(),
  latitude: 47,
  longitude,
  status,
});

test('visits are stops with how long they lasted, until the first report elsewhere', () => {
  const track = [
    point(0, 7, 'UNKNOWN'),
    point(1, 7.001, 'IN_STORAGE'),
    point(5, 7.003, 'IN_STORAGE'),
    point(9, 8, 'IN_TRANSIT'),
    point(10, 9, 'DELIVERED'),
    point(13, 9, 'DELIVERED'),
  ];
  expect(stopsOf(track)).toEqual([
    { from: 1, to: 2, latitude: 47, longitude: expect.closeTo(7.002, 9), status: 'IN_STORAGE', stayMs: 8 * 3_600_000 },
    { from: 4, to: 5, latitude: 47, longitude: 9, status: 'DELIVERED', stayMs: 3 * 3_600_000 },
  ]);
});

test('two places one after the other are two stops, a short stay is none, and the antimeridian is no jump', () => {
  const track = [point(0, 179.999, 'IN_STORAGE'), point(2, -179.999, 'IN_STORAGE'), point(4, -170, 'IN_STORAGE')];
  expect(stopsOf(track).map(({ from, to, longitude }) => [from, to, longitude])).toEqual([[0, 1, 180]]);
  expect(stopsOf([point(0, 7, null)])).toEqual([]);
  expect(stopsOf([])).toEqual([]);
});
