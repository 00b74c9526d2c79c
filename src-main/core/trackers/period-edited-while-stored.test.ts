import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { systemScope } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { queueRefold } from '../status/refold-queue-store.ts';
import { ingest, insertFence, offset } from '../status/testing/status-world.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { correctPeriod } from './correct-period.ts';
import { moveTrackers } from './move-trackers.ts';

const DAY = 86_400_000;
const BEGINS = Date.UTC(2026, 2, 1);
const day = (n: number) => BEGINS + n * DAY;
const NOW = new Date(day(60));
const shop = { longitude: 8.54, latitude: 47.37 };
const TRACKERS = 4;

interface Period {
  id: number;
  tracker: number;
  client: number;
  from: number;
  to: number;
}
interface Stored {
  tracker: number;
  at: number;
  period: number | null;
  client: number | null;
}

/** Each tracker is in run a until day 30 and in run b of another client since. */
describe.each(testEngines())('run periods that are edited while reports are stored, on $name', ({ create }) => {
  let test: TestDatabase;
  let ids: number[];
  let runs: Awaited<ReturnType<typeof insertRun>>[];
  let n = 0;
  beforeAll(async () => {
    test = await create();
    const { db } = test;
    runs = [await insertRun(db, 'a', '2026-03-01', '2026-04-29'), await insertRun(db, 'b', '2026-03-01', '2026-04-29')];
    for (const { runId } of runs)
      await insertFence(db, { kind: 'delivery', radiusM: 100, position: shop, runId, name: 'Shop' });
    ids = (await insertTrackers(db, { count: TRACKERS, runId: runs[0]!.runId })).map(({ id }) => id);
    await db.transaction(systemScope, (tx) =>
      moveTrackers(tx, { trackerIds: ids, productionRunId: runs[1]!.runId, since: day(30), now: NOW }),
    );
  });
  afterAll(() => test?.close());

  const fold = async () => {
    const log = (level: string, message: string) => {
      if (level === 'error') throw new Error(message);
    };
    await createConsoleStatusEngine({ db: test.db, publish: () => undefined, log, now: () => NOW }).drain();
  };
  const periods = async (): Promise<Period[]> => {
    const { rows } = await test.db.query<Period>(sql`
      select p.id, p.tracker_id as tracker, p.client_id as client,
        extract(epoch from greatest(p.starts_at, run_starts_at(r)))::float8 * 1000 as from,
        extract(epoch from least(p.ends_at, run_ends_at(r)))::float8 * 1000 as to
      from run_periods p join production_runs r on r.id = p.production_run_id where p.voided_at is null`);
    return rows;
  };
  const stored = async (): Promise<Stored[]> => {
    const { rows } = await test.db.query<Stored>(sql`
      select tracker_id as tracker, extract(epoch from reported_at)::float8 * 1000 as at, run_period_id as period,
        client_id as client
      from location_reports order by 1, 2`);
    return rows;
  };
  const history = async () => {
    const { rows } = await test.db.query<{ tracker: number; period: number; client: number | null; entered: Date }>(sql`
      select tracker_id as tracker, run_period_id as period, client_id as client, entered_at as entered, status
      from status_history where superseded_at is null order by 1, 4`);
    return rows;
  };

  it('each report counts where the periods say in the end, whichever came first', async () => {
    const rounds = test.db.engine === 'embedded' ? 2 : 6;
    let edits = 0;
    for (let round = 0; round < rounds; round++) {
      const at = (i: number) => day((i * 7 + round * 3) % 60) + i * 1000;
      const reports = Array.from({ length: 24 }, (_, i) => ({
        trackerId: ids[i % TRACKERS]!,
        at: at(i),
        n: n++,
        position: i % 3 === 0 ? shop : offset(shop, 20_000, 0),
        accuracyM: 10,
      }));
      const ingests = [0, 1, 2, 3].map((part) => ingest(test.db, reports.slice(part * 6, part * 6 + 6), NOW));
      const live = await periods();
      // The boundary goes to another day of each tracker, twice, while its reports come.
      const corrections = [0, 1, 2, 3, 0, 1, 2, 3].map((of, i) => {
        const first = live.find(({ tracker, client }) => tracker === ids[of] && client === runs[0]!.clientId)!;
        const to = day(10 + ((i * 11 + round * 5) % 40));
        return test.db
          .transaction(systemScope, (tx) =>
            correctPeriod(tx, { trackerId: ids[of]!, periodId: first.id, to, dryRun: false, now: NOW }),
          )
          .then(
            () => edits++,
            // Two corrections of one period: the second may find it otherwise, and says so.
            (error: unknown) => expect(error).toBeInstanceOf(AppError),
          );
      });
      const dates = test.db.query(sql`update production_runs set end_date = date '2026-04-29' - ${round % 5}::int
        where id = ${runs[1]!.runId}`);
      const stores = round % 2 === 0 ? [...ingests, ...corrections, dates] : [dates, ...corrections, ...ingests];
      await Promise.all(stores);

      const now = await periods();
      const oracle = (await stored()).map(({ tracker, at: time }) => {
        const own = now.find((period) => period.tracker === tracker && time >= period.from && time < period.to);
        return { tracker, at: time, period: own?.id ?? null, client: own?.client ?? null };
      });
      expect(await stored()).toEqual(oracle);
      expect(oracle.length).toBe(24 * (round + 1));
      // What follows is the history of just these, as folding anew has it.
      await fold();
      const entries = await history();
      for (const { tracker, period, client, entered } of entries) {
        const own = now.find(({ id }) => id === period)!;
        expect([own.tracker, own.client]).toEqual([tracker, client]);
        expect(entered.getTime()).toBeGreaterThanOrEqual(own.from);
        expect(entered.getTime()).toBeLessThan(own.to);
      }
      if (round < rounds - 1) continue;
      await queueRefold(test.db, 'all', 'test', NOW);
      await fold();
      expect(await history()).toEqual(entries);
    }
    expect(edits).toBeGreaterThan(rounds * 2);
  }, 180_000);
});
