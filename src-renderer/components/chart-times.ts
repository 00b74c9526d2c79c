import { formatDay, formatInstant, formatShortDay, formatShortDayOf, formatTime } from '../dates/format.ts';

const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString();

/**
 * What stands along the time axis of a chart, as dates are written everywhere else. Days are drawn at midnight of UTC,
 * whosever they are; times are local, with the date in place of midnight.
 * @param seconds since 1970
 */
export const timeLabels = (seconds: number[], days: boolean): string[] =>
  seconds.map((at) => {
    if (days) return formatShortDay(dayOf(at));
    const date = new Date(at * 1000);
    return date.getHours() + date.getMinutes() === 0 ? formatShortDayOf(date) : formatTime(date);
  });

/** The same for the legend, which tells one of them in full. */
export const timeLabel = (seconds: number | null, days: boolean): string =>
  seconds === null ? '–' : days ? formatDay(dayOf(seconds)) : formatInstant(seconds * 1000);
