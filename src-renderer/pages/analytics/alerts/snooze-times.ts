import { dayIn, instantAt, plusDays, startOfDay, wallClock } from '../../../../src-shared/domain/days.ts';

const HOUR = 3_600_000;
/** When people begin to work. */
const MORNING = 8 * HOUR;

export const snoozes = ['hours', 'tomorrow', 'monday'] as const;
export type Snooze = (typeof snoozes)[number];

/** The instant that a snooze ends at: in four hours, or in the morning of the next day or of the next Monday. */
export function snoozeEnd(snooze: Snooze, zone: string, now: Date): Date {
  if (snooze === 'hours') return new Date(now.getTime() + 4 * HOUR);
  const today = dayIn(zone, now);
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  const day = plusDays(today, snooze === 'tomorrow' ? 1 : (8 - weekday) % 7 || 7);
  // By the clock on the wall, also where it was changed in the night.
  return new Date(instantAt(zone, wallClock(zone, startOfDay(zone, day).getTime()) + MORNING));
}
