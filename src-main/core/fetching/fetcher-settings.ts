import { z } from 'zod';
import type { Queryable } from '../platform/db/queryable.ts';
import { readSetting, readVersionedSetting, writeSetting } from '../platform/db/settings-store.ts';
import { MAX_REPORT_AGE_DAYS } from './ingest/ingest.ts';

/** The key of `settings`. */
const KEY = 'fetcher';
/** Each value that is missing or makes no sense falls back to its default, without touching the others. */
const schema = z.object({
  maxReportAgeDays: z.number().min(0.1).max(MAX_REPORT_AGE_DAYS).catch(MAX_REPORT_AGE_DAYS),
  /** 15 to 30 minutes are reported as fine, 5 to 10 get accounts banned (docs/find-my.md#apples-endpoints). */
  fetchIntervalMinutes: z.number().min(0.05).max(1440).catch(30),
  maxBackoffHours: z.number().min(0.1).max(168).catch(24),
  /** So long before the last success a narrowed ask begins: phones upload hours and days late. */
  overlapHours: z.number().min(1).max(168).catch(48),
  /** CLOSING_ASK_HOURS: so long after its run or period ended a tracker is asked for once more; 0 never. */
  closingAskHours: z.int().min(0).max(168).catch(0),
  batchSize: z.int().min(1).max(290).catch(64),
  concurrency: z.int().min(1).max(64).catch(8),
  failingStreak: z.int().min(1).max(1000).catch(5),
  reportRetentionDays: z.int().min(31).max(36_500).nullable().catch(null),
  paused: z.boolean().catch(false),
});
export type FetcherSettings = z.infer<typeof schema>;

/** The fetcher's settings, read at every turn, so that a change needs no restart. */
export const readFetcherSettings = (db: Queryable): Promise<FetcherSettings> => readSetting(db, KEY, schema);

/** The same as people see and change them, with their version. */
export const readVersionedFetcherSettings = (db: Queryable): Promise<FetcherSettings & { version: number }> =>
  readVersionedSetting(db, KEY, schema);

/** Changes some of them and leaves the others. */
export const writeFetcherSettings = (db: Queryable, changes: Partial<FetcherSettings>, now: Date): Promise<void> =>
  writeSetting(db, KEY, changes, now);
