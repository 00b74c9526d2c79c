import { expect, test } from 'vitest';
import { GAP_MS, legsOf } from './track-legs.ts';

const start = Date.UTC(2026, 10, 1);
const point = (hours: number, status: 'IN_TRANSIT' | 'IN_STORAGE' | null) => ({
  reportedAt: new Date(start + hours * 3_600_000).toISOString(),
  status,
});

test('a track is cut where its status changes and where nothing was heard', () => {
  const gap = GAP_MS / 3_600_000;
  const points = [
    point(0, 'IN_STORAGE'),
    point(1, 'IN_STORAGE'),
    point(2, 'IN_TRANSIT'),
    point(3, 'IN_TRANSIT'),
    point(3 + gap + 0.01, 'IN_TRANSIT'),
    point(3 + 2 * gap, 'IN_STORAGE'),
  ];
  expect(legsOf(points)).toEqual([
    { from: 0, to: 2, status: 'IN_STORAGE', isGap: false },
    { from: 2, to: 3, status: 'IN_TRANSIT', isGap: false },
    { from: 3, to: 4, status: 'IN_TRANSIT', isGap: true },
    { from: 4, to: 5, status: 'IN_TRANSIT', isGap: false },
  ]);
  expect(legsOf([])).toEqual([]);
  expect(legsOf([point(0, null)])).toEqual([]);
});
