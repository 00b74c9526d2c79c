/**
 * Dates as a person writes and reads them: typed dates are read in the order of the person's locale, and ISO 8601 is
 * read everywhere. Days are texts as `2027-04-03`, Gregorian and with Latin digits.
 */

type Part = 'day' | 'month' | 'year';
interface DateStyle {
  /** Parts in the locale's order, with what stands between and around them. */
  pieces: readonly (Part | { text: string })[];
  order: readonly Part[];
  /** Lower-case names of months, and what they are cut to, by number. */
  months: ReadonlyMap<string, number>;
  takesAfternoon: boolean;
}

const styles = new Map<string, DateStyle>();
const SAMPLE = Date.UTC(2027, 3, 3, 12);
const plain = { timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' } as const;

function styleOf(locale: string): DateStyle {
  const known = styles.get(locale);
  if (known) return known;
  const numeric = new Intl.DateTimeFormat(locale, { ...plain, day: '2-digit', month: '2-digit', year: 'numeric' });
  const isPart = (type: string): type is Part => type === 'day' || type === 'month' || type === 'year';
  const pieces = numeric
    .formatToParts(SAMPLE)
    .flatMap(({ type, value }): DateStyle['pieces'] => (isPart(type) ? [type] : [{ text: value }]));
  const style = {
    pieces: trimmed(pieces),
    order: pieces.flatMap((piece) => (typeof piece === 'string' ? [piece] : [])),
    months: monthNames(locale),
    takesAfternoon: new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12 === true,
  };
  styles.set(locale, style);
  return style;
}

/** Without marks of direction, and without words after the date as in `03.04.2027 г.`. */
function trimmed(pieces: readonly (Part | { text: string })[]): DateStyle['pieces'] {
  const clean = pieces.map((piece) =>
    typeof piece === 'string' ? piece : { text: piece.text.replace(/[\u200e\u200f]/g, '').replace(/\u00a0/g, ' ') },
  );
  const last = clean.findLastIndex((piece) => typeof piece === 'string');
  return clean.slice(0, last + 1);
}

function monthNames(locale: string): Map<string, number> {
  const names = new Map<string, number>();
  for (const [language, month] of [locale, 'en'].flatMap((one) => [[one, 'long'] as const, [one, 'short'] as const])) {
    const format = new Intl.DateTimeFormat(language, { ...plain, day: 'numeric', month, year: 'numeric' });
    for (let n = 0; n < 12; n++) {
      const name = format.formatToParts(Date.UTC(2027, n, 3)).find(({ type }) => type === 'month')?.value;
      // A number in another form would hide what was typed.
      if (name && !/\d/.test(name)) names.set(bare(name), n + 1);
    }
  }
  return names;
}

const bare = (name: string) => name.toLowerCase().replaceAll('.', '');
const pad = (value: number | string, length = 2) => String(value).padStart(length, '0');

/** The locale's format in letters, as `DD.MM.YYYY`. */
export const datePattern = (locale: string): string => written(locale, { day: 'DD', month: 'MM', year: 'YYYY' });

/** A day in figures, as people of the locale write it: `03.04.2027`. */
export function dateText(day: string, locale: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return written(locale, { day: date, month, year });
}

const written = (locale: string, parts: Record<Part, string>): string =>
  styleOf(locale)
    .pieces.map((piece) => (typeof piece === 'string' ? parts[piece] : piece.text))
    .join('');

/** A year of two digits is one of this century. */
const CENTURY = 2000;

/**
 * The day that a person typed: in the order of the locale whatever stands between the figures, with the name of a month
 * (the locale's or English), or in ISO 8601. Null where it is none, or none that the calendar has.
 */
export function parseDate(typed: string, locale: string): string | null {
  const text = latin(typed).trim().toLowerCase();
  const { order, months } = styleOf(locale);
  const figures = text.match(/\d+/g) ?? [];
  const between = text.replace(/\d+/g, ' ').replace(/[\s.,/\-\u2013]/g, '');
  if (figures.length === 3 && (between === '' || endsOfDates.has(between))) {
    const isYearFirst = figures[0]?.length === 4;
    const named = new Map<Part, string>();
    (isYearFirst ? (['year', 'month', 'day'] as const) : order).forEach((part, i) => {
      named.set(part, figures[i] ?? '');
    });
    return dayOf(named.get('year'), named.get('month'), named.get('day'));
  }
  if (figures.length === 1 && /^\d{8}$/.test(text)) {
    // 20270403 is read as ISO 8601 where the locale begins with the year, else 03042027 by its order.
    let rest = text;
    const named = new Map<Part, string>();
    for (const part of order) {
      const length = part === 'year' ? 4 : 2;
      named.set(part, rest.slice(0, length));
      rest = rest.slice(length);
    }
    return dayOf(named.get('year'), named.get('month'), named.get('day'));
  }
  if (figures.length === 2) {
    const month = monthIn(text, months);
    const [first = '', second = ''] = figures;
    if (month === null) return null;
    return first.length === 4 ? dayOf(first, month, second) : dayOf(second, month, first);
  }
  return null;
}

/** What some languages write after the year, without its dots. */
const endsOfDates = new Set(['г', 'р', 'рік', 'року']);

function monthIn(text: string, months: ReadonlyMap<string, number>): string | null {
  const words = text.replace(/[\d.,/-]+/g, ' ').split(/\s+/);
  for (const word of words) {
    const month = months.get(word);
    if (month !== undefined) return String(month);
  }
  return null;
}

function dayOf(year = '', month = '', date = ''): string | null {
  if (!/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(date) || !/^(\d{2}|\d{4})$/.test(year)) return null;
  const full = year.length === 2 ? CENTURY + Number(year) : Number(year);
  const day = `${pad(full, 4)}-${pad(Number(month))}-${pad(Number(date))}`;
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day) ? day : null;
}

