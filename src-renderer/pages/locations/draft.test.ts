import { expect, test } from 'vitest';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { onlyChanged } from '../../components/editing/merge.ts';
import { bodyOf, type Draft, draftOf, fenceOf, withOutline } from './draft.ts';

const location: Location = {
  id: 7,
  version: 1,
  kind: 'storage',
  name: 'Warehouse',
  address: '',
  position: { type: 'Point', coordinates: [8.5, 47.4] },
  geofenceRadiusM: 150,
  outline: null,
  nearestCity: null,
  productionRun: { id: 1, name: 'Run' },
  productionRuns: [{ id: 2, name: 'Other' }],
  trackersInside: 0,
  archivedAt: null,
  createdAt: '2026-11-01T00:00:00.000Z',
};

const changeOf = (before: Location, draft: Draft) => onlyChanged(bodyOf(draftOf(before)), bodyOf(draft));

test('an untouched draft changes nothing, so nobody is refolded for a look', () => {
  expect(changeOf(location, draftOf(location))).toEqual({});
});

test('only what differs is sent', () => {
  expect(changeOf(location, { ...draftOf(location), name: ' Depot ' })).toEqual({ name: 'Depot' });
  expect(changeOf(location, { ...draftOf(location), latitude: 47.5, productionRunId: null })).toEqual({
    position: { type: 'Point', coordinates: [8.5, 47.5] },
    productionRunId: null,
  });
});

test('a new draft has no fence until its point is set', () => {
  const draft = draftOf(null);
  expect(fenceOf(draft)).toBeNull();
  const set = { ...draft, latitude: 1, longitude: 2 };
  expect(fenceOf(set)).toEqual({ latitude: 1, longitude: 2, radius: 100, outline: null });
  expect(bodyOf(set).position).toEqual({ type: 'Point', coordinates: [2, 1] });
});

test('an outline is a fence once it has an area, and lies where its middle is', () => {
  const corners: [number, number][] = [
    [7, 47],
    [8, 47],
    [8, 48],
    [7, 48],
  ];
  const drawn = (n: number): Draft => ({
    ...draftOf(null),
    geofenceRadiusM: 0,
    ...withOutline([[corners.slice(0, n)]]),
  });
  expect([0, 1, 2, 3].map((n) => fenceOf(drawn(n)) !== null)).toEqual([false, false, false, true]);
  expect(fenceOf(drawn(4))).toMatchObject({ latitude: expect.closeTo(47.5, 1), longitude: 7.5, radius: 0 });
  const bow = [corners[0]!, corners[2]!, corners[1]!, corners[3]!];
  expect(fenceOf({ ...drawn(4), ...withOutline([[bow]]) })).toBeNull();
});

test('an outline that was stored is sent again only when it was changed', () => {
  const ring: [number, number][] = [
    [7, 47],
    [8, 47],
    [8, 48],
    [7, 47],
  ];
  const outlined: Location = {
    ...location,
    geofenceRadiusM: 0,
    outline: { type: 'MultiPolygon', coordinates: [[ring]] },
  };
  const draft = draftOf(outlined);
  expect(draft.outline).toEqual([[ring.slice(0, 3)]]);
  expect(changeOf(outlined, draft)).toEqual({});
  expect(changeOf(outlined, { ...draft, outline: null, geofenceRadiusM: 100 })).toEqual({
    outline: null,
    geofenceRadiusM: 100,
  });
});
