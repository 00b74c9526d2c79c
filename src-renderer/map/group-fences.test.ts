import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Location } from '../../src-shared/contract/locations.ts';
import { groupFences } from './group-fences.ts';

const fence = (id: number, longitude: number, latitude: number, geofenceRadiusM = 100) =>
  ({
    id,
    kind: 'storage',
    position: { type: 'Point', coordinates: [longitude, latitude] },
    geofenceRadiusM,
  }) as Location;
/** A map of 10 pixels a degree. */
const project = (longitude: number, latitude: number) => ({ x: longitude * 10, y: -latitude * 10 });
const METRES_PER_PIXEL = 11_100;

test('every fence is drawn once, alone or in a group', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -85, max: 85, noNaN: true })),
      ),
      (places) => {
        const fences = places.map(([longitude, latitude], n) =>
          fence(n, longitude, latitude, n % 5 === 0 ? 500_000 : 100),
        );
        const { single, groups } = groupFences(fences, project, METRES_PER_PIXEL);
        const drawn = [...single, ...groups.flatMap((group) => group.fences)].map(({ id }) => id);
        expect(drawn.toSorted((a, b) => a - b)).toEqual(fences.map(({ id }) => id));
        for (const { fences: members } of groups) expect(members.length).toBeGreaterThan(1);
      },
    ),
  );
});

test('small fences side by side are a group; large ones and lonely ones are not', () => {
  const near = [fence(1, 10.2, 50), fence(2, 10.4, 50.1)];
  const large = fence(3, 10.3, 50, 300_000);
  const far = fence(4, 40, 50);
  const { single, groups } = groupFences([...near, large, far], project, METRES_PER_PIXEL);
  expect(single.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([3, 4]);
  expect(groups).toEqual([{ fences: near, longitude: expect.closeTo(10.3, 9), latitude: expect.closeTo(50.05, 9) }]);
});
