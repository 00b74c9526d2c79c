import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assessment } from '../analytics/alerts/assess.ts';
import { dwellByLocation } from '../analytics/business-reports/dwell-report-store.ts';
import { ingestReports } from '../fetching/ingest/ingest.ts';
import { saveLeftOut } from '../fetching/ingest/location-reports-store.ts';
import { mapFeatures } from '../map/map-store.ts';
import { systemScope, type Transaction } from '../platform/db/queryable.ts';
import { foldPending } from '../status/pass.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { postgres, type TestDatabase } from '../testing/database.ts';
import { needing } from '../testing/needing.ts';
import { readTrack } from '../trackers/track-store.ts';
import { locationReports } from '../trackers/tracker-history-store.ts';
import { listTrackers } from '../trackers/trackers-store.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-23T12:00:00Z');
const ago = (days: number) => new Date(NOW.getTime() - days * DAY_MS);
const iso = (days: number) => ago(days).toISOString();

// Reports are partitioned by month. What reads those of one tracker must not look into each month of the years that are
// kept: the server counts which tables and indexes a transaction has read.
needing('postgres').describe('of a year of reports', () => {
  let test: TestDatabase;
  let trackers: number[];
  let hour = 0;
  const report = (trackerId: number, at: Date, n: number) => ({
    ...{
      trackerId,
      timestampMs: at.getTime(),
      publishedAt: null,
      latitude: 47.4,
      longitude: 8.5,
      horizontalAccuracyM: 9,
    },
    ...{ payloadHash: new Uint8Array(32).fill(n + 1), confidence: 2, statusByte: 0, invalidPosition: false },
  });
  const ingest = (tx: Transaction, reports: ReturnType<typeof report>[]) =>
    ingestReports(tx, reports, { now: NOW, maxReportAgeDays: null });
  const fold = (tx: Transaction) =>
    foldPending(tx, { saveLeftOut, afterFold: assessment }, 'reports', { trackers: 100, reports: 10_000 }, NOW);
  const late = () => ago(2 + hour++ / 24);

  beforeAll(async () => {
    test = await postgres.create();
    const { runId } = await insertRun(test.db, 'Year', '2025-01-01', '2027-01-01');
    trackers = (await insertTrackers(test.db, { count: 3, runId })).map(({ id }) => id);
    await test.db.query(sql`insert into locations (kind, name, position, geofence_radius_m, production_run_id)
      values ('storage', 'Depot', st_makepoint(8.5, 47.4)::geography, 100, ${runId}::bigint)`);
    await test.db.query(sql`select ensure_location_report_partitions(${ago(365)}, ${NOW})`);
    const year = trackers.flatMap((id) => Array.from({ length: 120 }, (_, n) => report(id, ago(3 * n + 3), n)));
    await test.db.transaction(systemScope, (tx) => ingest(tx, year));
    await test.db.transaction(systemScope, fold);
    await test.db.query(sql`analyze`);
  });
  afterAll(() => test.close());

  /** How often each month's table was looked into, in a transaction and in what the server has not added up before it. */
  const reads = async (tx: Transaction) => {
    const { rows } = await tx.query<{ name: string; reads: number }>(sql`
      select relname as name, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) as reads
      from pg_stat_xact_user_tables where relname like 'location\\_reports\\_%'`);
    return new Map(rows.map(({ name, reads }) => [name, reads]));
  };
  /** In how many months the work read reports. */
  const months = (work: (tx: Transaction) => Promise<unknown>) =>
    test.db.transaction(systemScope, async (tx) => {
      const before = await reads(tx);
      await work(tx);
      const after = await reads(tx);
      return [...after].filter(([name, count]) => count > (before.get(name) ?? 0)).length;
    });

  it.each<[string, number, (tx: Transaction) => Promise<unknown>]>([
    ['the list of trackers', 0, (tx) => listTrackers(tx, { limit: 50, sort: 'id' }, NOW)],
    ['the map', 0, (tx) => mapFeatures(tx, { bbox: [-180, -85, 180, 85], zoom: 2 } as never, NOW)],
    [
      'dwell',
      0,
      (tx) =>
        dwellByLocation.page(tx, { scope: { from: iso(365), to: iso(0) }, now: NOW, after: 0, limit: 50 } as never),
    ],
    ['the track of a week', 1, (tx) => readTrack(tx, trackers[0]!, { from: iso(8), to: iso(1), limit: 500 })],
    [
      'a week of reports',
      1,
      (tx) => locationReports(tx, trackers[0]!, { from: iso(8), to: iso(1), limit: 50 } as never),
    ],
    ['the newest reports of a tracker', 1, (tx) => locationReports(tx, trackers[0]!, { limit: 4 } as never)],
    [
      'ingest',
      1,
      (tx) =>
        ingest(
          tx,
          trackers.map((id) => report(id, late(), 200)),
        ),
    ],
  ])('%s reads %i months', async (_, most, work) => {
    expect(await months(work)).toBeLessThanOrEqual(most);
  });

  it('what a new report is folded and looked at by reads two months', async () => {
    await test.db.transaction(systemScope, (tx) =>
      ingest(
        tx,
        trackers.map((id) => report(id, ago(1), 220)),
      ),
    );
    expect(await months(fold)).toBeLessThanOrEqual(2);
    expect(await months((tx) => assessment.workOff(tx, 100, NOW))).toBeLessThanOrEqual(2);
  });

  it('a year of a tracker reads all of them', async () => {
    const all = (tx: Transaction) => readTrack(tx, trackers[0]!, { from: iso(365), to: iso(0), limit: 500 });
    expect(await months(all)).toBeGreaterThan(11);
  });
});
