import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Corner, checkOutline, type Outline } from '../../../src-shared/domain/fences/outline.ts';
import {
  addRing,
  appendCorner,
  cornersIn,
  deleteCorner,
  insertCorner,
  middleBetween,
  moveCorner,
  openRing,
  openRings,
  outlineOfCircle,
  withoutEmptyRings,
} from './edit-outline.ts';

const shell: Corner[] = [[0, 0], [4, 0], [4, 4], [0, 4]]; // biome-ignore format: as short as it is
const hole: Corner[] = [[1, 1], [2, 1], [2, 2]]; // biome-ignore format: as short as it is
const yard: Outline = [[shell, hole], [hole]];

test('rings are opened whether they were closed or not', () => {
  expect(openRings([[[...shell, shell[0]!]], [hole]])).toEqual([[shell], [hole]]);
});

test('corners are moved, put in and taken out where they are named, and nothing else changes', () => {
  const at = { part: 0, ring: 1, corner: 1 };
  expect(moveCorner(yard, at, [3, 1])).toEqual([[shell, [[1, 1], [3, 1], [2, 2]]], [hole]]); // biome-ignore format: as short as it is
  const place = fc.record({ part: fc.constant(0), ring: fc.nat(1), corner: fc.nat(3) });
  fc.assert(
    fc.property(place, (at) => {
      const more = insertCorner(yard, at, [9, 9]);
      expect(cornersIn(more)).toBe(cornersIn(yard) + 1);
      expect(deleteCorner(more, { ...at, corner: more[0]![at.ring]!.findIndex(([x]) => x === 9) })).toEqual(yard);
    }),
    { numRuns: 20 },
  );
});

test('a ring that has lost its last corner is gone; with its shell a part is', () => {
  const single: Outline = [[shell, [[1, 1]]], [[[5, 5]]]];
  expect(deleteCorner(single, { part: 0, ring: 1, corner: 0 })).toEqual([[shell], [[[5, 5]]]]);
  expect(deleteCorner(single, { part: 1, ring: 0, corner: 0 })).toEqual([[shell, [[1, 1]]]]);
});

test('a part or a hole is begun empty, and given up without a trace', () => {
  for (const part of [null, 0]) {
    const { outline, at } = addRing(yard, part);
    expect(outline[at.part]![at.ring]).toEqual([]);
    expect(withoutEmptyRings(outline)).toEqual(yard);
  }
});

test('the middle of an edge over the antimeridian lies on it', () => {
  expect(middleBetween([179, 10], [-178, 12])).toEqual([-179.5, 11]);
  expect(middleBetween([7, 47], [8, 48])).toEqual([7.5, 47.5]);
});

test('a circle becomes an outline that can be a fence, also beside a pole and the antimeridian', () => {
  for (const [latitude, longitude] of [[47, 8], [-89, 10], [0, 179.9999]] as const) // biome-ignore format: as short as it is
    expect(checkOutline(outlineOfCircle(latitude, longitude, 100))).toHaveProperty('outline');
});

test('an outline is drawn corner by corner, and what is no area yet stays open', () => {
  let outline: Outline = [];
  for (const [n, corner] of shell.entries()) {
    const at = openRing(outline) ?? { part: 0, ring: 0 };
    expect(at).toEqual({ part: 0, ring: 0 });
    outline = appendCorner(outline, at, corner);
    expect(openRing(outline) === null).toBe(n > 1);
  }
  expect(outline).toEqual([[shell]]);
  const { outline: begun, at } = addRing(outline, 0);
  expect(openRing(begun)).toEqual(at);
  expect(appendCorner(outline, at, [1, 1])).toEqual([[shell, [[1, 1]]]]);
});
