import type { Retention } from '../../../../src-shared/contract/retention.ts';
import { keepDays } from '../../platform/db/keep-days.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import { codeOf, sqlstate } from '../../platform/db/sqlstate.ts';
import { forgetOldCanaries } from '../asking/canaries-store.ts';
import { forgetOldHistory } from '../fetch-history-store.ts';
import { readFetcherSettings } from '../fetcher-settings.ts';
import { MAX_REPORT_AGE_DAYS } from './ingest.ts';
import { deleteCorruptBefore, dropReportsBefore } from './retention-store.ts';

const DAY_MS = 86_400_000;

/**
 * Forgets what is older than the settings allow: whole months of reports, and the fetcher's own history. By default all
 * reports are kept. Any console may do it, any number of times. Returns the dropped partitions; none when they are in
 * use just now, which leaves them for the next round.
 */
export async function applyRetention(
  db: Database,
  { corruptReportDays }: Pick<Retention, 'corruptReportDays'>,
  now: Date,
): Promise<string[]> {
  await forgetOldHistory(db, now);
  await keepDays(corruptReportDays, now, (before) => deleteCorruptBefore(db, before));
  await forgetOldCanaries(db, new Date(now.getTime() - MAX_REPORT_AGE_DAYS * DAY_MS));
  const { reportRetentionDays } = await readFetcherSettings(db);
  if (reportRetentionDays === null) return [];
  const cut = new Date(now.getTime() - reportRetentionDays * DAY_MS);
  try {
    return await db.transaction(systemScope, (tx) => dropReportsBefore(tx, cut));
  } catch (error) {
    if (codeOf(error).code === sqlstate.lockNotAvailable) return [];
    throw error;
  }
}
