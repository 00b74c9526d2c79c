import type { BackupSettings, BackupState } from '../../../../src-shared/contract/backups.ts';

const HOUR_MS = 3_600_000;
/** A backup at a fixed hour may be this much nearer to the one before. */
const EARLIER_HOURS = 12;

/**
 * When the next backup is due after the last; `last` null: now. Those that are whole days apart are made at their hour of
 * the day, by this machine's own clock and zone, so that a change of the clock by an hour moves none of them.
 */
export function nextBackup(last: Date | null, { everyHours, atHour }: BackupSettings, now: Date): Date {
  // One that was made in the future was made before the clock was set back.
  if (last === null || last.getTime() > now.getTime() + HOUR_MS) return now;
  if (atHour === null || everyHours % 24 !== 0) return new Date(last.getTime() + everyHours * HOUR_MS);
  const earliest = new Date(last.getTime() + (everyHours - EARLIER_HOURS) * HOUR_MS);
  const next = new Date(earliest);
  next.setHours(atHour, 0, 0, 0);
  if (next < earliest) next.setDate(next.getDate() + 1);
  return next;
}

/** How late one may be before people are told. */
const graceMs = ({ everyHours }: BackupSettings) => Math.min(6, Math.max(1, everyHours / 2)) * HOUR_MS;

/**
 * When the next is due, and whether it is so late that people should know. Null and false where none are made.
 * The first is due at once; what keeps it from being made is told as a failure.
 */
export function backupHealth(
  settings: BackupSettings,
  { made }: BackupState,
  now: Date,
): { nextAt: Date | null; overdue: boolean } {
  if (!settings.enabled) return { nextAt: null, overdue: false };
  const nextAt = nextBackup(made === null ? null : new Date(made.at), settings, now);
  return { nextAt, overdue: now.getTime() > nextAt.getTime() + graceMs(settings) };
}

/** A failure that no success followed. */
export const lastFailure = ({ made, failed }: BackupState) =>
  failed !== null && (made === null || failed.at > made.at) ? failed : null;
