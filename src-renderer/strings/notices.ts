import { duration } from './format.ts';

export const notices = {
  clock: (offMs: number) =>
    `The clock of this computer is ${duration(Math.abs(offMs) / 1000)} ${offMs > 0 ? 'behind' : 'ahead of'} the database’s. Times are corrected; set the clock, and let it be set by the network.`,
  backup: {
    overdue: 'The backup is overdue.',
    failed: 'The last backup failed.',
  },
  toSettings: 'See Settings',
} as const;
