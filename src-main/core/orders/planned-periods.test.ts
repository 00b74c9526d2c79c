import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../status/testing/status-world.ts';
import { insertIds, insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { beginPlanned } from '../trackers/planned-periods.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 3);
const iso = (hours: number) => new Date(START + hours * HOUR).toISOString();

/** Moves at an instant to come, and devices that follow their order to another run. */
describe.each(testEngines())('planned moves and moved orders on $name', ({ create }) => {
  let test: TestDatabase;
  let running: TestConsole;
  let boss: string;
  let viewer: string;
  let run: Awaited<ReturnType<typeof insertRun>>;
  let nextRun: number;
  let lateRun: number;
  let made = 1;

  beforeAll(async () => {
    test = await create();
    running = await testConsole(test);
    run = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
    [boss, viewer] = [await running.signIn('operations'), await running.signIn('client-viewer', run.clientId)];
    [nextRun, lateRun] = (await insertIds(
      test.db,
      sql`insert into production_runs (brand_id, name, start_date, end_date)
        values (${run.brandId}, 'next', '2026-11-01', '2026-11-30'), (${run.brandId}, 'late', '2026-11-10', '2026-11-30')
        returning id`,
    )) as [number, number];
  }, 60_000);
  afterAll(() => running?.close());

  const at = (hours: number) => {
    running.clock.now = new Date(START + hours * HOUR);
  };
  const send = async (method: 'POST' | 'GET' | 'DELETE' | 'PATCH', path: string, body?: object, as = boss) => {
    const answer = await running.send(method, path, body === undefined ? { as } : { as, body });
    return { status: answer.status, ...answer.body };
  };
  const newTracker = async (runId: number | null = run.runId) => {
    const [tracker] = await insertTrackers(test.db, { count: 1, first: made++, runId });
    return tracker!;
  };
  const assign = (id: number, productionRunId: number | null, since?: string) =>
    send('POST', '/trackers/assign', { trackerIds: [id], productionRunId, ...(since ? { since } : {}) });
  const periodsOf = async (trackerId: number) => {
    const { rows } = await test.db.query<{ run: number; from: number; to: number }>(sql`
      select production_run_id as run, (extract(epoch from starts_at) * 1000)::float8 as from,
        (extract(epoch from ends_at) * 1000)::float8 as to
      from run_periods where tracker_id = ${trackerId} and voided_at is null order by starts_at`);
    return rows.map((row) => [row.run, (row.from - START) / HOUR, (row.to - START) / HOUR]);
  };
  const begin = () => beginPlanned(test.db, running.clock.now);

  it('an instant to come is planned, one a tracker, unseen by the client, and counts from its beginning', async () => {
    const { id } = await newTracker();
    at(0);
    expect(await assign(id, nextRun, iso(10))).toMatchObject({ moved: 0, planned: 1 });
    expect(await assign(id, null, iso(20))).toMatchObject({
      status: 409,
      detail: expect.stringContaining(`(next from ${iso(10)})`),
    });
    const planned = { productionRun: { id: nextRun, name: 'next' }, beginsAt: iso(10) };
    expect((await send('GET', `/trackers/${id}`)).planned).toEqual(planned);
    expect((await send('GET', `/trackers/${id}`, undefined, viewer)).planned ?? null).toBeNull();
    at(9);
    expect([await begin(), await periodsOf(id)]).toEqual([0, [[run.runId, -Infinity, Infinity]]]);
    // The step that begins it comes late, twice.
    at(11);
    expect([await begin(), await begin()]).toEqual([1, 0]);
    expect(await periodsOf(id)).toEqual([
      [run.runId, -Infinity, 10],
      [nextRun, 10, Infinity],
    ]);
    expect((await send('GET', `/trackers/${id}`)).planned ?? null).toBeNull();
    expect(await assign(id, null, iso(20))).toMatchObject({ planned: 1 });
  });

  it('a move from now leaves the plan; a cancellation, a return and a retirement end it', async () => {
    const [moved, cancelled, retired] = [await newTracker(), await newTracker(), await newTracker()];
    at(0);
    for (const { id } of [moved, cancelled, retired]) await assign(id, nextRun, iso(10));
    await assign(moved.id, null, 'now');
    const cancel = { trackerIds: [cancelled.id, moved.id + 100_000] };
    expect(await send('POST', '/trackers/planned/cancel', cancel)).toMatchObject({ cancelled: 1 });
    await send('POST', '/trackers/retire', { trackerIds: [retired.id], reason: 'sold' });
    at(12);
    expect(await begin()).toBe(1);
    expect(await periodsOf(moved.id)).toEqual([
      [run.runId, -Infinity, 0],
      [nextRun, 10, Infinity],
    ]);
    expect(await periodsOf(cancelled.id)).toEqual([[run.runId, -Infinity, Infinity]]);
    expect(await periodsOf(retired.id)).toEqual([[run.runId, -Infinity, 0]]);
    expect(await assign(retired.id, nextRun, iso(20))).toMatchObject({ status: 409 });
  });

  it('one that was overtaken by a move after its time begins with that; "run-begins" names the run’s beginning', async () => {
    const [overtaken, waiting] = [await newTracker(), await newTracker()];
    at(0);
    await assign(overtaken.id, nextRun, iso(10));
    expect(await assign(waiting.id, lateRun, 'run-begins')).toMatchObject({ planned: 1 });
    expect(await assign(waiting.id, null, 'run-begins')).toMatchObject({ status: 422 });
    at(11);
    await assign(overtaken.id, lateRun, 'now');
    await begin();
    expect(await periodsOf(overtaken.id)).toEqual([
      [run.runId, -Infinity, 11],
      [nextRun, 11, Infinity],
    ]);
    expect((await send('GET', `/trackers/${waiting.id}`)).planned.beginsAt).toBe('2026-11-10T00:00:00.000Z');
    // Once it has begun, it is that instant in the past.
    at(200);
    await send('POST', '/trackers/planned/cancel', { trackerIds: [waiting.id] });
    expect(await assign(waiting.id, lateRun, 'run-begins')).toMatchObject({ moved: 1 });
    expect(await periodsOf(waiting.id)).toEqual([
      [run.runId, -Infinity, 7 * 24],
      [lateRun, 7 * 24, Infinity],
    ]);
  });

  it('"since" before what retention kept is refused', async () => {
    const { id } = await newTracker();
    at(300);
    await test.db.query(sql`insert into report_retention (kept_from) values (${new Date(START + 100 * HOUR)})`);
    expect(await assign(id, nextRun, iso(99))).toMatchObject({ status: 422, fields: [{ path: 'since' }] });
    expect(await assign(id, nextRun, iso(100))).toMatchObject({ moved: 1 });
    await test.db.query(sql`delete from report_retention`);
  });

  it('an order that changes its run says from when on, and an undo still restores what was', async () => {
    const [first, known] = [await newTracker(null), await newTracker(lateRun)];
    at(0);
    const body = { clientId: run.clientId, productionRunId: run.runId, quantity: 5 };
    const order = `/customer-orders/${(await send('POST', '/customer-orders', body)).id}`;
    at(5);
    for (const { mac } of [first, known]) await send('POST', `${order}/allocations`, { scan: mac });
    // Nothing counts in the period of the second, so it was replaced as a whole.
    expect([await periodsOf(first.id), await periodsOf(known.id)]).toEqual([
      [[run.runId, -Infinity, Infinity]],
      [[run.runId, -Infinity, Infinity]],
    ]);
    at(10);
    await send('PATCH', order, { productionRunId: nextRun });
    expect([await periodsOf(first.id), await periodsOf(known.id)]).toEqual([
      [[nextRun, -Infinity, Infinity]],
      [[nextRun, -Infinity, Infinity]],
    ]);
    at(20);
    await send('PATCH', order, { productionRunId: run.runId, runSince: 'now' });
    at(30);
    await send('PATCH', order, { productionRunId: lateRun, runSince: 'now' });
    for (const { id } of [first, known])
      expect(await periodsOf(id)).toEqual([
        [nextRun, -Infinity, 20],
        [run.runId, 20, 30],
        [lateRun, 30, Infinity],
      ]);
    for (const { mac } of [first, known])
      expect(await send('DELETE', `${order}/allocations?macAddress=${mac}&leaving=undo`)).toMatchObject({
        outcome: 'undone',
      });
    expect([await periodsOf(first.id), await periodsOf(known.id)]).toEqual([[], [[lateRun, -Infinity, Infinity]]]);
  });

  it('an order that had no run gives it from the scan on', async () => {
    const tracker = await newTracker(nextRun);
    at(0);
    const body = { clientId: run.clientId, productionRunId: null, quantity: 5 };
    const order = `/customer-orders/${(await send('POST', '/customer-orders', body)).id}`;
    at(5);
    await send('POST', `${order}/allocations`, { scan: tracker.mac });
    at(9);
    await send('PATCH', order, { productionRunId: run.runId });
    expect(await periodsOf(tracker.id)).toEqual([
      [nextRun, -Infinity, 5],
      [run.runId, 5, Infinity],
    ]);
  });

  it('earlier periods are corrected one by one, with a reason, after a preview', async () => {
    const { id } = await newTracker();
    at(0);
    await assign(id, nextRun, 'now');
    at(10);
    await assign(id, lateRun, 'now');
    await ingest(test.db, [
      { trackerId: id, at: START + 5 * HOUR, n: 0, position: { longitude: 8, latitude: 47 }, accuracyM: 9 },
    ]);
    at(20);
    const { items } = await send('GET', `/trackers/${id}/periods`);
    expect(items.map((item: { productionRun: { id: number } }) => item.productionRun.id)).toEqual([
      lateRun,
      nextRun,
      run.runId,
    ]);
    const path = `/trackers/${id}/periods/${items[1].id}/correction`;
    const asked = { endsAt: iso(4), reason: 'moved on earlier than was said' };
    const before = await periodsOf(id);
    expect(await send('POST', path, { ...asked, dryRun: true })).toMatchObject({
      status: 200,
      reports: 1,
      deliveries: 0,
    });
    expect(await periodsOf(id)).toEqual(before);
    expect(await send('POST', path, asked)).toMatchObject({ reports: 1 });
    expect(await periodsOf(id)).toEqual([
      [run.runId, -Infinity, 0],
      [nextRun, 0, 4],
      [lateRun, 10, Infinity],
    ]);
    expect(await send('POST', path, { productionRunId: run.runId, reason: 'never was there' })).toMatchObject({
      status: 200,
    });
    expect(await periodsOf(id)).toEqual([
      [run.runId, -Infinity, 4],
      [lateRun, 10, Infinity],
    ]);
    const wrong = (body: object, period = items[0].id) =>
      send('POST', `/trackers/${id}/periods/${period}/correction`, { reason: 'no', ...body });
    expect(await wrong({ startsAt: iso(30) })).toMatchObject({ status: 409 });
    expect(await wrong({ startsAt: null })).toMatchObject({
      status: 409,
      detail: expect.stringContaining('next to it'),
    });
    expect(await wrong({ endsAt: iso(9) })).toMatchObject({ status: 409 });
    expect(await wrong({}, 999_999)).toMatchObject({ status: 404 });
    const { rows } = await test.db.query<{ reason: string }>(
      sql`select details ->> 'reason' as reason from audit_entries where action = 'trackers.correctPeriod' order by sequence`,
    );
    expect(rows.map(({ reason }) => reason)).toEqual([asked.reason, asked.reason, 'never was there']);
    expect(await wrong({ reason: ' ' })).toMatchObject({ status: 422 });
  });

  it('an undo, or another run of the order, goes by what corrections made of the periods', async () => {
    const other = await insertRun(test.db, 'Borealis', '2026-11-01', '2026-11-30');
    const [otherNext] = await insertIds(
      test.db,
      sql`insert into production_runs (brand_id, name, start_date, end_date)
        values (${other.brandId}, 'next', '2026-11-01', '2026-11-30') returning id`,
    );
    const [counted, replaced, moved, ended] = [
      await newTracker(nextRun),
      await newTracker(lateRun),
      await newTracker(nextRun),
      await newTracker(other.runId),
    ];
    const place = { position: { longitude: 8, latitude: 47 }, accuracyM: 9, n: 0 };
    await ingest(
      test.db,
      [counted, moved].map(({ id }) => ({ trackerId: id, at: START + HOUR, ...place })),
    );
    const correct = async (id: number, productionRunId: number) => {
      const { items } = await send('GET', `/trackers/${id}/periods`);
      const path = `/trackers/${id}/periods/${items[0].id}/correction`;
      expect(await send('POST', path, { productionRunId, reason: 'mixed up' })).toMatchObject({ status: 200 });
    };
    const undo = (order: string, mac: string) =>
      send('DELETE', `${order}/allocations?macAddress=${mac}&leaving=undo`).then(({ outcome }) => outcome);
    at(0);
    const body = { clientId: run.clientId, productionRunId: run.runId as number | null, quantity: 5 };
    const order = `/customer-orders/${(await send('POST', '/customer-orders', body)).id}`;
    at(5);
    for (const { mac } of [counted, replaced, moved]) await send('POST', `${order}/allocations`, { scan: mac });
    at(10);
    for (const { id } of [counted, replaced, moved]) await correct(id, lateRun);
    await correct(replaced.id, nextRun);
    expect(await periodsOf(moved.id)).toEqual([
      [nextRun, -Infinity, 5],
      [lateRun, 5, Infinity],
    ]);
    for (const tracker of [counted, replaced]) expect(await undo(order, tracker.mac)).toBe('undone');
    expect([await periodsOf(counted.id), await periodsOf(replaced.id)]).toEqual([
      [[nextRun, -Infinity, Infinity]],
      [[lateRun, -Infinity, Infinity]],
    ]);
    at(20);
    await send('PATCH', order, { productionRunId: nextRun });
    expect(await periodsOf(moved.id)).toEqual([[nextRun, -Infinity, Infinity]]);

    // An order without a run ends the period of another client.
    const without = `/customer-orders/${(await send('POST', '/customer-orders', { ...body, productionRunId: null })).id}`;
    at(25);
    await send('POST', `${without}/allocations`, { scan: ended.mac });
    expect(await periodsOf(ended.id)).toEqual([[other.runId, -Infinity, 25]]);
    await correct(ended.id, otherNext!);
    expect(await undo(without, ended.mac)).toBe('undone');
    expect(await periodsOf(ended.id)).toEqual([[otherNext, -Infinity, Infinity]]);
  });
});
