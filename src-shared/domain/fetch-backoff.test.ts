import fc from 'fast-check';
import { expect, it } from 'vitest';
import { afterAbsence, afterSuccess, firstDueAt, JITTER_SHARE, MAX_BACKOFF_FACTOR, spread } from './fetch-backoff.ts';

const MINUTE = 60_000;
const settings = fc.record({
  fetchIntervalMinutes: fc.double({ min: 0.05, max: 1440, noNaN: true }),
  maxBackoffHours: fc.double({ min: 0.1, max: 168, noNaN: true }),
});
const trackerId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const now = fc.integer({ min: 0, max: 4e12 });

it('doubles 1, 2, 4, 8, 16 and stays there', () => {
  const factors: number[] = [];
  let factor = 1;
  for (let i = 0; i < 6; i++) {
    factor = afterAbsence({ fetchIntervalMinutes: 30, maxBackoffHours: 24 }, { trackerId: 7, factor }, 0).factor;
    factors.push(factor);
  }
  expect(factors).toEqual([2, 4, 8, 16, 16, 16]);
});

it('waits interval times factor, at most the cap, less a tenth at most', () => {
  fc.assert(
    fc.property(settings, trackerId, fc.constantFrom(1, 2, 4, 8, 16), now, (s, id, factor, at) => {
      const next = afterAbsence(s, { trackerId: id, factor }, at);
      const full = Math.min(s.fetchIntervalMinutes * MINUTE * next.factor, s.maxBackoffHours * 60 * MINUTE);
      const delay = next.nextDueAt - at;
      expect(next.factor).toBe(Math.min(MAX_BACKOFF_FACTOR, factor * 2));
      expect(delay).toBeLessThanOrEqual(Math.ceil(full));
      expect(delay).toBeGreaterThanOrEqual(Math.floor(full * (1 - JITTER_SHARE)));
      expect(afterAbsence(s, { trackerId: id, factor }, at)).toEqual(next);
    }),
  );
});

it('returns to factor 1 and one interval after a success, whatever the factor was', () => {
  expect(afterSuccess({ fetchIntervalMinutes: 30, maxBackoffHours: 24 }, 1000)).toEqual({
    nextDueAt: 1000 + 30 * MINUTE,
    factor: 1,
  });
});

it('spreads a run that is enqueued at once', () => {
  const dues = Array.from({ length: 10_000 }, (_, i) =>
    firstDueAt({ fetchIntervalMinutes: 30, maxBackoffHours: 24 }, i + 1, 0),
  );
  const perSecond = new Array<number>(60).fill(0);
  for (const due of dues) perSecond[Math.floor(due / 1000)]!++;
  expect(Math.min(...perSecond)).toBeGreaterThan(100);
  expect(Math.max(...perSecond)).toBeLessThan(240);
});

it('spreads within [0, 1)', () => {
  fc.assert(
    fc.property(trackerId, (id) => {
      const value = spread(id);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }),
  );
});
