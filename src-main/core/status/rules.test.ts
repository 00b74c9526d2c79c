import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { ingest, insertFence, type MadeReport, offset } from './testing/status-world.ts';

const HOUR = 3_600_000;
const home = { longitude: 7.5, latitude: 47.5 };
const NOON = Date.UTC(2026, 10, 20, 12);
const BEFORE = Date.UTC(2026, 8, 20, 12);

describe.each(testEngines())('the settings of the status rules on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let operations: string;
  let open: { runId: number; tracker: number };
  let over: { runId: number; tracker: number };
  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    operations = await app.signIn('operations');
    open = await aRun('under way', '2026-11-01', '2026-11-30', 1);
    over = await aRun('finished', '2026-09-01', '2026-09-30', 2);
    // A single report outside, between others at home; then one that is outside and not accurate.
    for (const [tracker, start] of [
      [open.tracker, NOON],
      [over.tracker, BEFORE],
    ] as const)
      await ingest(database.db, [
        ...[0, 1, 3, 4].map((hour) => report(tracker, start + hour * HOUR, home, 10)),
        report(tracker, start + 2 * HOUR, offset(home, 3_000, 0), 10),
        report(tracker, start + 5 * HOUR, offset(home, 3_000, 0), 200),
      ]);
    await drain();
  });
  afterAll(() => app?.close());

  async function aRun(name: string, start: string, end: string, first: number) {
    const { runId } = await insertRun(database.db, name, start, end);
    await insertFence(database.db, { kind: 'storage', radiusM: 100, position: home, runId });
    const [tracker] = await insertTrackers(database.db, { count: 1, first, runId });
    return { runId, tracker: tracker!.id };
  }
  const report = (trackerId: number, at: number, position: MadeReport['position'], accuracyM: number): MadeReport => ({
    trackerId,
    at,
    n: 0,
    position,
    accuracyM,
  });
  const drain = () =>
    createConsoleStatusEngine({
      db: database.db,
      publish: () => undefined,
      log(level, message, fields) {
        if (level === 'error') throw new Error(message, { cause: fields.error });
      },
      now: () => app.clock.now,
    }).drain();
  /** Statuses from the oldest on. */
  const history = async (id: number) => {
    const { body } = await app.send('GET', `/trackers/${id}/status-history`, { as: operations });
    return body.items.map(({ status }: { status: string }) => status).reverse();
  };
  const flapping = ['IN_STORAGE', 'IN_TRANSIT', 'IN_STORAGE', 'IN_TRANSIT'];
  const preview = async (body: object) => {
    const asked = await app.send('POST', '/status-rules/preview', { as: operations, body });
    expect(asked.status).toBe(202);
    return (await app.jobEnd(asked.body.id, operations)).result;
  };
  const change = (body: object, as = operations) => app.send('PATCH', '/status-rules', { as, body });

  it('are the defaults, by which one report is an exit', async () => {
    const { body } = await app.send('GET', '/status-rules', { as: await app.signIn('reviewer') });
    expect(body).toEqual({ exitConfirmations: 1, maxAccuracyM: null, runsThatKeepOthers: 0, version: 0 });
    expect([await history(open.tracker), await history(over.tracker)]).toEqual([flapping, flapping]);
  });

  it('count a tracker once that entered a status twice in a day', async () => {
    const { body } = await app.send('GET', `/production-runs/${open.runId}/aggregates`, { as: operations });
    expect(body.items).toEqual([
      {
        bucketStart: '2026-11-20T00:00:00.000Z',
        statusCounts: { IN_TRANSIT: 1, IN_STORAGE: 0, DELIVERED: 0 },
        entered: { IN_TRANSIT: 1, IN_STORAGE: 1, DELIVERED: 0 },
      },
    ]);
  });

  it('are previewed over all history: runs under way, and each finished run by its name', async () => {
    expect(await preview({ exitConfirmations: 2 })).toMatchObject({
      trackers: 2,
      changed: 1,
      otherStatusNow: 1,
      entriesRemoved: 3,
      entriesAdded: 0,
      finishedRuns: [{ id: over.runId, changed: 1 }],
      examples: [{ trackerId: open.tracker }],
    });
    expect(await preview({})).toMatchObject({ changed: 0, finishedRuns: [] });
    expect([await history(open.tracker), await history(over.tracker)]).toEqual([flapping, flapping]);
  });

  it('change what is under way, as the preview said; a finished run keeps its history until it is named', async () => {
    const changed = await change({ exitConfirmations: 2 });
    expect(changed.body).toMatchObject({ exitConfirmations: 2, maxAccuracyM: null, runsThatKeepOthers: 1 });
    await drain();
    expect((await app.jobEnd(changed.body.jobId, operations)).state).toBe('succeeded');
    expect([await history(open.tracker), await history(over.tracker)]).toEqual([['IN_STORAGE'], flapping]);
    // Late reports of the finished run are folded by what it keeps.
    await ingest(database.db, [report(over.tracker, BEFORE + 3.5 * HOUR, offset(home, 3_000, 0), 10)]);
    await drain();
    expect(await history(over.tracker)).toHaveLength(6);
    expect((await preview({}))?.finishedRuns).toMatchObject([{ id: over.runId, changed: 1 }]);
    expect((await change({ finishedRunIds: [open.runId] })).status).toBe(422);
    await change({ finishedRunIds: [over.runId] });
    await drain();
    expect(await history(over.tracker)).toEqual(['IN_STORAGE']);
  });

  it('leave inaccurate reports out, and are taken up by a run that opens again', async () => {
    await change({ exitConfirmations: 1, maxAccuracyM: 100 });
    await drain();
    expect(await history(open.tracker)).toEqual(['IN_STORAGE', 'IN_TRANSIT', 'IN_STORAGE']);
    expect(await history(over.tracker)).toEqual(['IN_STORAGE']);
    const path = `/production-runs/${over.runId}`;
    const reopening = async () => (await app.send('GET', `${path}/reopening`, { as: operations })).body;
    const { isOver, fences, rules } = await reopening();
    expect({ isOver, fences, present: rules.present }).toEqual({
      ...{ isOver: true, fences: [] },
      present: { exitConfirmations: 1, maxAccuracyM: 100 },
    });
    expect(rules.kept).not.toEqual(rules.present);
    await app.send('PATCH', path, { as: operations, body: { endDate: '2027-01-31' } });
    await drain();
    expect(await history(over.tracker)).toHaveLength(5);
    expect((await app.send('GET', '/status-rules', { as: operations })).body.runsThatKeepOthers).toBe(0);
    expect(await reopening()).toEqual({ isOver: false, fences: [], rules: null });
  });

  it('are refused outside of their limits, and to people who may not change fences', async () => {
    for (const body of [{ exitConfirmations: 0 }, { exitConfirmations: 11 }, { maxAccuracyM: 256 }])
      expect((await change(body)).status).toBe(422);
    expect((await change({ exitConfirmations: 3 }, await app.signIn('warehouse'))).status).toBe(403);
    expect((await change({ exitConfirmations: 1 })).body.jobId).toBeNull();
  });

  it('lists history in the order of the fold: what came late stands where it belongs', async () => {
    const [tracker] = await insertTrackers(database.db, { count: 1, first: 9, runId: open.runId });
    // Two reports of one second: the order of their hashes decides, not that of their arrival.
    for (const n of [1, 2, 3, 4, 5, 6])
      await ingest(database.db, [{ ...report(tracker!.id, NOON, n % 2 ? home : offset(home, 3_000, 0), 10), n }]).then(
        drain,
      );
    const path = `/trackers/${tracker!.id}/status-history`;
    const whole = (await app.send('GET', path, { as: operations })).body.items.map(
      (item: { causedByReportId: string }) => item.causedByReportId,
    );
    expect(whole.length).toBeGreaterThan(1);
    expect(whole).toEqual([...whole].sort().reverse());
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await app.send('GET', `${path}?limit=1${cursor && `&cursor=${cursor}`}`, { as: operations });
      paged.push(...body.items.map((item: { causedByReportId: string }) => item.causedByReportId));
      if (body.nextCursor === null) break;
      cursor = encodeURIComponent(body.nextCursor);
    }
    expect(paged).toEqual(whole);
  });
});
