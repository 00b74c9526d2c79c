import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plusDays } from '../../src-shared/domain/days.ts';
import { daysOf } from './presets.ts';

it('knows months and years', () => {
  expect(daysOf('thisMonth', '2028-02-10', null)).toEqual({ from: '2028-02-01', to: '2028-02-29' });
  expect(daysOf('lastMonth', '2027-01-31', null)).toEqual({ from: '2026-12-01', to: '2026-12-31' });
  expect(daysOf('lastSevenDays', '2027-01-03', null)).toEqual({ from: '2026-12-28', to: '2027-01-03' });
  expect(daysOf('run', '2027-01-03', { from: '2026-10-01', to: '2027-05-31' })).toEqual({
    from: '2026-10-01',
    to: '2027-05-31',
  });
});

it('gives whole months that touch, with today in the present one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30_000 }), (n) => {
      const today = plusDays('2000-01-01', n);
      const present = daysOf('thisMonth', today, null);
      const before = daysOf('lastMonth', today, null);
      expect(present.from! <= today && today <= present.to!).toBe(true);
      expect(plusDays(before.to!, 1)).toBe(present.from);
      expect([present.from!.slice(8), before.from!.slice(8), plusDays(present.to!, 1).slice(8)]).toEqual([
        '01',
        '01',
        '01',
      ]);
    }),
    { numRuns: 200 },
  );
});
