import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { ingest, insertFence, type MadeReport, offset } from './testing/status-world.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const home = { longitude: 179.9999, latitude: 16.5 };
const shop = offset(home, 5_000, 0);

describe.each(testEngines())('refolds on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let operations: string;
  let run: Awaited<ReturnType<typeof insertRun>>;
  let near: number;
  let elsewhere: number;
  let shopId: number;
  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    operations = await app.signIn('operations');
    const { db } = database;
    run = await insertRun(db, 'run', '2026-11-01', '2026-11-30');
    await insertFence(db, { kind: 'storage', radiusM: 100, position: home, runId: run.runId });
    shopId = await insertFence(db, { kind: 'delivery', radiusM: 100, position: shop, runId: run.runId, name: 'Shop' });
    [near, elsewhere] = (await insertTrackers(db, { count: 2, runId: run.runId })).map(({ id }) => id) as [
      number,
      number,
    ];
    await ingest(db, [
      ...[0, 1, 2, 3].map((hours) => report(near, hours, home)),
      ...[4, 5].map((hours) => report(near, hours, offset(shop, 450, 0))),
      ...[0, 1, 2, 3, 4, 5].map((hours) => report(elsewhere, hours, home)),
    ]);
    await drain();
  });
  afterAll(() => app?.close());

  const report = (trackerId: number, hours: number, position: MadeReport['position']): MadeReport => ({
    trackerId,
    at: NOON + hours * HOUR,
    n: 0,
    position,
    accuracyM: 10,
  });
  /** Folds what is pending, and tells how many reports that read. */
  async function drain(): Promise<number> {
    let reports = 0;
    const engine = createConsoleStatusEngine({
      db: database.db,
      publish: () => undefined,
      log(level, message, fields) {
        if (level === 'error') throw new Error(message, { cause: fields.error });
        reports += Number(fields.reports);
      },
      now: () => app.clock.now,
    });
    await engine.drain();
    return reports;
  }
  const refoldJobs = async () => (await app.send('GET', '/jobs?kind=refold', { as: operations })).body.items;
  const statusOf = async (id: number) => (await app.send('GET', `/trackers/${id}`, { as: operations })).body.status;

  it('folds only trackers within the fence’s old or new reach, and only from there, as a job with progress', async () => {
    const body = { geofenceRadiusM: 500 };
    expect((await app.send('PATCH', `/delivery-locations/${shopId}`, { as: operations, body })).status).toBe(200);
    const [job] = await refoldJobs();
    expect(job).toMatchObject({ label: 'Shop: fence changed', resource: { type: 'delivery-location', id: shopId } });
    expect(job.progress).toMatchObject({ total: 2, unit: 'trackers' });
    expect(['queued', 'running']).toContain(job.state);
    const cancel = await app.send('POST', `/jobs/${job.id}/cancel`, { as: operations });
    expect(cancel.status).toBe(409);
    expect(cancel.body.detail).toMatch(/history would not match/);
    // The two reports of one tracker near the shop, and nothing else.
    expect(await drain()).toBe(2);
    const ended = await app.jobEnd(job.id, operations);
    expect(ended).toMatchObject({ state: 'succeeded', result: { trackers: 2, postponed: 0 } });
    expect(ended.progress.done).toBe(2);
    expect([await statusOf(near), await statusOf(elsewhere)]).toEqual(['DELIVERED', 'IN_STORAGE']);
  });

  it('folds back when the fence is what it was, and keeps why', async () => {
    const body = { geofenceRadiusM: 100 };
    await app.send('PATCH', `/delivery-locations/${shopId}`, { as: operations, body });
    expect(await drain()).toBe(2);
    expect(await statusOf(near)).toBe('IN_TRANSIT');
    const { body: history } = await app.send('GET', `/trackers/${near}/status-history?includeSuperseded=true`, {
      as: operations,
    });
    expect(history.items.map((entry: { supersededReason: string | null }) => entry.supersededReason)).toContain(
      'fence changed',
    );
  });

  it('folds from the first day on that counts or no longer does when a run’s dates change', async () => {
    const path = `/production-runs/${run.runId}`;
    // The run's last day moves into the middle of nowhere: no report is touched, none is read.
    await app.send('PATCH', path, { as: operations, body: { endDate: '2026-11-25' } });
    expect(await drain()).toBe(0);
    await app.send('PATCH', path, { as: operations, body: { startDate: '2026-11-21' } });
    expect(await drain()).toBe(12);
    expect(await statusOf(near)).toBe('UNKNOWN');
    await app.send('PATCH', path, { as: operations, body: { startDate: '2026-11-01', endDate: '2026-11-30' } });
    expect(await drain()).toBe(12);
    expect(await statusOf(near)).toBe('IN_TRANSIT');
  });

  const since = '2026-11-01T00:00:00Z';
  it('folds what a tracker has in the run that it moved to, and none of the others', async () => {
    const other = await insertRun(database.db, 'other', '2026-11-01', '2026-11-30');
    const body = { trackerIds: [near], productionRunId: other.runId, since };
    await app.send('POST', '/trackers/assign', { as: operations, body });
    const [job] = await refoldJobs();
    expect(job).toMatchObject({ label: 'other: run changed', progress: { total: 1 } });
    expect(await drain()).toBe(6);
    expect((await app.jobEnd(job.id, operations)).state).toBe('succeeded');
    expect(await counts(run.runId)).toEqual([
      ['2026-11-20T12:00:00.000Z', { IN_TRANSIT: 0, IN_STORAGE: 1, DELIVERED: 0 }],
    ]);
    expect(await counts(other.runId)).toEqual([
      ['2026-11-20T12:00:00.000Z', { IN_TRANSIT: 1, IN_STORAGE: 0, DELIVERED: 0 }],
    ]);
  });

  async function counts(runId: number) {
    const answer = await app.send('GET', `/production-runs/${runId}/aggregates?period=hour`, { as: operations });
    return answer.body.items.map((item: { bucketStart: string; statusCounts: object }) => [
      item.bucketStart,
      item.statusCounts,
    ]);
  }

  it('counts a run’s trackers by status at the end of each hour and day, exactly, under late reports', async () => {
    const back = { trackerIds: [near], productionRunId: run.runId, since };
    await app.send('POST', '/trackers/assign', { as: operations, body: back });
    await app.send('POST', '/trackers/assign', { as: operations, body: { trackerIds: [near], productionRunId: null } });
    await app.send('POST', '/trackers/assign', {
      as: operations,
      body: { trackerIds: [near], productionRunId: run.runId },
    });
    await drain();
    expect(await counts(run.runId)).toEqual([
      ['2026-11-20T12:00:00.000Z', { IN_TRANSIT: 0, IN_STORAGE: 2, DELIVERED: 0 }],
      ['2026-11-20T16:00:00.000Z', { IN_TRANSIT: 1, IN_STORAGE: 1, DELIVERED: 0 }],
    ]);
    await ingest(database.db, [report(near, 2.5, shop), report(near, -30, home)]);
    await drain();
    expect(await counts(run.runId)).toEqual([
      ['2026-11-19T06:00:00.000Z', { IN_TRANSIT: 0, IN_STORAGE: 1, DELIVERED: 0 }],
      ['2026-11-20T12:00:00.000Z', { IN_TRANSIT: 0, IN_STORAGE: 2, DELIVERED: 0 }],
      ['2026-11-20T14:00:00.000Z', { IN_TRANSIT: 0, IN_STORAGE: 1, DELIVERED: 1 }],
      ['2026-11-20T15:00:00.000Z', { IN_TRANSIT: 0, IN_STORAGE: 2, DELIVERED: 0 }],
      ['2026-11-20T16:00:00.000Z', { IN_TRANSIT: 1, IN_STORAGE: 1, DELIVERED: 0 }],
    ]);
    const days = await app.send('GET', `/production-runs/${run.runId}/aggregates?from=2026-11-20T00:00:00Z`, {
      as: operations,
    });
    expect(days.body.items).toEqual([
      {
        bucketStart: '2026-11-20T00:00:00.000Z',
        statusCounts: { IN_TRANSIT: 1, IN_STORAGE: 1, DELIVERED: 0 },
        // One of the two came back to storage within the day: it entered once.
        entered: { IN_TRANSIT: 1, IN_STORAGE: 2, DELIVERED: 1 },
      },
    ]);
    const viewer = await app.signIn(
      'client-viewer',
      (await insertRun(database.db, 'foreign', '2026-01-01', '2026-12-31')).clientId,
    );
    expect((await app.send('GET', `/production-runs/${run.runId}/aggregates`, { as: viewer })).status).toBe(404);
  });
});
