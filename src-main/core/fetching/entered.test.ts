import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { moveTrackers } from '../trackers/move-trackers.ts';
import { readFetcherSettings } from './fetcher-settings.ts';
import { createQueueKeeper } from './queue-keeper.ts';
import { createMemorySchedule } from './schedule/memory-schedule.ts';

const now = new Date('2026-11-23T12:00:00Z');

describe.each(testEngines())('entering a run period on $name', ({ create }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await create();
  }, 60_000);
  afterAll(() => database?.close());

  it('makes a tracker due at once with factor 1, whatever it had come to before', async () => {
    const { db } = database;
    const run = await insertRun(db, 'Aurora', '2026-11-01', '2026-11-30');
    const other = await insertRun(db, 'Borealis', '2026-11-01', '2026-11-30');
    const trackers = await insertTrackers(db, { count: 3, runId: run.runId });
    const [moved, taken, stays] = trackers.map(({ id }) => id) as [number, number, number];
    const later = new Date(now.getTime() + 8 * 3_600_000);
    await db.query(sql`insert into fetch_states (tracker_id, next_due_at, factor, streak, last_failure_at)
      select id, ${later}, 16, 9, ${now} from trackers`);
    const schedule = createMemorySchedule();
    await schedule.add(trackers.map(({ id }) => ({ trackerId: id, dueAt: later.getTime(), factor: 16 })));
    const keeper = createQueueKeeper({ db, schedule, now: () => now, log: () => undefined, publish: () => undefined });
    await keeper.keep(await readFetcherSettings(db));
    const move = (id: number, productionRunId: number | null) =>
      db.transaction({ kind: 'system' }, (tx) => moveTrackers(tx, { trackerIds: [id], productionRunId, now }));
    await move(moved, other.runId);
    await move(taken, null);
    keeper.hurry();
    await keeper.keep(await readFetcherSettings(db));
    expect(await Promise.all([moved, taken, stays].map((id) => schedule.get(id)))).toEqual([
      { trackerId: moved, dueAt: now.getTime(), factor: 1 },
      null,
      { trackerId: stays, dueAt: later.getTime(), factor: 16 },
    ]);
    const { rows } = await db.query(sql`select factor, streak, entered_at is null as followed from fetch_states
      where tracker_id = ${moved}`);
    expect(rows).toEqual([{ factor: 1, streak: 0, followed: true }]);
  });
});
