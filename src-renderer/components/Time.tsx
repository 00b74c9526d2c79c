import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatDay, formatInstant, formatInstantSeconds, ownZone, zoneName } from '../dates/format.ts';
import { common } from '../strings/common.ts';
import { ago } from '../strings/format.ts';

interface Props {
  /** ISO 8601 instant; null shows `never` or what `absent` says. */
  value: string | null | undefined;
  /** How long ago instead of when; the exact time is one hover or focus away. */
  relative?: boolean;
  seconds?: boolean;
  absent?: string;
  /** Of the clock that is shown; the person's own without it. */
  zone?: string;
}

/** An instant in the person's own time zone (or another), with that zone's name and UTC on hover and focus. */
export function Time({ value, relative = false, seconds = false, absent = common.never, zone = ownZone }: Props) {
  const now = useNow(relative);
  if (!value) return <span style={{ color: 'var(--mantine-color-dimmed)' }}>{absent}</span>;
  const date = new Date(value);
  const words = (seconds ? formatInstantSeconds : formatInstant)(date, zone);
  const utc = common.utc(date.toISOString().slice(0, 19).replace('T', ' '));
  const whole = common.inZone(formatInstantSeconds(date, zone), zoneName(zone));
  return (
    <Tooltip label={zone === 'UTC' ? utc : `${whole} · ${utc}`}>
      <time dateTime={value} style={{ whiteSpace: 'nowrap' }}>
        {relative ? ago(date.getTime(), now) : words}
      </time>
    </Tooltip>
  );
}

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
