import { expect, test } from 'vitest';
import {
  type BundledPlaces,
  type BundledShapes,
  fromDifferences,
  fromStep,
  PLACES_CUT,
  SHAPES_CUT,
  toDifferences,
  WORLD,
} from '../../../src-shared/domain/map/bundled-map.ts';
import { boxed } from '../../../src-shared/domain/map/clip.ts';
import { mercatorY, toUnit } from '../../../src-shared/domain/map/mercator.ts';
import { bundledMap } from './build-map.ts';
import { cutShort, partsInside } from './lines.ts';
import { toRing } from './rings.ts';
import { countries, provinces, waters } from './sources.ts';

const degrees = (...positions: [number, number][]) => toRing([...positions, positions[0]!]);
/** A country over four tiles, with a lake, a river and provinces. */
const land = degrees([-30, 60], [30, 60], [30, 20], [-30, 20]);
const line = (...positions: [number, number][]) =>
  boxed(positions.flatMap(([longitude, latitude]) => Object.values(toUnit(longitude, latitude))));
const files = new Map(
  bundledMap({
    countries: () => [{ name: 'Freedonia', own: [land], rings: [land] }],
    waters: () => ({ lakes: [degrees([5, 45], [8, 45], [8, 43])], rivers: [line([1, 50], [10, 50], [29, 50])] }),
    provinces: () => ({
      lines: [
        { zoom: 4, line: line([2, 58], [2, 30]) },
        { zoom: 7, line: line([12, 58], [12, 50]) },
      ],
      names: [{ name: 'Sylvania', zoom: 6, ...toUnit(8, 52) }],
    }),
    places: () => [
      { name: 'Great', people: 80_000, ...toUnit(9, 52) },
      { name: 'Small', people: 900, ...toUnit(9.1, 52) },
      { name: 'Far', people: 800, ...toUnit(-9.1, 52) },
    ],
  }),
);
const shapes = (name: string) => files.get(name) as BundledShapes;
const places = (name: string) => files.get(name) as BundledPlaces;
const square = { x: 8, y: 5, z: SHAPES_CUT };

test('each place is in the file of its tile, at its place, and the large ones in that of the world', () => {
  expect(places('places').names).toEqual(['Great']);
  const { x, y } = toUnit(9, 52);
  const tile = { x: Math.floor(x * 2 ** PLACES_CUT), y: Math.floor(y * 2 ** PLACES_CUT), z: PLACES_CUT };
  const file = places(`places-${tile.x}-${tile.y}`);
  expect(file).toMatchObject({ names: ['Great', 'Small'], people: [80_000, 900] });
  expect(fromStep(file.x[0]!, tile, 'x') * 360 - 180).toBeCloseTo(9, 2);
  expect(fromStep(file.y[0]!, tile, 'y')).toBeCloseTo(mercatorY(52), 5);
  expect([...files.keys()].filter((name) => name.startsWith('places-'))).toHaveLength(2);
});

test('a tile has the land, the waters and the provinces that it shows, and no more', () => {
  const file = shapes(`shapes-${square.x}-${square.y}`);
  expect(file.provinces.map(({ zoom, lines }) => [zoom, lines.length])).toEqual([
    [4, 1],
    [7, 1],
  ]);
  expect([file.land.length, file.lakes.length, file.rivers.length]).toEqual([1, 1, 1]);
  expect(file.provinceNames).toMatchObject([{ name: 'Sylvania', zoom: 6 }]);
  const side = 1 / 2 ** SHAPES_CUT;
  const xs = fromDifferences(file.land[0]!.rings[0]!, square).filter((_, index) => index % 2 === 0);
  // To a margin beyond the tile, where the cut is not seen.
  expect(Math.min(...xs) / side).toBeCloseTo(square.x, 1);
  expect(Math.min(...xs) / side).toBeLessThan(square.x);
  expect(Math.max(...xs) / side).toBeGreaterThan(square.x + 1);
  expect(Math.max(...xs) / side).toBeCloseTo(square.x + 1, 1);
  expect(files.has('shapes-0-8'), 'a tile with nothing but sea').toBe(false);
});

test('the world has what is seen from afar', () => {
  const { land, provinces, provinceNames } = shapes('shapes');
  expect(land).toMatchObject([{ name: 'Freedonia' }]);
  expect(fromStep(land[0]!.label!.x, WORLD, 'x')).toBeCloseTo(0.5, 4);
  expect(provinces.map(({ zoom }) => zoom)).toEqual([4]);
  expect(provinceNames).toEqual([]);
});

test('no ring spans the world but the one around the pole', () => {
  const wide = countries('50m').filter(({ rings }) => rings.some((ring) => ring.east - ring.west > 0.6));
  expect(wide.map(({ name }) => name)).toEqual(['Antarctica']);
});

test('the packages have lakes and rivers, and this folder the provinces', () => {
  const { lakes, rivers } = waters();
  const superior = toUnit(-87.5, 47.7);
  const isThere = lakes.some(
    ({ west, east, north, south }) =>
      west < superior.x && superior.x < east && north < superior.y && superior.y < south,
  );
  expect(isThere, 'Lake Superior').toBe(true);
  expect(rivers.length).toBeGreaterThan(300);
  const { lines, names } = provinces();
  expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['Bayern', 'Texas', 'Bretagne']));
  expect(lines.length).toBeGreaterThan(3_000);
});

test('a line comes out of a file as it went in, but for what a step is', () => {
  const line = [0.1, 0.2, 0.100001, 0.2, 0.30004, 0.25];
  const back = fromDifferences(toDifferences(line, WORLD), WORLD);
  // The second corner falls on the first.
  expect(back).toHaveLength(4);
  expect(back[2]).toBeCloseTo(0.30004, 4);
});

test('a line with fewer corners keeps its ends, and a part of it the corners next to the box', () => {
  expect(cutShort([[0, 0], [1, 0.001], [2, 0], [3, 5]], 0.01)).toEqual([[0, 0], [2, 0], [3, 5]]); // biome-ignore format: one line
  const box = { west: 0, north: 0, east: 1, south: 1 };
  expect(partsInside([-2, 0.5, -1, 0.5, 0.5, 0.5, 3, 0.5, 4, 0.5], box)).toEqual([[-1, 0.5, 0.5, 0.5, 3, 0.5]]);
});
