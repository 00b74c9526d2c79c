import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Queryable } from '../platform/db/queryable.ts';
import { MAX_REPORT_AGE_DAYS } from './ingest/ingest.ts';

/** The row `fetcher` of `settings`. A value that is missing or senseless falls back to its default, one by one. */
const schema = z.object({
  maxReportAgeDays: z.number().min(0.1).max(MAX_REPORT_AGE_DAYS).catch(MAX_REPORT_AGE_DAYS),
  /** 15 to 30 minutes are reported as fine, 5 to 10 get accounts banned (docs/find-my.md#apples-endpoints). */
  fetchIntervalMinutes: z.number().min(0.05).max(1440).catch(30),
  maxBackoffHours: z.number().min(0.1).max(168).catch(24),
  batchSize: z.int().min(1).max(290).catch(64),
  concurrency: z.int().min(1).max(64).catch(8),
  failingStreak: z.int().min(1).max(1000).catch(5),
  reportRetentionDays: z.int().min(31).max(36_500).nullable().catch(null),
  paused: z.boolean().catch(false),
});
export type FetcherSettings = z.infer<typeof schema>;

export const defaultFetcherSettings: FetcherSettings = schema.parse({});

/** The fetcher's settings, read at every turn, so that a change needs no restart. */
export async function readFetcherSettings(db: Queryable): Promise<FetcherSettings> {
  const { rows } = await db.query<{ value: unknown }>(sql`select value from settings where key = 'fetcher'`);
  const value = rows[0]?.value;
  return schema.parse(typeof value === 'object' && value !== null ? value : {});
}

/** Changes some of them and leaves the others. */
export async function writeFetcherSettings(db: Queryable, changes: Partial<FetcherSettings>, now: Date): Promise<void> {
  await db.query(sql`
    insert into settings as s (key, value, updated_at) values ('fetcher', ${JSON.stringify(changes)}::jsonb, ${now})
    on conflict (key) do update set value = s.value || excluded.value, updated_at = excluded.updated_at`);
}
