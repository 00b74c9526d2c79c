import { duration } from './format.ts';

export const notices = {
  clock: (offMs: number) =>
    `The clock of this computer is ${duration(Math.abs(offMs) / 1000)} ${offMs > 0 ? 'behind' : 'ahead of'} the database’s. Times are corrected; set the clock, and let it be set by the network.`,
  /** The part that does not work; its sentence follows. */
  parts: {
    database: 'Nothing can be changed at the moment.',
    schedule: 'The fetcher is held up.',
    fetcher: 'The fetcher is down.',
    'status-engine': 'The status engine is down.',
    sources: 'No new reports come.',
  } as Record<string, string>,
  /** What becomes of the work until it is mended. */
  meanwhile: {
    database: 'What you see stays as it was; scans wait at this station and are sent by themselves.',
    'status-engine': 'Statuses stay as they were until it works again.',
    sources: 'The Fetcher page says what each source answered.',
  } as Record<string, string>,
  backup: {
    overdue: 'The backup is overdue.',
    failed: 'The last backup failed.',
  },
  toSettings: 'See Settings',
} as const;
