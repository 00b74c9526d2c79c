import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { postgres, type TestDatabase } from '../testing/database.ts';
import { needing } from '../testing/needing.ts';
import { ingest, insertFence, type MadeReport, offset } from './testing/status-world.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 4, 4, 12);
const shop = { longitude: 8.54, latitude: 47.37 };
const away = offset(shop, 0, 30_000);

needing('postgres').describe('several status engines on postgresql', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await postgres.create();
  });
  afterAll(() => database.close());

  it('share the trackers while reports keep coming, and each report is folded once', async () => {
    const { db } = database;
    const { runId } = await insertRun(db, 'run', '2026-05-01', '2026-05-31');
    await insertFence(db, { kind: 'delivery', radiusM: 100, position: shop, runId });
    const trackers = await insertTrackers(db, { count: 60, runId });
    const engines = [1, 2, 3].map(() =>
      createConsoleStatusEngine({
        db,
        publish: () => undefined,
        log: (level, message, fields) => {
          if (level === 'error') throw new Error(message, { cause: fields.error });
        },
        now: () => new Date(NOON),
        limits: { trackers: 7, reports: 40 },
      }),
    );
    const made = trackers.flatMap(({ id: trackerId }, t) =>
      Array.from({ length: 12 }, (_, n): MadeReport => {
        const position = (t + n) % 3 === 0 ? shop : away;
        return { trackerId, at: NOON + ((n * 7) % 12) * HOUR, n, position, accuracyM: 5 };
      }),
    );
    for (const one of engines) one.start();
    for (let i = 0; i < made.length; i += 45) {
      await Promise.all([ingest(db, made.slice(i, i + 25)), ingest(db, made.slice(i + 25, i + 45))]);
    }
    await Promise.all(engines.map((one) => one.drain()));
    await Promise.all(engines.map((one) => one.stop()));
    // What an engine held while the others drained.
    await createConsoleStatusEngine({
      db,
      publish: () => undefined,
      log: () => undefined,
      now: () => new Date(NOON),
    }).drain();
    const { rows } = await db.query<{ live: number; wanted: number; counted: number }>(sql`
      with ordered as (
        select tracker_id, ST_DWithin(position, ST_MakePoint(${shop.longitude}, ${shop.latitude})::geography, 100) as inside,
          lag(ST_DWithin(position, ST_MakePoint(${shop.longitude}, ${shop.latitude})::geography, 100))
            over (partition by tracker_id order by reported_at, payload_hash) as before
        from location_reports)
      select (select count(*) from ordered where inside is distinct from before) as wanted,
        (select count(*) from status_history where superseded_at is null) as live,
        (select sum(report_count)::bigint from tracker_aggregates where period = 'day') as counted`);
    expect(rows[0]!.live).toBe(rows[0]!.wanted);
    expect(rows[0]!.counted).toBe(made.length);
  });
});
