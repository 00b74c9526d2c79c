import { expect, test } from 'vitest';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { onlyChanged } from '../../components/editing/merge.ts';
import { bodyOf, type Draft, draftOf, fenceOf } from './draft.ts';

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
  expect(fenceOf(set)).toEqual({ latitude: 1, longitude: 2, radius: 100 });
  expect(bodyOf(set).position).toEqual({ type: 'Point', coordinates: [2, 1] });
});
