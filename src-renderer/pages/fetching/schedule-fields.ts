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
  least: number;
  most: number;
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
    least: 0.05,
    most: 1440,
    whole: false,
    error: errors.interval,
  },
  {
    key: 'maxBackoffHours',
    label: words.backoff,
    unit: words.hours,
    least: 0.1,
    most: 168,
    whole: false,
    error: errors.backoff,
  },
  {
    key: 'maxReportAgeDays',
    label: words.age,
    unit: words.days,
    hint: words.ageHint,
    least: 0.1,
    most: 7,
    whole: false,
    error: errors.age,
  },
  {
    key: 'closingAskHours',
    label: words.closing,
    unit: words.hours,
    hint: words.closingHint,
    least: 0,
    most: 168,
    whole: true,
    error: errors.closing,
  },
  {
    key: 'overlapHours',
    label: words.overlap,
    unit: words.hours,
    hint: words.overlapHint,
    least: 1,
    most: 168,
    whole: false,
    error: errors.overlap,
  },
  { key: 'batchSize', label: words.batch, least: 1, most: 290, whole: true, error: errors.batch },
  {
    key: 'concurrency',
    label: words.concurrency,
    hint: words.concurrencyHint,
    least: 1,
    most: 64,
    whole: true,
    error: errors.concurrency,
  },
  {
    key: 'failingStreak',
    label: words.streak,
    unit: words.times,
    hint: words.streakHint,
    least: 1,
    most: 1000,
    whole: true,
    error: errors.streak,
  },
  {
    key: 'reportRetentionDays',
    label: words.retention,
    unit: words.days,
    hint: words.retentionHint,
    least: 31,
    most: 36_500,
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

/** The error of a field, or null. */
export function checkField(field: Field, typed: number | string): string | null {
  if (typed === '') return field.optional ? null : field.error;
  const value = Number(typed);
  const fits = value >= field.least && value <= field.most && (!field.whole || Number.isInteger(value));
  return fits ? null : field.error;
}
