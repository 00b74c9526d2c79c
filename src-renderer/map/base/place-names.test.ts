import { expect, test } from 'vitest';
import { mercatorY, toUnit } from '../../../src-shared/domain/map/mercator.ts';
import type { Place } from './bundled-files.ts';
import { type Box, placeNames, type View } from './place-names.ts';

const place = (name: string, people: number, longitude: number, latitude: number): Place => ({
  name,
  people,
  ...toUnit(longitude, latitude),
});
const widthOf = (text: string) => text.length * 6;
const HEIGHT = 13;

/** A view of 800 x 600 pixels with a place in its middle. */
function around({ x, y }: { x: number; y: number }, z: number): View {
  const world = 256 * 2 ** z;
  return { left: Math.round(x * world) - 400, top: Math.round(y * world) - 300, width: 800, height: 600, z };
}
const boxOf = ({ text, x, y }: { text: string; x: number; y: number }): Box => ({
  left: x - widthOf(text) / 2,
  right: x + widthOf(text) / 2,
  top: y - HEIGHT / 2,
  bottom: y + HEIGHT / 2,
});
const meet = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const hamburg = place('Hamburg', 1_700_000, 9.99, 53.55);

test('a name stands above its point, and beside a marker that covers the point', () => {
  const view = around(hamburg, 8);
  const [free] = placeNames(view, [], [[hamburg]], [], widthOf);
  expect(free).toMatchObject({ text: 'Hamburg', dot: { x: expect.closeTo(400, 0), y: expect.closeTo(300, 0) } });
  expect(free!.y).toBeLessThan(300);
  const marker = { left: 370, right: 430, top: 270, bottom: 330 };
  const [moved] = placeNames(view, [], [[hamburg]], [marker], widthOf);
  expect(moved).toMatchObject({ text: 'Hamburg', dot: null });
  expect(meet(boxOf(moved!), marker)).toBe(false);
});

test('a name that has room on no side is left out', () => {
  const view = around(hamburg, 8);
  const walls = [
    { left: 300, right: 500, top: 200, bottom: 294 },
    { left: 300, right: 500, top: 306, bottom: 400 },
    { left: 300, right: 392, top: 200, bottom: 400 },
    { left: 408, right: 500, top: 200, bottom: 400 },
  ];
  expect(placeNames(view, [], [[hamburg]], walls, widthOf)).toEqual([]);
});

test('no name lies on another or under a marker, and the larger place has the room', () => {
  // As thick as a city's suburbs, the same in each run.
  const towns = Array.from({ length: 400 }, (_, n) =>
    place(`Town ${n}`, 400_000 - n * 800, 9.2 + ((n * 37) % 100) / 60, 53.1 + ((n * 53) % 90) / 100),
  );
  const markers = Array.from({ length: 12 }, (_, n) => ({
    left: n * 70,
    right: n * 70 + 40,
    top: (n * 130) % 600,
    bottom: ((n * 130) % 600) + 40,
  }));
  const found = placeNames(around(hamburg, 10), [], [[hamburg], towns], markers, widthOf);
  expect(found.map(({ text }) => text)).toContain('Hamburg');
  expect(found.length).toBeGreaterThan(30);
  for (const [index, one] of found.entries()) {
    expect(markers.filter((marker) => meet(boxOf(one), marker))).toEqual([]);
    expect(found.slice(index + 1).filter((other) => meet(boxOf(one), boxOf(other)))).toEqual([]);
  }
});

test('the smaller a place is, the nearer one must be to read its name', () => {
  const village = place('Village', 1_200, 9.99, 53.55);
  const named = (z: number) => placeNames(around(village, z), [], [[village]], [], widthOf).length;
  expect([8, 9, 10, 11, 15].map(named)).toEqual([0, 0, 0, 1, 1]);
});

test('a view across the antimeridian names both sides, and one wider than the world each place twice', () => {
  const suva = place('Suva', 90_000, 178.44, -18.14);
  const apia = place('Apia', 60_000, -171.77, -13.83);
  const pacific = { ...around(toUnit(180, -16), 7), left: 256 * 2 ** 7 - 700, width: 1900 };
  expect(placeNames(pacific, [], [[suva, apia]], [], widthOf)).toEqual([]);
  const near = {
    ...around(toUnit(180, -16), 8),
    left: 256 * 2 ** 8 - 700,
    top: Math.round(mercatorY(-16) * 256 * 2 ** 8) - 600,
    width: 2300,
    height: 1200,
  };
  expect(placeNames(near, [], [[suva, apia]], [], widthOf).map(({ text }) => text)).toEqual(['Suva', 'Apia']);
  const tokyo = place('Tokyo', 37_000_000, 139.7, 35.7);
  const world = { left: -2048, top: 0, width: 4096, height: 2048, z: 3 };
  expect(placeNames(world, [], [[tokyo]], [], widthOf)).toHaveLength(2);
});

test('a province has its name from its zoom on, unless a city of the same name has it', () => {
  const shapes = {
    land: [],
    lakes: [],
    rivers: [],
    provinces: [],
    countryNames: [{ name: 'Germany', ...toUnit(10, 51), width: 0.03 }],
    provinceNames: [
      { name: 'Niedersachsen', zoom: 6, ...toUnit(9.2, 52.9) },
      { name: 'Hamburg', zoom: 6, ...toUnit(10.3, 53.6) },
    ],
  };
  const named = (z: number) =>
    placeNames(around(hamburg, z), [shapes], [[hamburg]], [], widthOf).map(({ kind, text }) => `${kind} ${text}`);
  expect(named(5)).toEqual(['country GERMANY', 'place Hamburg']);
  expect(named(7)).toEqual(['place Hamburg', 'province Niedersachsen']);
});
