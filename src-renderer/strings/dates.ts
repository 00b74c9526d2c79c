/** Words of the fields of dates and times, and of whose days are counted. */
export const dates = {
  openCalendar: (label: string) => `${label}: choose in the calendar`,
  clear: (label: string) => `${label}: clear`,
  notADate: (example: string) => `Write a date as ${example} or 2027-04-23.`,
  notATime: (example: string) => `Write a date and a time as ${example}.`,
  tooEarly: (day: string) => `Choose ${day} or later.`,
  tooLate: (day: string) => `Choose ${day} or earlier.`,
  inZone: (zone: string) => `In your time zone, ${zone}`,
  from: 'From',
  to: 'Until',
  /** What a filter by days says, with the first or last day open. */
  within: (label: string, from: string | null, to: string | null) =>
    from === to ? `${label}: ${from}` : `${label}: ${from ?? '…'} – ${to ?? '…'}`,
  wrongOrder: 'The last day is before the first.',
  presets: 'Choose days',
  preset: {
    today: 'Today',
    lastSevenDays: 'Last 7 days',
    thisMonth: 'This month',
    lastMonth: 'Last month',
    run: 'The run’s dates',
    always: 'All days',
  },
  whose: 'Days of',
  whoseOptions: {
    own: (zone: string) => `My time zone (${zone})`,
    run: 'The run’s time zone',
    utc: 'UTC',
  },
  /** Beside figures that are counted by days. */
  daysOf: {
    own: (zone: string) => `Days in ${zone}`,
    run: 'Days in each run’s time zone',
    utc: 'Days in UTC',
  },
  short: { run: 'run’s zone', utc: 'UTC' },
  utcDays: 'Days in UTC',
} as const;
