import type { KekHolder } from '../../keys/data-keys.ts';
import { countKeyMoves } from '../../trackers/key-moves-store.ts';
import type { FetcherDeps } from '../fetcher-deps.ts';
import { createOpenKeys } from '../opening/open-keys.ts';
import { latestTime, openReports } from '../opening/open-reports.ts';
import { ingestReports } from './ingest.ts';
import { deleteWaiting, dropWaitingBefore, noLongerAhead } from './waiting-reports-store.ts';

const DAY_MS = 86_400_000;
const BATCH = 500;
/** A report that is ahead for longer has no true time. */
const KEPT_DAYS = 30;

/**
 * Opens and stores the reports that were ahead of the clock when they came and are so no more, and drops what has waited
 * for 30 days. One whose private key can't be opened here waits on. Returns how many were stored.
 */
export async function judgeWaiting(
  deps: Pick<FetcherDeps, 'db' | 'engine' | 'openingPool' | 'now' | 'nearestCity'>,
  keys: KekHolder,
): Promise<number> {
  const { db } = deps;
  const now = deps.now();
  let stored = 0;
  for (;;) {
    // Before they are read: what moves to another tracker from now on waits there.
    const moves = await countKeyMoves(db);
    const reports = await noLongerAhead(db, new Date(latestTime(now)), BATCH);
    const openKeys = createOpenKeys(db, keys);
    try {
      await openKeys.load(new Set(reports.map(({ trackerId }) => trackerId)));
      const { engine, openingPool, nearestCity } = deps;
      const opened = await openReports({ engine, openingPool, keys: openKeys, now }, reports);
      const options = {
        now,
        maxReportAgeDays: null,
        moves,
        corrupt: opened.corrupt,
        ...(nearestCity ? { nearestCity } : {}),
      };
      stored += (await ingestReports(db, opened.good, options)).stored;
      await deleteWaiting(
        db,
        reports.filter(({ trackerId, keyNumber }) => openKeys.get(trackerId, keyNumber) !== undefined),
      );
      if (reports.length < BATCH || opened.unopened > 0) break;
    } finally {
      openKeys.close();
    }
  }
  await dropWaitingBefore(db, new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  return stored;
}
