import { expect, test } from 'vitest';
import { arrowsAlong } from './track-arrows.ts';

test('arrows lie along a way, as far apart as asked for, and point where it goes', () => {
  const way = [{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 100, y: 100 }]; // biome-ignore format: as short as it is
  expect(arrowsAlong(way, 50)).toEqual([
    { x: 25, y: 0, angle: 0 },
    { x: 75, y: 0, angle: 0 },
    { x: 100, y: 25, angle: Math.PI / 2 },
    { x: 100, y: 75, angle: Math.PI / 2 },
  ]);
});

test('a short way has one arrow, one of no length none, and a long one not more than a map can show', () => {
  expect(arrowsAlong([{ x: 0, y: 0 }, { x: 40, y: 0 }], 110)).toEqual([{ x: 20, y: 0, angle: 0 }]); // biome-ignore format: as short as it is
  expect(arrowsAlong([{ x: 5, y: 5 }, { x: 5, y: 5 }], 110)).toEqual([]); // biome-ignore format: as short as it is
  expect(arrowsAlong([{ x: 0, y: 0 }, { x: 1e6, y: 0 }], 110, 50)).toHaveLength(50); // biome-ignore format: as short as it is
});
