import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trackerRoutes } from '../../../src-shared/contract/trackers.ts';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { ingest, insertFence, type MadeReport, offset } from '../status/testing/status-world.ts';
import { insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { callerOf, refusal } from '../testing/request.ts';
import { trackerHistoryHandlers } from './tracker-history-routes.ts';

const MIDNIGHT = Date.UTC(2026, 4, 4);
const MINUTE = 60_000;
const home = { longitude: 179.9999, latitude: -16.8 };
const shop = offset(home, 4_000, 0);
const clock = { now: new Date(MIDNIGHT) };

describe.each(testEngines())('history of a tracker over HTTP on $name', (engine) => {
  let database: TestDatabase;
  let trackerId: number;
  let callers: Record<'staff' | 'owner' | 'stranger', ReturnType<typeof callerFor>>;
  const callerFor = (userId: number, clientId: number | null) =>
    callerOf(
      database.db,
      trackerHistoryHandlers,
      { userId, role: clientId === null ? 'operations' : 'client-viewer', clientId },
      clock,
    );

  beforeAll(async () => {
    database = await engine.create();
    const { db } = database;
    const own = await insertRun(db, 'own', '2026-05-04', '2026-05-05');
    const other = await insertRun(db, 'other', '2026-05-01', '2026-05-31');
    await insertFence(db, { kind: 'storage', radiusM: 100, position: home, runId: own.runId, name: 'Depot' });
    await insertFence(db, { kind: 'delivery', radiusM: 100, position: shop, runId: own.runId, name: 'Shop' });
    trackerId = (await insertTrackers(db, { count: 1, runId: own.runId }))[0]!.id;
    callers = {
      staff: callerFor(await insertUser(db, 'staff', 'operations'), null),
      owner: callerFor(await insertUser(db, 'owner', 'client-viewer', own.clientId), own.clientId),
      stranger: callerFor(await insertUser(db, 'stranger', 'client-viewer', other.clientId), other.clientId),
    };
    // From the day before the run until its second day: every ten minutes, the last third at the shop; two at one time.
    const reports = Array.from({ length: 150 }, (_, n): MadeReport => {
      const position = n % 29 === 7 ? null : n < 100 ? home : shop;
      return { trackerId, at: MIDNIGHT + (n - 10) * 10 * MINUTE, n, position, accuracyM: position ? 10 : 0 };
    });
    reports.push({ ...reports[50]!, n: 999 });
    await ingest(db, reports);
    await createConsoleStatusEngine({
      db,
      publish: () => undefined,
      log: () => undefined,
      now: () => clock.now,
    }).drain();
  });
  afterAll(() => database.close());

  /** Every page of a list, as a screen scrolls through it. */
  async function pages<T>(next: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>) {
    const all: T[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await next(cursor);
      all.push(...page.items);
      if (page.nextCursor === null) return all;
      cursor = page.nextCursor;
    }
  }
  const params = () => ({ trackerId });
  const reportsOf = (who: keyof typeof callers, query: object) =>
    pages((cursor) =>
      callers[who].call('listLocationReports', { params: params(), query: { limit: 50, cursor, ...query } }),
    );

  it('pages through reports, newest first, each once', async () => {
    const reports = await reportsOf('staff', { limit: 7 });
    expect(reports).toHaveLength(151);
    expect(new Set(reports.map((report) => report.id)).size).toBe(151);
    const times = reports.map((report) => report.reportedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(trackerRoutes.listLocationReports.output.schema.parse({ items: reports, nextCursor: null })).toBeTruthy();
    expect(new Set(reports.map((report) => report.leftOutReason))).toEqual(
      new Set([null, 'invalid', 'outside-run-dates']),
    );
    const some = await reportsOf('staff', { from: new Date(MIDNIGHT).toISOString(), to: '2026-05-04T01:00:00Z' });
    expect(some).toHaveLength(6);
  });

  it('tells the history, with the report that caused each entry', async () => {
    const history = await pages((cursor) =>
      callers.staff.call('listStatusHistory', { params: params(), query: { limit: 1, cursor } }),
    );
    expect(history.map((entry) => [entry.status, entry.location?.name, entry.leftAt])).toEqual([
      ['DELIVERED', 'Shop', null],
      ['IN_STORAGE', 'Depot', history[0]!.enteredAt],
    ]);
    const reports = await reportsOf('staff', {});
    expect(reports.find((report) => report.id === history[0]!.causedByReportId)?.reportedAt).toBe(
      history[0]!.enteredAt,
    );
    trackerRoutes.listStatusHistory.output.schema.parse({ items: history, nextCursor: null });
  });

  it('adds hours up to days', async () => {
    const read = (period: 'hour' | 'day') =>
      pages((cursor) =>
        callers.staff.call('listTrackerAggregates', { params: params(), query: { limit: 2, cursor, period } }),
      );
    const [hours, days] = [await read('hour'), await read('day')];
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
    expect(days).toHaveLength(1);
    expect(hours.length).toBeGreaterThan(20);
    expect(sum(hours.map((hour) => hour.reportCount))).toBe(days[0]!.reportCount);
    expect(sum(hours.map((hour) => hour.distanceM))).toBeCloseTo(days[0]!.distanceM, 6);
    expect(days[0]).toMatchObject({ statusAtEnd: 'DELIVERED' });
    trackerRoutes.listTrackerAggregates.output.schema.parse({ items: hours, nextCursor: null });
  });

  it('draws the newest part of a track, oldest first', async () => {
    const whole = await callers.staff.call('getTrackerTrack', { params: params(), query: { limit: 1000 } });
    const part = await callers.staff.call('getTrackerTrack', { params: params(), query: { limit: 60 } });
    expect(whole.truncated).toBe(false);
    expect(part.truncated).toBe(true);
    expect(part.points).toEqual(whole.points.slice(-60));
    expect(whole.points[0]).toMatchObject({ status: null });
    expect(whole.points.at(-1)).toMatchObject({ status: 'DELIVERED' });
  });

  it('shows a client’s user their own tracker within its run, and nobody else', async () => {
    const seen = await reportsOf('owner', {});
    expect(seen).toHaveLength(141);
    expect(seen.some((report) => report.leftOutReason === 'outside-run-dates')).toBe(false);
    const track = await callers.owner.call('getTrackerTrack', { params: params(), query: { limit: 1000 } });
    expect(track.points.every((point) => point.status !== null)).toBe(true);
    const history = await callers.owner.call('listStatusHistory', { params: params(), query: { limit: 10 } });
    expect(history.items.map((entry) => entry.location?.name)).toEqual(['Shop', 'Depot']);
    for (const operation of [
      'listLocationReports',
      'listStatusHistory',
      'listTrackerAggregates',
      'getTrackerTrack',
    ] as const) {
      const query = { limit: 10, period: 'day' };
      const error = await refusal(callers.stranger.call(operation, { params: params(), query }) as Promise<unknown>);
      expect(error.code).toBe('not-found');
    }
  });

  it('refuses the cursor of another list', async () => {
    const { nextCursor } = await callers.staff.call('listStatusHistory', { params: params(), query: { limit: 1 } });
    const query = { limit: 1, cursor: nextCursor! };
    const error = await refusal(callers.staff.call('listLocationReports', { params: params(), query }));
    expect(error.code).toBe('bad-request');
    expect((await database.db.query(sql`select from status_pending`)).rowCount).toBe(0);
  });
});
