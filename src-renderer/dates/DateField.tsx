import '@mantine/dates/styles.css';
import { ActionIcon, Popover, TextInput, type TextInputProps } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { IconCalendar, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { isDay } from '../../src-shared/domain/days.ts';
import { usePhone } from '../hooks/use-phone.ts';
import { dates as words } from '../strings/dates.ts';
import classes from './DateField.module.css';
import { datePattern, dateText, parseDate } from './date-text.ts';
import { exampleDay, formatDay, personLocale } from './format.ts';
import { firstDayOfWeek } from './week.ts';

type Common = Pick<
  TextInputProps,
  'w' | 'required' | 'withAsterisk' | 'disabled' | 'error' | 'onFocus' | 'onBlur' | 'placeholder' | 'description'
>;

/** What a text field that holds a date or a time shares: what was typed, what it means, and what is wrong with it. */
export interface FieldReading<T> {
  label: string;
  value: T | null;
  onChange: (value: T | null) => void;
  write: (value: T) => string;
  /** Null where the text is none. */
  read: (text: string) => T | null;
  /** While somebody types: what may still become another date is not read yet. */
  isWhole: (text: string) => boolean;
  /** Why a value that could be read can't be taken. */
  objection: (value: T) => string | null;
  unreadable: string;
  pattern: string;
  /** The day that the calendar shows as chosen. */
  dayOf: (value: T) => string;
  /** The value after a day was chosen in the calendar. */
  withDay: (value: T | null, day: string) => T;
  minDay?: string | undefined;
  maxDay?: string | undefined;
  clearable?: boolean | undefined;
}

/**
 * A text field with a calendar. What is typed is never replaced by something else: what can't be read stays, is marked
 * and keeps the form from being sent. Alt+Down or the button opens the calendar, Escape closes it.
 */
export function ReadField<T>({ reading, ...input }: { reading: FieldReading<T> } & Common) {
  const { label, value, onChange, write, read, isWhole, objection, unreadable, pattern } = reading;
  const [text, setText] = useState(value === null ? '' : write(value));
  const [problem, setProblem] = useState<string | null>(null);
  const [opened, setOpened] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const told = useRef(value);

  // A value that comes from elsewhere replaces the text; one that was typed here leaves it as it was typed.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value === null ? '' : write(value));
    setProblem(null);
  }, [value, write]);
  useEffect(() => field.current?.setCustomValidity(problem ?? ''), [problem]);

  const tell = (next: T | null) => {
    if (next === told.current) return;
    told.current = next;
    onChange(next);
  };
  const judge = (typed: string): { next: T | null; wrong: string | null } => {
    if (typed.trim() === '') return { next: null, wrong: null };
    const next = read(typed);
    return next === null ? { next, wrong: unreadable } : { next, wrong: objection(next) };
  };
  const type = (typed: string) => {
    setText(typed);
    const { next, wrong } = judge(typed);
    if (wrong === null && (typed.trim() === '' || isWhole(typed))) {
      setProblem(null);
      tell(next);
    } else {
      // Said once the field is left, but never sent meanwhile.
      field.current?.setCustomValidity(wrong ?? '');
      if (problem !== null && wrong === null) setProblem(null);
    }
  };
  const settle = () => {
    const { next, wrong } = judge(text);
    setProblem(wrong);
    if (wrong !== null) return;
    if (next !== null) setText(write(next));
    tell(next);
  };
  const choose = (day: string | null) => {
    if (!isDay(day)) return;
    const next = reading.withDay(value, day);
    setText(write(next));
    setProblem(objection(next));
    tell(next);
    setOpened(false);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') settle();
    if (event.key === 'ArrowDown' && event.altKey) {
      event.preventDefault();
      setOpened(true);
    }
  };

  // A finger clears by deleting the text: there is room for one button of its size.
  const isPhone = usePhone();
  const isClearable = reading.clearable && text !== '' && !input.disabled;
  const shownDay = value === null ? null : reading.dayOf(value);
  const opensAt = shownDay ?? reading.maxDay ?? reading.minDay;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      trapFocus
      returnFocus
      withRoles={false}
      position="bottom-start"
      shadow="md"
      withinPortal
      middlewares={{ flip: true, shift: true }}
    >
      <Popover.Target>
        <TextInput
          {...input}
          ref={field}
          label={label}
          autoComplete="off"
          placeholder={input.placeholder ?? pattern}
          value={text}
          error={problem ?? input.error}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={(event) => {
            settle();
            input.onBlur?.(event);
          }}
          rightSectionWidth={isPhone ? 44 : isClearable ? 52 : 28}
          rightSection={
            <span className={classes.buttons}>
              {isClearable && !isPhone && (
                <ActionIcon
                  size="sm"
                  aria-label={words.clear(label)}
                  onClick={() => {
                    setText('');
                    setProblem(null);
                    tell(null);
                    field.current?.focus();
                  }}
                >
                  <IconX size={14} aria-hidden />
                </ActionIcon>
              )}
              <ActionIcon
                size="sm"
                disabled={input.disabled ?? false}
                aria-label={words.openCalendar(label)}
                aria-haspopup="dialog"
                aria-expanded={opened}
                onClick={() => setOpened(!opened)}
              >
                <IconCalendar size={15} aria-hidden />
              </ActionIcon>
            </span>
          }
        />
      </Popover.Target>
      <Popover.Dropdown p="xs" role="dialog" aria-label={label}>
        <DatePicker
          size="sm"
          firstDayOfWeek={firstDayOfWeek()}
          // Red is for what is wrong.
          weekendDays={[]}
          value={shownDay}
          {...(opensAt ? { defaultDate: opensAt } : {})}
          {...(reading.minDay ? { minDate: reading.minDay } : {})}
          {...(reading.maxDay ? { maxDate: reading.maxDay } : {})}
          onChange={choose}
        />
        <div className={classes.pattern}>{pattern}</div>
      </Popover.Dropdown>
    </Popover>
  );
}

interface Props extends Common {
  label: string;
  /** A day as `2027-04-03`. */
  value?: string | null;
  onChange: (day: string | null) => void;
  min?: string | undefined;
  max?: string | undefined;
  clearable?: boolean;
}

const hasFourDigitYear = (text: string) => /\d{4}/.test(text);

/** A calendar date, typed in the person's own format or chosen. */
export function DateField({ label, value = null, onChange, min, max, clearable, ...input }: Props) {
  return (
    <ReadField<string>
      {...input}
      reading={{
        label,
        value,
        onChange,
        write,
        read,
        isWhole: hasFourDigitYear,
        objection: (day) =>
          min !== undefined && day < min
            ? words.tooEarly(formatDay(min))
            : max !== undefined && day > max
              ? words.tooLate(formatDay(max))
              : null,
        unreadable: words.notADate(exampleDay()),
        pattern: datePattern(personLocale),
        dayOf: (day) => day,
        withDay: (_, day) => day,
        minDay: min,
        maxDay: max,
        clearable,
      }}
    />
  );
}
const write = (day: string) => dateText(day, personLocale);
const read = (text: string) => parseDate(text, personLocale);
