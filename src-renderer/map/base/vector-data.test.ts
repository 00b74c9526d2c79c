import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, expect, test, vi } from 'vitest';
import { toUnit } from './unit.ts';
import { loadCountries } from './vector-data.ts';

const file = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
vi.stubGlobal('fetch', async () => new Response(readFileSync(file)));
afterAll(() => vi.unstubAllGlobals());

test('no ring spans the world but the one around the pole', async () => {
  const wide = (await loadCountries('coarse')).filter(({ rings }) => rings.some((ring) => ring.east - ring.west > 0.6));
  expect(wide.map((country) => country.name)).toEqual(['Antarctica']);
});

test('the world square has its corners where Web Mercator has them', () => {
  expect(toUnit(0, 0)).toEqual({ x: 0.5, y: 0.5 });
  expect(toUnit(-180, 90).y).toBeCloseTo(0, 9);
});
