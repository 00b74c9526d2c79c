import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, expect, test, vi } from 'vitest';
import { toUnit } from './unit.ts';
import { countryAt, loadCountries } from './vector-data.ts';

const file = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
vi.stubGlobal('fetch', async () => new Response(readFileSync(file)));
afterAll(() => vi.unstubAllGlobals());

test('places are found in their countries, also where a country crosses the antimeridian or holds a pole', async () => {
  const countries = await loadCountries('coarse');
  expect(countryAt(countries, 8.54, 47.37)).toBe('Switzerland');
  expect(countryAt(countries, -178, 66.5)).toBe('Russia');
  expect(countryAt(countries, 178, 66.5)).toBe('Russia');
  expect(countryAt(countries, 100, -84)).toBe('Antarctica');
  expect(countryAt(countries, -40, 30)).toBeNull();
});

test('no ring spans the world but the one around the pole', async () => {
  const wide = (await loadCountries('coarse')).filter(({ rings }) => rings.some((ring) => ring.east - ring.west > 0.6));
  expect(wide.map((country) => country.name)).toEqual(['Antarctica']);
});

test('the world square has its corners where Web Mercator has them', () => {
  expect(toUnit(0, 0)).toEqual({ x: 0.5, y: 0.5 });
  expect(toUnit(-180, 90).y).toBeCloseTo(0, 9);
});
