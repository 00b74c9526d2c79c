import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayIn, instantAt, isDay, plusDays, startOfDay, wallClock } from './days.ts';

const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Europe/Kyiv',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
);
const days = fc
  .integer({ min: Date.UTC(2001, 0, 1) / 86_400_000, max: Date.UTC(2037, 0, 1) / 86_400_000 })
  .map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));

it('begins each day at its first instant, in any zone and when clocks change at midnight', () => {
  fc.assert(
    fc.property(zones, days, (zone, day) => {
      const start = startOfDay(zone, day);
      expect(dayIn(zone, start)).toBe(day);
      expect(dayIn(zone, new Date(start.getTime() - 1)) < day).toBe(true);
      expect(dayIn(zone, new Date(startOfDay(zone, plusDays(day, 1)).getTime() - 1))).toBe(day);
    }),
    { numRuns: 300 },
  );
});

it('reads a clock back', () => {
  fc.assert(
    fc.property(zones, fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2037, 0, 1) }), (zone, at) => {
      const read = instantAt(zone, wallClock(zone, at));
      // The second of two hours of one name is read as the first.
      expect([0, 1_800_000, 3_600_000]).toContain(at - read);
      expect(wallClock(zone, read)).toBe(wallClock(zone, at));
    }),
    { numRuns: 300 },
  );
});

it('knows the days on which clocks change', () => {
  expect(startOfDay('Europe/Berlin', '2026-03-29').toISOString()).toBe('2026-03-28T23:00:00.000Z');
  expect(startOfDay('Europe/Berlin', '2026-03-30').toISOString()).toBe('2026-03-29T22:00:00.000Z');
  // Midnight was left out there; PostgreSQL answers the same.
  expect(startOfDay('America/Sao_Paulo', '2018-11-04').toISOString()).toBe('2018-11-04T03:00:00.000Z');
  expect(dayIn('Pacific/Auckland', new Date('2026-11-30T11:00:00Z'))).toBe('2026-12-01');
});

it('tells days from other texts', () => {
  expect(isDay('2028-02-29')).toBe(true);
  for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '01.01.2026', '', null, undefined])
    expect(isDay(text)).toBe(false);
});