/** Digits of other scripts (Arabic, Persian, Devanagari, Bengali and full width) as Latin ones. */
const latin = (text: string): string =>
  text
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\uff10-\uff19]/g, (digit) => {
      const code = digit.codePointAt(0) ?? 0;
      const zero = [0x660, 0x6f0, 0x966, 0x9e6, 0xff10].findLast((first) => first <= code) ?? code;
      return String(code - zero);
    })
    .replace(/[\u200e\u200f]/g, '')
    .replace(/[\u3000\u00a0\u202f]/g, ' ')
    // CJK units stand where others have dots.
    .replace(/[年月]|[日]$/g, '.');

/** The locale's format of a day and a time in letters. */
export const dateTimePattern = (locale: string): string =>
  `${datePattern(locale)} ${styleOf(locale).takesAfternoon ? 'hh:mm:ss AM' : 'hh:mm:ss'}`;

/**
 * A wall clock in figures, as people of the locale write it: `03.04.2027 14:30:00`.
 * @param wallMs epoch milliseconds at which UTC shows it
 */
export function dateTimeText(wallMs: number, locale: string): string {
  const at = new Date(wallMs);
  const day = dateText(at.toISOString().slice(0, 10), locale);
  const rest = `${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
  const hour = at.getUTCHours();
  if (!styleOf(locale).takesAfternoon) return `${day} ${pad(hour)}:${rest}`;
  return `${day} ${pad(hour % 12 || 12)}:${rest} ${hour < 12 ? 'AM' : 'PM'}`;
}

const timeAtEnd = /(?:^|[\s,t])(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])m)?z?$/i;

/** A typed date with or without a time (midnight) as a wall clock in epoch milliseconds of UTC; null where it is none. */
export function parseDateTime(typed: string, locale: string): number | null {
  const text = latin(typed)
    .trim()
    .replace(/([ap])\.m\./i, '$1m');
  const found = timeAtEnd.exec(text);
  const day = parseDate(found ? text.slice(0, found.index) : text, locale);
  if (day === null) return null;
  if (!found) return Date.parse(`${day}T00:00:00Z`);
  const [, hours = '', minutes = '0', seconds = '0', half] = found;
  let hour = Number(hours);
  if (half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  return Date.parse(`${day}T${pad(hour)}:${minutes.padStart(2, '0')}:${seconds.padStart(2, '0')}Z`);
}
