import type { KekHolder } from '../keys/data-keys.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import type { FetcherSettings } from './fetcher-settings.ts';
import { type AnswerCount, type Ask, isOutside } from './gathering.ts';
import { ingestReports } from './ingest.ts';
import { freshReports, openReports, received } from './open-reports.ts';
import type { SourceReport } from './sources/source.ts';

/** Rows of one statement: the embedded engine answers nobody else meanwhile. */
const INGEST_BATCH = 1000;

export interface StoredAnswer {
  count: AnswerCount;
  stored: number;
  duplicates: number;
  corrupt: number;
  /** What to remember beside a tracker's success: its private key can't be opened. */
  notes: Map<number, string>;
}

/** From a raw answer to stored reports: what is known is left out, the rest decrypted and ingested. */
export async function storeAnswer(
  deps: Pick<FetcherDeps, 'db' | 'engine' | 'now' | 'nearestCity'> & { keys: KekHolder; settings: FetcherSettings },
  ask: Ask,
  reports: readonly SourceReport[],
  trackerOf: ReadonlyMap<string, number>,
): Promise<StoredAnswer> {
  const { db, settings } = deps;
  const now = deps.now();
  // Reports of keys that nobody asked for count towards the cap, and are nobody's.
  const mine = reports.flatMap((report) => {
    const trackerId = trackerOf.get(report.id);
    return trackerId === undefined ? [] : [received(trackerId, report.payload, report.publishedAt)];
  });
  const found = new Map<number, number>();
  for (const { trackerId } of mine) found.set(trackerId, (found.get(trackerId) ?? 0) + 1);
  const outside = mine.filter((r) => r.timestampMs !== null && isOutside(ask, r.timestampMs)).length;

  const fresh = await freshReports(db, mine);
  const opened = await openReports({ ...deps, now }, fresh);
  const result = { stored: 0, duplicates: 0, corrupt: 0 };
  for (let start = 0; start === 0 || start < opened.good.length; start += INGEST_BATCH) {
    const part = await ingestReports(db, opened.good.slice(start, start + INGEST_BATCH), {
      now,
      maxReportAgeDays: settings.maxReportAgeDays,
      corrupt: start === 0 ? opened.corrupt : [],
      ...(deps.nearestCity ? { nearestCity: deps.nearestCity } : {}),
    });
    result.stored += part.stored;
    result.duplicates += part.duplicates;
    result.corrupt += part.corrupt;
  }
  return {
    count: { found, total: reports.length, outside, withNews: new Set(fresh.map((report) => report.trackerId)) },
    stored: result.stored,
    duplicates: mine.length - fresh.length + result.duplicates,
    corrupt: result.corrupt,
    notes: opened.unopened,
  };
}
