import { duration } from './format.ts';

export const notices = {
  clock: (offMs: number) =>
    `The clock of this computer is ${duration(Math.abs(offMs) / 1000)} ${offMs > 0 ? 'behind' : 'ahead of'} the database’s. Times are corrected. Set the clock, and turn on automatic time.`,
  /** The part that does not work; its sentence follows. */
  parts: {
    database: 'Nothing can be changed at the moment.',
    schedule: 'The fetcher is waiting.',
    fetcher: 'The fetcher is down.',
    'status-engine': 'The status engine is down.',
    sources: 'No new reports arrive.',
  } as Record<string, string>,
  /** What becomes of the work until it is mended. */
  meanwhile: {
    database: 'This page shows the last known state. Scans wait at this station and are sent automatically.',
    'status-engine': 'Statuses do not change until it works again.',
    sources: 'The Fetcher page says what each source answered.',
  } as Record<string, string>,
  backup: {
    overdue: 'The backup is overdue.',
    failed: 'The last backup failed.',
  },
  toSettings: 'See Settings',
} as const;
