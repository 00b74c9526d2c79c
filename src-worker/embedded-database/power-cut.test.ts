import { PGlite } from '@electric-sql/pglite';
import { expect, it } from 'vitest';
import { cutPower } from './testing/power-cuts.ts';

const CUTS = 25;

it('keeps what it acknowledged, whole, whenever the power is cut', async () => {
  expect(await cutPower(Date.now(), CUTS)).toEqual({ cuts: CUTS, unopened: [], lost: 0, torn: 0 });
}, 300_000);

it('would lose some if it were started as PGlite starts it, without syncing', async () => {
  const { lost, unopened, torn } = await cutPower(1, 3, PGlite.defaultStartParams);
  expect(lost + unopened.length + torn).toBeGreaterThan(0);
}, 300_000);
