import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';

import { queueRefold } from './refold-queue-store.ts';
import { fencesChanged, ingest, insertFence, type MadeReport, offset, setStatusRules } from './testing/status-world.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 4, 4, 12);
const home = { longitude: 8.54, latitude: 47.37 };
const shop = offset(home, 5_000, 0);
const away = offset(home, 0, 30_000);

describe.each(testEngines())('the status engine on $name', (engine) => {
  let database: TestDatabase;
  let run: { runId: number; clientId: number };
  let trackerId: number;
  let storageId: number;
  let deliveryId: number;
  let first = 1;
  const events: ServerEvent[] = [];
  const problems: string[] = [];
  /** How many reports each transaction read. */
  const readReports: number[] = [];

  beforeAll(async () => {
    database = await engine.create();
    run = await insertRun(database.db, 'run', '2026-05-01', '2026-05-31');
    storageId = await insertFence(database.db, { kind: 'storage', radiusM: 100, position: home, runId: run.runId });
    deliveryId = await insertFence(database.db, { kind: 'delivery', radiusM: 100, position: shop, runId: run.runId });
  });
  beforeEach(async () => {
    const [tracker] = await insertTrackers(database.db, { count: 1, first: first++, runId: run.runId });
    trackerId = tracker!.id;
    events.length = 0;
    problems.length = 0;
    readReports.length = 0;
  });
  afterAll(() => database.close());

  const statusEngine = (limits = { trackers: 100, reports: 1_000 }) =>
    createConsoleStatusEngine({
      db: database.db,
      publish: (event) => events.push(event),
      log(level, message, fields) {
        if (level === 'error') problems.push(message);
        if (level === 'debug') readReports.push(fields.reports as number);
      },
      now: () => new Date(NOON),
      limits,
    });
  const report = (hours: number, position: MadeReport['position'], n = 0): MadeReport => ({
    trackerId,
    at: NOON + hours * HOUR,
    n,
    position,
    accuracyM: 10,
  });
  const history = async () => {
    const { rows } = await database.db.query<{
      status: string;
      entered: number;
      left: number | null;
      reason: string | null;
      visit: string;
    }>(sql`
      select status, extract(epoch from entered_at - to_timestamp(${NOON / 1000}))::float8 / 3600 as entered,
        extract(epoch from left_at - to_timestamp(${NOON / 1000}))::float8 / 3600 as left,
        superseded_reason as reason, visit_id as visit
      from status_history where tracker_id = ${trackerId} order by id`);
    return rows;
  };
  const told = async () => (await history()).map((row) => [row.status, row.entered, row.left, row.reason]);

  it('follows a tracker from storage to delivery, and keeps what a late report replaces', async () => {
    await ingest(database.db, [report(0, home), report(5, shop)]);
    expect(await statusEngine().drain()).toBe(1);
    expect(await told()).toEqual([
      ['IN_STORAGE', 0, 5, null],
      ['DELIVERED', 5, null, null],
    ]);
    const before = await history();

    await ingest(database.db, [report(2, away), report(4, shop)]);
    await statusEngine().drain();
    expect(await told()).toEqual([
      ['IN_STORAGE', 0, 2, null],
      ['DELIVERED', 5, null, 'late report'],
      ['IN_TRANSIT', 2, 4, null],
      ['DELIVERED', 4, null, null],
    ]);
    const after = await history();
    expect(after[0]!.visit).toBe(before[0]!.visit);
    expect(new Set(after.map((row) => row.visit)).size).toBe(4);
  });

  it('reads on after a late report only until the state is what it was', async () => {
    const many = Array.from({ length: 60 }, (_, n) => report(n, n % 20 < 15 ? home : away));
    await ingest(database.db, many);
    await statusEngine().drain();
    const before = await told();
    await ingest(database.db, [report(7.5, home)]);
    await statusEngine().drain();
    expect(readReports).toEqual([60, 3]);
    expect(await told()).toEqual(before);
    // A stay that begins earlier, by a report before it: the entry is another, what follows is not.
    await ingest(database.db, [report(18.5, home), report(39.5, home)]);
    await statusEngine().drain();
    const live = (await told()).filter((row) => row[3] === null).sort((a, b) => Number(a[1]) - Number(b[1]));
    expect(live.map((row) => row.slice(0, 3))).toEqual([
      ['IN_STORAGE', 0, 15],
      ['IN_TRANSIT', 15, 18.5],
      ['IN_STORAGE', 18.5, 19],
      ['IN_TRANSIT', 19, 20],
      ['IN_STORAGE', 20, 35],
      ['IN_TRANSIT', 35, 39.5],
      ['IN_STORAGE', 39.5, 55],
      ['IN_TRANSIT', 55, null],
    ]);
  });

  it('folds to the end where a late report changes all that follows', async () => {
    // Not inside, and not surely outside: whoever was in stays in.
    const edge = offset(home, 105, 0);
    await ingest(database.db, [report(0, away), ...[5, 7, 9, 30].map((hours) => report(hours, edge))]);
    await statusEngine().drain();
    expect(await told()).toEqual([['IN_TRANSIT', 0, null, null]]);
    await ingest(database.db, [report(3, home)]);
    await statusEngine().drain();
    expect(await told()).toEqual([
      ['IN_TRANSIT', 0, 3, null],
      ['IN_STORAGE', 3, null, null],
    ]);
    const { rows } = await database.db.query(sql`
      select status, extract(epoch from status_since - to_timestamp(${NOON / 1000}))::float8 / 3600 as since,
        extract(epoch from folded_at - to_timestamp(${NOON / 1000}))::float8 / 3600 as folded
      from tracker_status where tracker_id = ${trackerId}`);
    expect(rows).toEqual([{ status: 'IN_STORAGE', since: 3, folded: 30 }]);
    // The present stay turns out to have begun earlier: its beginning moves, and nothing else.
    await ingest(database.db, [report(2, home)]);
    await statusEngine().drain();
    const { rows: later } = await database.db.query(sql`
      select status, extract(epoch from status_since - to_timestamp(${NOON / 1000}))::float8 / 3600 as since,
        extract(epoch from folded_at - to_timestamp(${NOON / 1000}))::float8 / 3600 as folded
      from tracker_status where tracker_id = ${trackerId}`);
    expect(later).toEqual([{ status: 'IN_STORAGE', since: 2, folded: 30 }]);
    const { rows: days } = await database.db.query(sql`
      select status_at_end as status, report_count as count from tracker_aggregates
      where tracker_id = ${trackerId} and period = 'day' order by bucket_start`);
    expect(days).toEqual([
      { status: 'IN_STORAGE', count: 6 },
      { status: 'IN_STORAGE', count: 1 },
    ]);
  });

  it('folds again when a fence grows, and says so', async () => {
    await ingest(database.db, [report(0, home), report(1, offset(shop, 300, 0))]);
    await statusEngine().drain();
    await database.db.query(sql`update locations set geofence_radius_m = 400 where id = ${deliveryId}`);
    await fencesChanged(database.db, [deliveryId]);
    await statusEngine().drain();
    expect(await told()).toEqual([
      ['IN_STORAGE', 0, 1, null],
      ['IN_TRANSIT', 1, null, 'fence changed'],
      ['DELIVERED', 1, null, null],
    ]);
    await database.db.query(sql`update locations set geofence_radius_m = 100 where id = ${deliveryId}`);
    await fencesChanged(database.db, [deliveryId]);
  });

  it('knows of an exit that was under way at midnight', async () => {
    await setStatusRules(database.db, { exitConfirmations: 3, maxAccuracyM: null }, new Date(NOON));
    // Two of three confirmations before midnight UTC, one after; then a late report of the second day.
    await ingest(database.db, [report(10, home), report(11, away), report(11.5, away), report(13, away)]);
    await statusEngine().drain();
    await ingest(database.db, [report(14, home), report(15, away)]);
    await statusEngine().drain();
    await ingest(database.db, [report(14.5, home)]);
    await statusEngine().drain();
    expect(await told()).toEqual([
      ['IN_STORAGE', 10, 11, null],
      ['IN_TRANSIT', 11, 14, null],
      ['IN_STORAGE', 14, null, null],
    ]);
    await setStatusRules(database.db, { exitConfirmations: 1, maxAccuracyM: null }, new Date(NOON));
    await statusEngine().drain();
    expect((await told()).at(-1)).toEqual(['IN_TRANSIT', 15, null, null]);
  });

  it('folds a tracker with more reports than fit into one transaction', async () => {
    const same = Array.from({ length: 12 }, (_, n) => report(1, home, n));
    const many = Array.from({ length: 40 }, (_, n) => report(2 + n, n % 2 ? home : shop));
    await ingest(database.db, [...same, ...many]);
    expect(await statusEngine({ trackers: 10, reports: 10 }).drain()).toBeGreaterThan(3);
    expect((await history()).filter((row) => row.reason !== null)).toEqual([]);
    expect(await history()).toHaveLength(41);
  });

  it('tells whose status or position is new, and only then', async () => {
    await ingest(database.db, [report(0, home)]);
    await statusEngine().drain();
    expect(events).toEqual([{ type: 'tracker-status', clientId: run.clientId, trackerIds: [trackerId] }]);
    await ingest(database.db, [report(1, home)]);
    await statusEngine().drain();
    expect(events).toHaveLength(2);
    await ingest(database.db, [report(1, home), report(0.5, home)]);
    await statusEngine().drain();
    expect(events).toHaveLength(2);
  });

  it('puts a tracker that can’t be folded behind the others', async () => {
    const [other] = await insertTrackers(database.db, { count: 1, first: first++, runId: run.runId });
    await ingest(database.db, [report(0, home), { ...report(0, home), trackerId: other!.id }]);
    // Stands for whatever may be wrong with one tracker's rows.
    await database.db.query(sql`create function refuse() returns trigger language plpgsql as
      'begin raise exception ''refused''; end'`);
    await database.db.query(
      sql`create trigger refuse before insert on status_history for each row execute function refuse()`,
    );
    await statusEngine().drain();
    expect(problems).toHaveLength(2);
    await database.db.query(sql`drop trigger refuse on status_history`);
    expect(await statusEngine().drain()).toBe(0);
    await database.db.query(sql`update status_pending set reports_at = ${new Date(NOON)}`);
    expect(await statusEngine().drain()).toBe(2);
    expect(await told()).toEqual([['IN_STORAGE', 0, null, null]]);
    await database.db.query(sql`drop function refuse()`);
  });

  it('folds new reports before the many that a change has queued', async () => {
    const others = await insertTrackers(database.db, { count: 40, first, runId: run.runId });
    first += others.length;
    await ingest(
      database.db,
      others.map(({ id }) => ({ ...report(-1, home), trackerId: id })),
    );
    await statusEngine().drain();
    events.length = 0;
    const batches: unknown[] = [];
    const engine = createConsoleStatusEngine({
      db: database.db,
      publish: (event) => events.push(event),
      log: (_level, _message, { trackers }) => batches.push(trackers),
      now: () => new Date(NOON),
      limits: { trackers: 4, reports: 1_000 },
      lanes: 1,
    });
    await queueRefold(database.db, { trackerIds: others.map(({ id }) => id) }, 'fence changed', new Date(NOON - HOUR));
    const late = others.slice(-2).map(({ id }) => id);
    await ingest(
      database.db,
      late.map((id) => ({ ...report(0, shop), trackerId: id })),
    );
    await engine.drain();
    expect(batches).toEqual([2, ...Array(9).fill(4), 2]);
    expect(events).toEqual([{ type: 'tracker-status', clientId: run.clientId, trackerIds: late }]);
  });

  it('works in the background until it is stopped', async () => {
    const engine = statusEngine();
    engine.start();
    await ingest(database.db, [report(0, shop)]);
    engine.poke();
    await expect.poll(() => events.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await engine.stop();
    await ingest(database.db, [report(1, away)]);
    expect((await told()).length).toBe(1);
    expect(storageId).toBeGreaterThan(0);
  });
});
