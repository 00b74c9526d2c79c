import { expect, it } from 'vitest';
import { productionRuns as words } from '../../../strings/production-runs.ts';
import { phaseWords } from './phase-words.ts';

const now = new Date('2026-11-23T23:30:00Z');
const run = (phase: 'not-begun' | 'active' | 'over', startDate: string, endDate: string, timeZone = 'UTC') =>
  phaseWords({ phase, startDate, endDate, timeZone }, now);

it('counts by the calendar of the run', () => {
  expect(run('active', '2026-11-01', '2026-11-23')).toBe(words.endsToday);
  expect(run('active', '2026-11-01', '2026-11-24')).toBe(words.daysLeft(1));
  expect(run('active', '2026-11-01', '2026-11-24', 'Asia/Tokyo')).toBe(words.endsToday);
  expect(run('not-begun', '2026-12-01', '2026-12-24')).toBe(words.begins(8));
  expect(run('over', '2026-10-01', '2026-11-20')).toBe(words.ended(3));
});
