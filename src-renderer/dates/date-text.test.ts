import fc from 'fast-check';
import { expect, it } from 'vitest';
import { datePattern, dateText, dateTimePattern, dateTimeText, parseDate, parseDateTime } from './date-text.ts';

const locales = fc.constantFrom(
  'de-DE',
  'en-US',
  'en-GB',
  'en-CA',
  'uk-UA',
  'fr-FR',
  'sv-SE',
  'nl-NL',
  'hu-HU',
  'bg-BG',
  'pl-PL',
  'tr-TR',
  'ja-JP',
  'zh-CN',
  'ko-KR',
  'ar-EG',
  'fa-IR',
  'th-TH',
  'he-IL',
  'hi-IN',
  'pt-BR',
  'lt-LT',
  'sr-RS',
);
const days = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2099, 11, 31) / 1000 })
  .map((seconds) => new Date(seconds * 1000));
const dayOf = (at: Date) => at.toISOString().slice(0, 10);

it('reads back what it writes, in every locale', () => {
  fc.assert(
    fc.property(locales, days, (locale, at) => {
      const day = dayOf(at);
      expect(parseDate(dateText(day, locale), locale)).toBe(day);
      expect(parseDateTime(dateTimeText(at.getTime(), locale), locale)).toBe(at.getTime());
    }),
    { numRuns: 400 },
  );
});

it('reads ISO 8601 in every locale, and a date however its figures are parted', () => {
  fc.assert(
    fc.property(locales, days, fc.constantFrom('.', '/', '-', ' ', '. '), (locale, at, parted) => {
      const day = dayOf(at);
      expect(parseDate(day, locale)).toBe(day);
      expect(parseDateTime(`${day}T10:20`, locale)).toBe(Date.parse(`${day}T10:20:00Z`));
      const figures = dateText(day, locale).match(/\d+/g) ?? [];
      expect(parseDate(figures.map(Number).join(parted), locale)).toBe(day);
    }),
    { numRuns: 300 },
  );
});

it('reads what screens show: a day with the name of its month', () => {
  const shown = fc.constantFrom('de-DE', 'en-US', 'en-GB', 'uk-UA', 'fr-FR', 'pl-PL', 'nl-NL');
  fc.assert(
    fc.property(shown, days, (locale, at) => {
      const text = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
      expect(parseDate(text, locale)).toBe(dayOf(at));
    }),
    { numRuns: 200 },
  );
});

it('never takes what the calendar has not, and nothing for another day', () => {
  for (const text of [
    '31.02.2027',
    '29.2.2026',
    '0.1.2027',
    '1.13.2027',
    '2027-02-30',
    '1.1.202',
    '1.1',
    'tomorrow',
    '',
  ]) {
    expect(parseDate(text, 'de-DE')).toBeNull();
    expect(parseDateTime(text, 'de-DE')).toBeNull();
  }
  for (const text of ['1.1.2027 24:00', '1.1.2027 10:60', '1.1.2027 13:00 PM', '10:00'])
    expect(parseDateTime(text, 'de-DE')).toBeNull();
});

it('means the day of the person’s locale', () => {
  expect(parseDate('3.4.2027', 'de-DE')).toBe('2027-04-03');
  expect(parseDate('31.12.2026', 'de-DE')).toBe('2026-12-31');
  expect(parseDate('3/4/2027', 'en-US')).toBe('2027-03-04');
  expect(parseDate('3/4/2027', 'en-GB')).toBe('2027-04-03');
  expect(parseDate('3.4.27', 'uk-UA')).toBe('2027-04-03');
  expect(parseDate('03042027', 'de-DE')).toBe('2027-04-03');
  expect(parseDate('3 April 2027', 'de-DE')).toBe('2027-04-03');
  expect(parseDate('٣/٤/٢٠٢٧', 'ar-EG')).toBe('2027-04-03');
  expect(parseDateTime('4/3/2027 2:05 pm', 'en-US')).toBe(Date.UTC(2027, 3, 3, 14, 5));
  expect(parseDateTime('3.4.2027, 14:05:09', 'de-DE')).toBe(Date.UTC(2027, 3, 3, 14, 5, 9));
});

it('shows the format in letters', () => {
  expect(['de-DE', 'en-US', 'en-GB', 'uk-UA', 'sv-SE', 'hu-HU'].map(datePattern)).toEqual([
    'DD.MM.YYYY',
    'MM/DD/YYYY',
    'DD/MM/YYYY',
    'DD.MM.YYYY',
    'YYYY-MM-DD',
    'YYYY. MM. DD',
  ]);
  expect(dateTimePattern('en-US')).toBe('MM/DD/YYYY hh:mm:ss AM');
  expect(dateTimePattern('de-DE')).toBe('DD.MM.YYYY hh:mm:ss');
});
