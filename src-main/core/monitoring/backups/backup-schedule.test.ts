import { expect, test } from 'vitest';
import type { BackupSettings } from '../../../../src-shared/contract/backups.ts';
import { backupHealth, lastFailure, nextBackup } from './backup-schedule.ts';

const settings: BackupSettings = { enabled: true, everyHours: 24, atHour: 2, keep: 14 };
/** By this machine's zone, whatever it is. */
const local = (month: number, day: number, hour: number, minute = 0) => new Date(2026, month - 1, day, hour, minute);
const now = local(11, 29, 12);

test('the first is due at once, the next at its hour of the next day, however long the last took', () => {
  expect(nextBackup(null, settings, now)).toEqual(now);
  expect(nextBackup(local(11, 28, 2, 3), settings, now)).toEqual(local(11, 29, 2));
  expect(nextBackup(local(11, 28, 1, 59), settings, now)).toEqual(local(11, 29, 2));
  // Made by day, since nothing ran at night: the next night serves again.
  expect(nextBackup(local(11, 28, 13), settings, now)).toEqual(local(11, 29, 2));
  expect(nextBackup(local(11, 28, 15), settings, now)).toEqual(local(11, 30, 2));
  expect(nextBackup(local(11, 1, 2), { ...settings, everyHours: 168 }, now)).toEqual(local(11, 8, 2));
});

test('others are due so many hours after the last', () => {
  expect(nextBackup(local(11, 28, 2, 3), { ...settings, everyHours: 6 }, now)).toEqual(local(11, 28, 8, 3));
  expect(nextBackup(local(11, 28, 2, 3), { ...settings, atHour: null }, now)).toEqual(
    new Date(local(11, 28, 2, 3).getTime() + 86_400_000),
  );
});

test('a night that is an hour shorter or longer moves none of them', () => {
  // Whatever zone the test runs in, every day has its 2 or 3 o’clock, and the next is never two days away.
  for (let day = 0; day < 366; day++) {
    const last = new Date(2026, 0, 1 + day, 4, 7);
    const next = nextBackup(last, { ...settings, atHour: 4 }, last);
    expect([next.getDate(), next.getHours()]).toEqual([new Date(2026, 0, 2 + day).getDate(), 4]);
  }
});

test('one that was made before the clock was set back by a day holds up nothing', () => {
  expect(nextBackup(local(11, 30, 12), settings, now)).toEqual(now);
});

test('one that is late by more than its grace is overdue; one that is off never is', () => {
  const made = { at: local(11, 28, 2).toISOString(), console: 'a', file: 'f', rows: 1, bytes: 1 };
  const at = (hour: number, minute: number) =>
    backupHealth(settings, { made, failed: null }, local(11, 29, hour, minute));
  expect(at(7, 59)).toEqual({ nextAt: local(11, 29, 2), overdue: false });
  expect(at(8, 1).overdue).toBe(true);
  expect(backupHealth({ ...settings, enabled: false }, { made, failed: null }, now)).toEqual({
    nextAt: null,
    overdue: false,
  });
});

test('a failure counts until one succeeds', () => {
  const made = { at: '2026-11-28T02:00:00.000Z', console: 'a', file: 'f', rows: 1, bytes: 1 };
  const failed = { at: '2026-11-29T02:00:00.000Z', console: 'a', why: 'The disk is full.' };
  expect(lastFailure({ made, failed })).toBe(failed);
  expect(lastFailure({ made: { ...made, at: '2026-11-29T02:10:00.000Z' }, failed })).toBeNull();
  expect(lastFailure({ made: null, failed })).toBe(failed);
});
