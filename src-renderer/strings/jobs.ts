import { duration } from './format.ts';

interface Progress {
  done: number;
  total: number | null;
  unit: string;
  ratePerSecond: number | null;
  secondsLeft: number | null;
}

export const jobs = {
  waits: {
    locked: 'Waiting for the keys: they are locked on this console.',
    'not-enrolled': 'Waiting for the keys: this console is not enrolled.',
  },
  unlock: 'Key protection',
  stop: 'Stop',
  /** As in `12,000 of 50,000 keys · 3,100 a second · 12 s left`. */
  progress: ({ done, total, unit, ratePerSecond, secondsLeft }: Progress) =>
    [
      total === null
        ? `${done.toLocaleString()} ${unit}`
        : `${done.toLocaleString()} of ${total.toLocaleString()} ${unit}`,
      ratePerSecond ? `${Math.round(ratePerSecond).toLocaleString()} a second` : '',
      secondsLeft ? `${duration(secondsLeft)} left` : '',
    ]
      .filter(Boolean)
      .join(' · '),
} as const;
