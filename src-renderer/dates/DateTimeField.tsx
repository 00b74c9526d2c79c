import { useMemo } from 'react';
import { dayIn, instantAt, startOfDay, wallClock } from '../../src-shared/domain/days.ts';
import { dates as words } from '../strings/dates.ts';
import { ReadField } from './DateField.tsx';
import { dateTimePattern, dateTimeText, parseDateTime } from './date-text.ts';
import { formatInstantSeconds, ownZone, personLocale, zoneName } from './format.ts';

interface Props {
  label: string;
  /** ISO 8601. */
  value?: string | null;
  onChange: (at: string | null) => void;
  /** Instants in ISO 8601. */
  min?: string | undefined;
  max?: string | undefined;
  required?: boolean;
  clearable?: boolean;
  placeholder?: string;
  error?: React.ReactNode;
}

/**
 * A day and a time in the person's own zone, typed in the person's format or chosen. A value that nobody touches stays
 * the instant that it was, to the millisecond.
 */
export function DateTimeField({ label, value = null, onChange, min, max, clearable, ...input }: Props) {
  const dayOf = (at: string | undefined) => (at === undefined ? undefined : dayIn(ownZone, new Date(at)));
  const unreadable = useMemo(() => words.notATime(dateTimeText(Date.UTC(2027, 3, 23, 14, 30), personLocale)), []);
  return (
    <ReadField<string>
      {...input}
      description={words.inZone(zoneName(ownZone))}
      reading={{
        label,
        value,
        onChange,
        write,
        read,
        // A time may still follow.
        isWhole: (text) => /\d{4}/.test(text) && /:\d\d/.test(text),
        objection: (at) =>
          min !== undefined && at < min
            ? words.tooEarly(formatInstantSeconds(min))
            : max !== undefined && at > max
              ? words.tooLate(formatInstantSeconds(max))
              : null,
        unreadable,
        pattern: dateTimePattern(personLocale),
        dayOf: (at) => dayIn(ownZone, new Date(at)),
        withDay,
        minDay: dayOf(min),
        maxDay: dayOf(max),
        clearable,
      }}
    />
  );
}

const iso = (at: number) => new Date(at).toISOString();
const write = (at: string) => dateTimeText(wallClock(ownZone, Date.parse(at)), personLocale);
const read = (text: string) => {
  const wall = parseDateTime(text, personLocale);
  return wall === null ? null : iso(instantAt(ownZone, wall));
};
/** The chosen day at the time that stood there. */
const withDay = (at: string | null, day: string): string => {
  if (at === null) return startOfDay(ownZone, day).toISOString();
  const wall = wallClock(ownZone, Date.parse(at));
  return iso(instantAt(ownZone, Date.parse(`${day}T00:00:00Z`) + (wall % 86_400_000)));
};
