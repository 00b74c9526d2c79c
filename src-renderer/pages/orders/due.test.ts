import { expect, it } from 'vitest';
import { calendarDate, dueOf } from './due.ts';

const on = (dueDate: string | null, state: 'open' | 'filled' | 'closed' | 'cancelled' = 'open') =>
  dueOf({ dueDate, state }, '2026-11-23');

it('counts days by the calendar, over months and leap years', () => {
  expect(on('2026-11-22')).toEqual({ kind: 'late', days: 1 });
  expect(on('2026-10-23')).toEqual({ kind: 'late', days: 31 });
  expect(on('2026-11-23')).toEqual({ kind: 'today', days: 0 });
  expect(on('2026-11-26')).toEqual({ kind: 'soon', days: 3 });
  expect(on('2026-12-01')).toEqual({ kind: 'later', days: 8 });
  expect(dueOf({ dueDate: '2028-03-01', state: 'open' }, '2028-02-28')).toEqual({ kind: 'soon', days: 2 });
});

it('has nothing to say about orders without a date, or that wait for nothing', () => {
  expect(on(null)).toEqual({ kind: 'none' });
  for (const state of ['filled', 'closed', 'cancelled'] as const)
    expect(on('2020-01-01', state)).toEqual({ kind: 'none' });
});

it('reads the calendar where the person is', () => {
  expect(calendarDate(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
});
