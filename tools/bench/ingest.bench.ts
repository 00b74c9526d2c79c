import { createHash, randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import { ingestReports } from '../../src-main/core/reports/ingest.ts';
import { insertRun, insertTrackers } from '../../src-main/core/testing/company.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { type Figure, median, more } from './figure.ts';

const TRACKERS = 500;
const BATCH = 2_000;
const ROUNDS = 7;

/**
 * Reports a second through ingest (validation of age, nearest city, duplicates, last position, queue of the status
 * engine) against a bare `unnest … on conflict do nothing` of as many rows into a table of the same shape.
 */
export async function figures(): Promise<Figure[]> {
  const all: Figure[] = [];
  for (const engine of testEngines()) {
    const { db, close } = await engine.create();
    try {
      const { runId } = await insertRun(db, 'Bench', '2020-01-01', '2099-01-01');
      const trackers = await insertTrackers(db, { count: TRACKERS, runId });
      await db.query(sql`create table bare_reports (tracker_id bigint, reported_at timestamptz, payload_hash bytea,
        received_at timestamptz, position geography(point, 4326), horizontal_accuracy_m smallint, confidence smallint,
        status_byte smallint, primary key (tracker_id, reported_at, payload_hash))`);
      const now = new Date();
      await db.query(sql`select ensure_location_report_partitions(${new Date(+now - 8 * 86_400_000)}, ${now})`);
      const times = { ingest: [] as number[], bare: [] as number[] };
      for (let round = -1; round < ROUNDS; round++) {
        const rows = Array.from({ length: BATCH }, () => row(trackers, now));
        const ingest = await secondsOf(async () => {
          const { stored } = await ingestReports(db, rows, { now, maxReportAgeDays: 7 });
          if (stored !== BATCH) throw new Error(`only ${stored} of ${BATCH} reports were stored`);
        });
        const bare = await secondsOf(() =>
          db.query(sql`insert into bare_reports
            select t, r, h, ${now}, st_point(x, y)::geography, a, c, s
            from unnest(${rows.map((r) => r.trackerId)}::bigint[], ${rows.map((r) => new Date(r.timestampMs))}::timestamptz[],
              ${rows.map((r) => r.payloadHash)}::bytea[], ${rows.map((r) => r.longitude)}::float8[],
              ${rows.map((r) => r.latitude)}::float8[], ${rows.map((r) => r.horizontalAccuracyM)}::smallint[],
              ${rows.map((r) => r.confidence)}::smallint[], ${rows.map((r) => r.statusByte)}::smallint[])
              as rows(t, r, h, x, y, a, c, s) on conflict do nothing`),
        );
        if (round < 0) continue;
        times.ingest.push(ingest);
        times.bare.push(bare);
      }
      const value = BATCH / median(times.ingest);
      all.push(
        more(`ingest, ${engine.name}`, 'reports/s', value, {
          name: 'bare unnest insert',
          value: BATCH / median(times.bare),
        }),
      );
    } finally {
      await close();
    }
  }
  return all;
}

const row = (trackers: readonly { id: number }[], now: Date) => ({
  trackerId: trackers[Math.floor(Math.random() * trackers.length)]!.id,
  timestampMs: +now - Math.floor(Math.random() * 6 * 86_400) * 1000,
  publishedAt: null,
  payloadHash: createHash('sha256').update(randomBytes(16)).digest(),
  longitude: 4 + Math.random() * 10,
  latitude: 44 + Math.random() * 8,
  horizontalAccuracyM: 20,
  confidence: 2,
  statusByte: 0x20,
  invalidPosition: false,
});

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
