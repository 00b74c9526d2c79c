import type { FetcherState } from '../../../src-shared/contract/fetcher.ts';
import { fetcher } from '../../strings/fetcher.ts';

const { settings: words } = fetcher;

export type Settings = FetcherState['settings'];
/** As they stand in the inputs: what is not set is empty. */
export type Typed = Record<keyof Omit<Settings, 'version'>, number | string>;

interface Field {
  key: keyof Typed;
  label: string;
  unit?: string;
  hint?: string;
  whole: boolean;
  /** May be left empty. */
  optional?: boolean;
  error: string;
}

const { errors } = words;
export const scheduleFields: readonly Field[] = [
  {
    key: 'fetchIntervalMinutes',
    label: words.interval,
    unit: words.minutes,
    whole: false,
    error: errors.interval,
  },
  {
    key: 'maxBackoffHours',
    label: words.backoff,
    unit: words.hours,
    whole: false,
    error: errors.backoff,
  },
  {
    key: 'maxReportAgeDays',
    label: words.age,
    unit: words.days,
    hint: words.ageHint,
    whole: false,
    error: errors.age,
  },
  {
    key: 'closingAskHours',
    label: words.closing,
    unit: words.hours,
    hint: words.closingHint,
    whole: true,
    error: errors.closing,
  },
  {
    key: 'overlapHours',
    label: words.overlap,
    unit: words.hours,
    hint: words.overlapHint,
    whole: false,
    error: errors.overlap,
  },
  { key: 'batchSize', label: words.batch, whole: true, error: errors.batch },
  {
    key: 'concurrency',
    label: words.concurrency,
    hint: words.concurrencyHint,
    whole: true,
    error: errors.concurrency,
  },
  {
    key: 'failingStreak',
    label: words.streak,
    unit: words.times,
    hint: words.streakHint,
    whole: true,
    error: errors.streak,
  },
  {
    key: 'reportRetentionDays',
    label: words.retention,
    unit: words.days,
    hint: words.retentionHint,
    whole: true,
    optional: true,
    error: errors.retention,
  },
];

export const toTyped = ({ version: _version, ...settings }: Settings): Typed => ({
  ...settings,
  reportRetentionDays: settings.reportRetentionDays ?? '',
});

export const fromTyped = (typed: Typed): Omit<Settings, 'version'> =>
  Object.fromEntries(
    Object.entries(typed).map(([key, value]) => [key, value === '' ? null : Number(value)]),
  ) as unknown as Omit<Settings, 'version'>;
