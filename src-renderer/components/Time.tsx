import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { common } from '../strings/common.ts';
import { ago } from '../strings/format.ts';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const localSeconds = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const localDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

interface Props {
  /** ISO 8601 instant; null shows `never` or what `absent` says. */
  value: string | null | undefined;
  /** How long ago instead of when; the exact time is one hover or focus away. */
  relative?: boolean;
  seconds?: boolean;
  absent?: string;
}

/** An instant in the person's own time zone, with UTC on hover and focus. */
export function Time({ value, relative = false, seconds = false, absent = common.never }: Props) {
  const now = useNow(relative);
  if (!value) return <span style={{ color: 'var(--mantine-color-dimmed)' }}>{absent}</span>;
  const date = new Date(value);
  const words = (seconds ? localSeconds : local).format(date);
  const utc = common.utc(date.toISOString().slice(0, 19).replace('T', ' '));
  return (
    <Tooltip label={relative ? `${localSeconds.format(date)} · ${utc}` : utc}>
      <time dateTime={value} style={{ whiteSpace: 'nowrap' }}>
        {relative ? ago(date.getTime(), now) : words}
      </time>
    </Tooltip>
  );
}

/** An instant in words, in the person's own time zone. */
export const formatInstant = (at: string): string => local.format(new Date(at));

/** A calendar date in words, as `23 Nov 2026`. */
export const formatDay = (day: string): string => localDay.format(new Date(`${day.slice(0, 10)}T12:00:00`));

/** A calendar date without a time (`2026-11-23`), which is the same day wherever it is read. */
export function CalendarDate({ value }: { value: string | null | undefined }) {
  if (!value) return <span style={{ color: 'var(--mantine-color-dimmed)' }}>{common.none}</span>;
  return (
    <time dateTime={value} style={{ whiteSpace: 'nowrap' }}>
      {formatDay(value)}
    </time>
  );
}

/** The current time, renewed every half minute while somebody needs it. */
function useNow(needed: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!needed) return;
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, [needed]);
  return now;
}
