/** Calendar days (`2026-11-23`) and the instants between which they lie, by the clocks of a time zone (IANA name). */

const DAY_MS = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that the runtime doesn't know */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  clocks.set(zone, made);
  return made;
}

/** What the clocks of a zone show at an instant, as the epoch milliseconds at which those of UTC show the same. */
export function wallClock(zone: string, atMs: number): number {
  if (zone === 'UTC') return atMs;
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clockOf(zone).formatToParts(atMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((atMs % 1000) + 1000) % 1000);
}

/**
 * The instant at which the clocks of a zone show this, as PostgreSQL's `at time zone` takes it: what a change of clocks
 * leaves out is read by the clock before it, and of a time that comes twice the first is meant.
 */
export function instantAt(zone: string, wallMs: number): number {
  if (zone === 'UTC') return wallMs;
  const offsetAt = (atMs: number) => wallClock(zone, atMs) - atMs;
  const before = wallMs - offsetAt(wallMs - DAY_MS);
  if (wallClock(zone, before) === wallMs) return before;
  const after = wallMs - offsetAt(wallMs + DAY_MS);
  return wallClock(zone, after) === wallMs ? after : before;
}

/** The day that the calendars of a zone show at an instant. */
export const dayIn = (zone: string, at: Date): string =>
  new Date(wallClock(zone, at.getTime())).toISOString().slice(0, 10);

/** Where a day begins in a zone. */
export const startOfDay = (zone: string, day: string): Date =>
  new Date(instantAt(zone, Date.parse(`${day}T00:00:00Z`)));

/** So many days after a day. */
export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Whether a text is a day that the calendar has. */
export function isDay(text: string | null | undefined): text is string {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
