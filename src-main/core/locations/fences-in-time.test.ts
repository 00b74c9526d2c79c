import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { ingest, offset } from '../status/testing/status-world.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const at = (hour: number) => new Date(NOON + hour * HOUR).toISOString();
const here = { longitude: 7.5, latitude: 47.5 };
const there = offset(here, 5_000, 0);
const point = ({ longitude, latitude }: typeof here) => ({ type: 'Point', coordinates: [longitude, latitude] });

describe.each(testEngines())('fences in time on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let operations: string;
  let first = 1;
  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    operations = await app.signIn('operations');
  });
  afterAll(() => app?.close());

  const send = async (method: string, path: string, body?: object, status = 200) => {
    const answer = await app.send(method, path, { as: operations, body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    return answer.body;
  };
  const drain = () =>
    createConsoleStatusEngine({
      db: database.db,
      publish: () => undefined,
      log(level, message, fields) {
        if (level === 'error') throw new Error(message, { cause: fields.error });
      },
      now: () => app.clock.now,
    }).drain();

  /** A run under way with a tracker, or one that was over long before. */
  async function aRun(name: string, [start, end] = ['2026-11-01', '2026-11-30'], base = NOON) {
    const { runId } = await insertRun(database.db, name, start!, end!);
    const [tracker] = await insertTrackers(database.db, { count: 1, first: first++, runId });
    const report = (hour: number, position: typeof here, accuracyM = 10) => ({
      trackerId: tracker!.id,
      at: base + hour * HOUR,
      n: 0,
      position,
      accuracyM,
    });
    return { runId, trackerId: tracker!.id, report };
  }
  const finished = (name: string) => aRun(name, ['2026-09-01', '2026-09-30'], Date.UTC(2026, 8, 20, 12));
  const shop = (name: string, body: object) =>
    send('POST', '/delivery-locations', { name, position: point(here), ...body }, 201);
  const change = async (id: number, body: object, status = 200) => {
    const answer = await send('PATCH', `/delivery-locations/${id}`, body, status);
    await drain();
    return answer;
  };
  const arrived = async (...reports: Parameters<typeof ingest>[1]) => {
    await ingest(database.db, reports);
    await drain();
  };
  /** Status and hour of entry, from the oldest on. */
  const history = async (trackerId: number, base = NOON) => {
    const { items } = await send('GET', `/trackers/${trackerId}/status-history`);
    return items
      .map(({ status, enteredAt }: { status: string; enteredAt: string }) => [
        status,
        (Date.parse(enteredAt) - base) / HOUR,
      ])
      .reverse();
  };
  const SEPTEMBER = Date.UTC(2026, 8, 20, 12);

  it('keep the history before moving day when they move house', async () => {
    const { runId, trackerId, report } = await aRun('moves house');
    const { id } = await shop('Moves', { productionRunId: runId });
    await arrived(report(0, here), report(10, here), report(12, there), report(14, here), report(16, there));
    expect(await history(trackerId)).toEqual([
      ['DELIVERED', 0],
      ['IN_TRANSIT', 12],
      ['DELIVERED', 14],
      ['IN_TRANSIT', 16],
    ]);
    await change(id, { position: point(there), fenceChangedAt: at(11) });
    const moved = [
      ['DELIVERED', 0],
      ['DELIVERED', 16],
    ];
    // In the house until moving day, and in the new one at once: the stay goes on.
    expect(await history(trackerId)).toEqual([
      ['DELIVERED', 0],
      ['IN_TRANSIT', 14],
      ['DELIVERED', 16],
    ]);
    // Late reports are told by the shape of their time.
    await arrived(report(-2, there), report(5, there), report(13, there));
    expect(await history(trackerId)).toEqual([
      ['IN_TRANSIT', -2],
      moved[0],
      ['IN_TRANSIT', 5],
      ['DELIVERED', 10],
      ['IN_TRANSIT', 14],
      moved[1],
    ]);
    const { items } = await send('GET', `/locations/${id}/fence-shapes`);
    expect(items).toEqual([
      { from: at(11), to: null, position: point(there), outline: null, geofenceRadiusM: 100 },
      { from: null, to: at(11), position: point(here), outline: null, geofenceRadiusM: 100 },
    ]);
  });

  it('are corrected from the beginning of the shape that was wrong, which a script means that says nothing', async () => {
    const { runId, trackerId, report } = await aRun('corrected');
    const { id } = await shop('Wrong', { productionRunId: runId });
    await arrived(report(0, here), report(2, there), report(4, here), report(6, there));
    await change(id, { position: point(offset(here, 0, 9_000)), fenceChangedAt: at(3) });
    expect(await history(trackerId)).toEqual([
      ['DELIVERED', 0],
      ['IN_TRANSIT', 2],
    ]);
    await change(id, { position: point(there) });
    expect(await history(trackerId)).toEqual([
      ['DELIVERED', 0],
      ['IN_TRANSIT', 2],
      ['DELIVERED', 6],
    ]);
    // Corrected to what it was before, it never moved.
    await change(id, { position: point(here) });
    expect(await send('GET', `/locations/${id}/fence-shapes`)).toEqual({
      items: [{ from: null, to: null, position: point(here), outline: null, geofenceRadiusM: 100 }],
      runsThatKeepOthers: 0,
    });
    expect(await history(trackerId)).toEqual([
      ['DELIVERED', 0],
      ['IN_TRANSIT', 2],
      ['DELIVERED', 4],
      ['IN_TRANSIT', 6],
    ]);
  });

  it('keep what they matched when they are archived or detached, and are left at the next counted report', async () => {
    const { runId, trackerId, report } = await aRun('archived and detached');
    await send('PATCH', '/status-rules', { exitConfirmations: 3 });
    await drain();
    const { id } = await shop('Ceases', { productionRunIds: [runId] });
    await arrived(report(0, here), report(1, here));
    app.clock.now = new Date(NOON + 2 * HOUR);
    await change(id, { archived: true });
    expect(await history(trackerId)).toEqual([['DELIVERED', 0]]);
    await arrived(report(3, here), report(1.5, here));
    const left = [
      ['DELIVERED', 0],
      ['IN_TRANSIT', 3],
    ];
    expect(await history(trackerId)).toEqual(left);
    // Restored, it counts from then on.
    app.clock.now = new Date(NOON + 4 * HOUR);
    await change(id, { archived: false });
    expect(await history(trackerId)).toEqual(left);
    await arrived(report(3.5, here), report(5, here));
    expect(await history(trackerId)).toEqual([...left, ['DELIVERED', 5]]);
    app.clock.now = new Date(NOON + 6 * HOUR);
    await change(id, { productionRunIds: [] });
    await arrived(report(7, here));
    expect(await history(trackerId)).toEqual([...left, ['DELIVERED', 5], ['IN_TRANSIT', 7]]);
    // Attached again, from then on.
    app.clock.now = new Date(NOON + 8 * HOUR);
    await change(id, { productionRunIds: [runId] });
    await arrived(report(9, here));
    expect(await history(trackerId)).toEqual([...left, ['DELIVERED', 5], ['IN_TRANSIT', 7], ['DELIVERED', 9]]);
    await send('PATCH', '/status-rules', { exitConfirmations: 1 });
    await drain();
  });

  it('count from the beginning when they are made or first attached late', async () => {
    const { runId, trackerId, report } = await aRun('late');
    await arrived(report(0, here), report(1, there));
    const { id } = await shop('Late', {});
    await drain();
    expect(await history(trackerId)).toEqual([['IN_TRANSIT', 0]]);
    await change(id, { productionRunId: runId });
    const both = [
      ['DELIVERED', 0],
      ['IN_TRANSIT', 1],
    ];
    expect(await history(trackerId)).toEqual(both);
    await shop('Later', { position: point(there), productionRunId: runId });
    await drain();
    expect(await history(trackerId)).toEqual([
      ['DELIVERED', 0],
      ['DELIVERED', 1],
    ]);
  });

  it('change a finished run only when it is named, as the preview says', async () => {
    const open = await aRun('open');
    const over = await finished('over');
    const { id } = await shop('Shared', { productionRunIds: [open.runId, over.runId], finishedRunIds: [over.runId] });
    await arrived(...[open, over].flatMap(({ report }) => [report(0, here), report(1, there), report(2, here)]));
    const before = [
      ['DELIVERED', 0],
      ['IN_TRANSIT', 1],
      ['DELIVERED', 2],
    ];
    const body = { position: point(offset(here, 0, 9_000)), geofenceRadiusM: 60 };
    const preview = async (more: object) => {
      const asked = await send('POST', `/locations/${id}/fence-preview`, { ...body, ...more }, 202);
      return (await app.jobEnd(asked.id, operations)).result;
    };
    expect(await preview({})).toMatchObject({
      changed: 1,
      entriesRemoved: 3,
      entriesAdded: 1,
      finishedRuns: [{ id: over.runId, changed: 1 }],
      examples: [{ trackerId: open.trackerId }],
    });
    expect(await preview({ fenceChangedAt: at(1.5) })).toMatchObject({
      changed: 1,
      entriesRemoved: 1,
      finishedRuns: [],
    });
    expect(await send('GET', `/locations/${id}/fence-shapes`)).toMatchObject({ runsThatKeepOthers: 0 });

    await change(id, body);
    expect(await history(open.trackerId)).toEqual([['IN_TRANSIT', 0]]);
    expect(await history(over.trackerId, SEPTEMBER)).toEqual(before);
    expect(await send('GET', `/locations/${id}/fence-shapes`)).toMatchObject({ runsThatKeepOthers: 1 });
    // Its late reports are told by what it keeps.
    await arrived(over.report(3, there));
    expect(await history(over.trackerId, SEPTEMBER)).toEqual([...before, ['IN_TRANSIT', 3]]);
    await change(id, { finishedRunIds: [open.runId] }, 422);
    await change(id, { finishedRunIds: [over.runId] });
    expect(await history(over.trackerId, SEPTEMBER)).toEqual([['IN_TRANSIT', 0]]);
    expect(await send('GET', `/locations/${id}/fence-shapes`)).toMatchObject({ runsThatKeepOthers: 0 });

    // A fence that a finished run gets counts there only if it is named, or when the run opens again.
    const late = await shop('Late for it', { productionRunId: over.runId });
    await drain();
    expect(await history(over.trackerId, SEPTEMBER)).toEqual([['IN_TRANSIT', 0]]);
    expect(await send('GET', `/locations/${late.id}/fence-shapes`)).toMatchObject({ runsThatKeepOthers: 1 });
    // Whoever gives it new dates sees what it takes up.
    expect(await send('GET', `/production-runs/${over.runId}/reopening`)).toMatchObject({
      isOver: true,
      fences: [{ id: late.id, kind: 'delivery', name: 'Late for it' }],
    });
    await send('PATCH', `/production-runs/${over.runId}`, { endDate: '2027-01-31' });
    await drain();
    expect(await history(over.trackerId, SEPTEMBER)).toEqual([...before, ['IN_TRANSIT', 3]]);
  });

  it('resized together are corrected, in a finished run where it is named', async () => {
    const over = await finished('resized');
    const { id } = await shop('Resized', { productionRunId: over.runId, finishedRunIds: [over.runId] });
    await arrived(over.report(0, offset(here, 150, 0)), over.report(1, there));
    const resize = async (currentRadiusM: number, geofenceRadiusM: number, finishedRunIds: number[]) => {
      await send('POST', '/fence-sizes', {
        fences: [{ locationId: id, geofenceRadiusM, currentRadiusM }],
        finishedRunIds,
      });
      await drain();
      return history(over.trackerId, SEPTEMBER);
    };
    expect(await resize(100, 200, [])).toEqual([['IN_TRANSIT', 0]]);
    expect(await resize(200, 210, [over.runId])).toEqual([
      ['DELIVERED', 0],
      ['IN_TRANSIT', 1],
    ]);
  });

  it('refuse an instant before the present shape, or ahead of the clock', async () => {
    const { runId } = await aRun('refused');
    const { id } = await shop('Refused', { productionRunId: runId });
    await change(id, { geofenceRadiusM: 200, fenceChangedAt: at(0) });
    const refused = async (fenceChangedAt: string) =>
      (await change(id, { geofenceRadiusM: 300, fenceChangedAt }, 422)).fields[0].message;
    expect(await refused(at(-1))).toBe(
      `The present fence counts from ${at(0)}. Choose a later time, or say that it was wrong.`,
    );
    expect(await refused(new Date(app.clock.now.getTime() + 1).toISOString())).toBe(
      'Choose a time that is not in the future.',
    );
    expect((await send('GET', `/locations/${id}/fence-shapes`)).items).toHaveLength(2);
  });
});
