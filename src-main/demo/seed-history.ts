import sql from 'sql-template-tag';
import { ingestReports } from '../core/fetching/ingest/ingest.ts';
import { type Database, systemScope } from '../core/platform/db/queryable.ts';
import type { SimulatedNetwork } from './network.ts';
import { HISTORY_DAYS } from './shipments.ts';
import { REACH_DAYS } from './simulator/answers.ts';

/** A tracker that was active, and until when it was fetched: now, or the end of its run. */
export interface Fetched {
  trackerId: number;
  id: string;
  until: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The last hours are left to the fetcher, so that a console that was just started has something to bring. */
const LEFT_TO_THE_FETCHER_H = 6;
/** Trackers a transaction: short enough for the embedded database, whose one session all share. */
const CHUNK = 60;

/**
 * Stores what a fetcher would have brought in the two weeks before `epoch`, through the same ingest: day by day as it
 * was published, late reports on the day they came. The payloads are those that the network answers with, so a report
 * that is fetched again later is known. Safe to repeat after an interruption.
 *
 * @returns how many reports were stored
 */
export async function storeHistory(
  db: Database,
  network: SimulatedNetwork,
  trackers: readonly Fetched[],
  epoch: number,
  progress: (done: number, total: number) => void = () => {},
): Promise<number> {
  const from = epoch - HISTORY_DAYS * DAY_MS;
  const chunks = Array.from({ length: Math.ceil(trackers.length / CHUNK) }, (_, i) =>
    trackers.slice(i * CHUNK, (i + 1) * CHUNK),
  );
  const ask = (chunk: readonly Fetched[] | undefined) =>
    chunk &&
    network.history(
      chunk.map(({ trackerId, id, until }) => ({ trackerId, id, from, until })),
      epoch - REACH_DAYS * DAY_MS,
    );
  let stored = 0;
  // The network encrypts the next part while this one is stored.
  let next = ask(chunks[0]);
  for (let i = 0; i < chunks.length; i++) {
    const days = await next!;
    next = ask(chunks[i + 1]);
    next?.catch(() => {});
    stored += await db.transaction(systemScope, async (tx) => {
      let count = 0;
      for (const { day, reports, corrupt } of days) {
        // Received at the end of the day it was published, or when the seeding ends.
        const now = new Date(Math.min((day + 1) * DAY_MS, epoch - LEFT_TO_THE_FETCHER_H * HOUR_MS));
        const rows = reports.map((row) => ({ ...row, publishedAt: new Date(row.publishedAt) }));
        count += (await ingestReports(tx, rows, { now, maxReportAgeDays: null, corrupt })).stored;
      }
      return count;
    });
    progress(Math.min((i + 1) * CHUNK, trackers.length), trackers.length);
  }
  return stored;
}

/** Trackers of runs that have begun, each until its run's end. */
export async function fetchedTrackers(db: Database, epoch: number): Promise<Fetched[]> {
  const latest = epoch - LEFT_TO_THE_FETCHER_H * HOUR_MS;
  const { rows } = await db.query<{ id: number; hashed: Buffer; ends_at: Date }>(sql`
    select t.id, t.hashed_advertisement_key as hashed, run_ends_at(run) as ends_at
    from trackers t join production_runs run on run.id = t.production_run_id
    where run_starts_at(run) <= ${new Date(epoch)} and t.mac_address is not null
    order by t.id`);
  return rows.map((row) => ({
    trackerId: row.id,
    id: row.hashed.toString('base64'),
    until: Math.min(latest, row.ends_at.getTime()),
  }));
}
