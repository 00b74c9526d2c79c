import { type Database, systemScope } from '../db/queryable.ts';
import { codeOf, sqlstate } from '../db/sqlstate.ts';
import { readFetcherSettings } from '../reports/fetcher-settings.ts';
import { forgetOldHistory } from '../repositories/fetch-history.ts';
import { dropReportsBefore } from '../repositories/retention.ts';

const DAY_MS = 86_400_000;

/**
 * Forgets what is older than the settings want: whole months of reports, and the fetcher's own history. By default all
 * reports are kept. Any console does it, any number of times. Returns the dropped partitions; none when they are in use
 * just now, for the next round.
 */
export async function applyRetention(db: Database, now: Date): Promise<string[]> {
  await forgetOldHistory(db, now);
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
