const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const wholeDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const localDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/**
 * What stands along the time axis of a chart, as dates are written everywhere else. Days are UTC, as the API counts
 * them; times are local, with the date in place of midnight.
 * @param seconds since 1970
 */
export const timeLabels = (seconds: number[], days: boolean): string[] =>
  seconds.map((at) => {
    const date = new Date(at * 1000);
    if (days) return day.format(date);
    return date.getHours() + date.getMinutes() === 0 ? localDay.format(date) : time.format(date);
  });

/** The same for the legend, which tells one of them in full. */
export const timeLabel = (seconds: number | null, days: boolean): string =>
  seconds === null ? '–' : (days ? wholeDay : moment).format(seconds * 1000);
