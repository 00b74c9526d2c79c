import { expect, it } from 'vitest';
import { createJamGuard, MOST_PER_SECOND, QUIET_MS } from './jam-guard.ts';

it('takes what a hand can scan, for as long as it likes', () => {
  const takes = createJamGuard();
  for (let at = 0; at < 20_000; at += 100) expect(takes(at)).toBe(true);
});

it('refuses a flood of 1,000 codes a second after the first few, until the scanner is quiet', () => {
  const takes = createJamGuard();
  const taken = Array.from({ length: 5_000 }, (_, i) => takes(i)).filter(Boolean);
  expect(taken).toHaveLength(MOST_PER_SECOND);
  expect(takes(5_000 + QUIET_MS / 2)).toBe(false);
  expect(takes(5_000 + 3 * QUIET_MS)).toBe(true);
});
