import { expect, it } from 'vitest';
import { scanOutcomes } from '../../../../src-shared/contract/customer-orders.ts';
import { cues } from './sounds.ts';

it('gives every outcome a sound of its own, done within a second', () => {
  for (const outcome of scanOutcomes) expect(cues[outcome].length).toBeGreaterThan(0);
  const all = Object.values(cues).map((tones) => JSON.stringify(tones));
  expect(new Set(all).size).toBe(all.length);
  for (const tones of Object.values(cues)) for (const { at, seconds } of tones) expect(at + seconds).toBeLessThan(1);
});
