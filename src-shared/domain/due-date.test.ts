import { expect, it } from 'vitest';
import { dueOf } from './due-date.ts';

const noon = new Date('2026-11-23T12:00:00Z');
const on = (dueDate: string | null, state: 'open' | 'filled' | 'closed' | 'cancelled' = 'open', dueTimeZone = 'UTC') =>
  dueOf({ dueDate, state, dueTimeZone }, noon);

it('counts days by the calendar, over months and leap years', () => {
  expect(on('2026-11-22')).toEqual({ kind: 'late', days: 1 });
  expect(on('2026-10-23')).toEqual({ kind: 'late', days: 31 });
  expect(on('2026-11-23')).toEqual({ kind: 'today', days: 0 });
  expect(on('2026-11-26')).toEqual({ kind: 'soon', days: 3 });
  expect(on('2026-12-01')).toEqual({ kind: 'later', days: 8 });
  expect(dueOf({ dueDate: '2028-03-01', state: 'open', dueTimeZone: 'UTC' }, new Date('2028-02-28T23:59:59Z'))).toEqual(
    { kind: 'soon', days: 2 },
  );
});

it('has nothing to say about orders without a date, or that wait for nothing', () => {
  expect(on(null)).toEqual({ kind: 'none' });
  for (const state of ['filled', 'closed', 'cancelled'] as const)
    expect(on('2020-01-01', state)).toEqual({ kind: 'none' });
});

it('goes by the days of the run, wherever somebody looks', () => {
  expect(on('2026-11-23', 'open', 'Pacific/Auckland')).toEqual({ kind: 'late', days: 1 });
  expect(on('2026-11-23', 'open', 'America/New_York')).toEqual({ kind: 'today', days: 0 });
});
