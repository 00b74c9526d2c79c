import { dateText } from './date-text.ts';

/** How dates and times are written on every screen: in the person's locale, and in the person's zone unless one is given. */

const resolved = new Intl.DateTimeFormat().resolvedOptions();
/** The locale of the browser or the desktop, which dates are written and read in. */
export const personLocale: string = resolved.locale;
/** The time zone of this machine. */
export const ownZone: string = resolved.timeZone;

type Style = 'minutes' | 'seconds' | 'clock' | 'time' | 'short-day' | 'day';
const styles: Record<Style, Intl.DateTimeFormatOptions> = {
  minutes: { dateStyle: 'medium', timeStyle: 'short' },
  seconds: { dateStyle: 'medium', timeStyle: 'medium' },
  clock: { timeStyle: 'medium' },
  time: { hour: '2-digit', minute: '2-digit' },
  'short-day': { day: 'numeric', month: 'short' },
  day: { dateStyle: 'medium' },
};
const made = new Map<string, Intl.DateTimeFormat>();

function formatOf(style: Style, zone: string): Intl.DateTimeFormat {
  const key = `${style} ${zone}`;
  const known = made.get(key) ?? new Intl.DateTimeFormat(undefined, { ...styles[style], timeZone: zone });
  made.set(key, known);
  return known;
}

type At = string | number | Date;
const dateOf = (at: At) => (at instanceof Date ? at : new Date(at));

/** A day and a time to the minute, as `3 Apr 2027, 14:30`. */
export const formatInstant = (at: At, zone = ownZone): string => formatOf('minutes', zone).format(dateOf(at));
/** The same to the second. */
export const formatInstantSeconds = (at: At, zone = ownZone): string => formatOf('seconds', zone).format(dateOf(at));
/** A time of day to the second. */
export const formatClock = (at: At): string => formatOf('clock', ownZone).format(dateOf(at));
/** A time of day to the minute. */
export const formatTime = (at: At): string => formatOf('time', ownZone).format(dateOf(at));
/** A calendar date in words, as `23 Nov 2026`. It is the same day wherever it is read. */
export const formatDay = (day: string): string => formatOf('day', 'UTC').format(midnight(day));
/** The same without the year, for the axis of a chart. */
export const formatShortDay = (day: string): string => formatOf('short-day', 'UTC').format(midnight(day));
/** The day of an instant without the year, for the axis of a chart. */
export const formatShortDayOf = (at: At): string => formatOf('short-day', ownZone).format(dateOf(at));

const midnight = (day: string) => Date.parse(`${day.slice(0, 10)}T00:00:00Z`);

/** A day as an example of how it is typed: `03.04.2027`. */
export const exampleDay = (): string => dateText(EXAMPLE, personLocale);
const EXAMPLE = '2027-04-23';

/** A zone as people read it: `Europe/Berlin`, with a space for the underscore. */
export const zoneName = (zone: string): string => zone.replaceAll('_', ' ');
