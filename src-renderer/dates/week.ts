import { personLocale } from './format.ts';

type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;
interface WithWeek {
  getWeekInfo?: () => { firstDay: number };
  weekInfo?: { firstDay: number };
}

/** The day that weeks begin with where the person is, Sunday being 0; Monday where the browser doesn't tell. */
export function firstDayOfWeek(): Weekday {
  const locale = new Intl.Locale(personLocale) as Intl.Locale & WithWeek;
  const info = locale.getWeekInfo?.() ?? locale.weekInfo;
  return ((info?.firstDay ?? 1) % 7) as Weekday;
}
