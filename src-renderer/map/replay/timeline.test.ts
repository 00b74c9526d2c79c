import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, changesOf, type Journey, placeAt, spanOf } from './timeline.ts';

const journey: Journey = {
  trackerId: 1,
  name: 'A',
  fixes: [
    { at: 1000, latitude: 10, longitude: 20, status: 'IN_STORAGE' },
    { at: 2000, latitude: 12, longitude: 24, status: 'IN_TRANSIT' },
    { at: 6000, latitude: 12, longitude: 64, status: 'DELIVERED' },
  ],
};

test('a tracker moves in proportion to time, not by one point a step', () => {
  expect(placeAt(journey, 999)).toBeNull();
  expect(placeAt(journey, 1500)).toEqual({ latitude: 11, longitude: 22, status: 'IN_STORAGE', fix: 0, age: 500 });
  expect(placeAt(journey, 3000)).toMatchObject({ latitude: 12, longitude: 34, status: 'IN_TRANSIT' });
  expect(placeAt(journey, 9000)).toEqual({ latitude: 12, longitude: 64, status: 'DELIVERED', fix: 2, age: 3000 });
  expect(placeAt({ ...journey, fixes: [] }, 1000)).toBeNull();
});

test('it is at each fix at the time of the fix, and never outside the box of the two around it', () => {
  const fixes = fc
    .uniqueArray(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 30 })
    .map((times) =>
      times
        .toSorted((a, b) => a - b)
        .map((at) => ({ at, latitude: (at * 7) % 80, longitude: (at * 13) % 170, status: null })),
    );
  fc.assert(
    fc.property(fixes, fc.integer({ min: -10, max: 1_000_010 }), (list, at) => {
      const one = { ...journey, fixes: list };
      for (const fix of list) expect(placeAt(one, fix.at)).toMatchObject({ latitude: fix.latitude, age: 0 });
      const place = placeAt(one, at);
      // A block: fast-check takes what a property returns for its verdict.
      if (!place) {
        expect(at).toBeLessThan(list[0]!.at);
        return;
      }
      const [a, b] = [list[place.fix]!, list[place.fix + 1] ?? list[place.fix]!];
      expect(place.latitude).toBeGreaterThanOrEqual(Math.min(a.latitude, b.latitude) - 1e-9);
      expect(place.latitude).toBeLessThanOrEqual(Math.max(a.latitude, b.latitude) + 1e-9);
    }),
  );
});

test('the span holds every journey, and the clock stops at its end', () => {
  expect(spanOf([journey, { ...journey, fixes: [{ ...journey.fixes[0]!, at: 8000 }] }])).toEqual({
    from: 1000,
    to: 8000,
  });
  expect(spanOf([{ ...journey, fixes: [] }])).toBeNull();
  expect(advance(1000, 16, 60, 6000)).toBe(1960);
  expect(advance(5900, 16, 60, 6000)).toBe(6000);
});

test('a slider has a tick for each change of a status, and no more than can be told apart', () => {
  const fix = (at: number, status: 'IN_TRANSIT' | 'IN_STORAGE' | null) => ({ at, latitude: 0, longitude: 0, status });
  const fixes = [fix(1, 'IN_STORAGE'), fix(2, 'IN_STORAGE'), fix(3, 'IN_TRANSIT'), fix(4, null), fix(5, 'IN_STORAGE')];
  expect(changesOf([{ trackerId: 1, name: 'A', fixes }])).toEqual([3, 5]);
  const busy = Array.from({ length: 500 }, (_, n) => fix(n, n % 2 === 0 ? 'IN_STORAGE' : 'IN_TRANSIT'));
  const ticks = changesOf([{ trackerId: 1, name: 'A', fixes: busy }]);
  expect(ticks.length).toBeLessThanOrEqual(60);
  expect(ticks.length).toBeGreaterThan(40);
});
