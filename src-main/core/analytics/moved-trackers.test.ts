import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { ingest, insertFence, type MadeReport, offset } from '../status/testing/status-world.ts';
import { insertIds, insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { miscounted } from '../testing/counts.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 1);
const shop = { longitude: 8.54, latitude: 47.37 };
const away = offset(shop, 0, 30_000);

/** Forty trackers are delivered in a run of Aurora; thirty move on: to Aurora's next run, to Borealis, and to no run. */
describe.each(testEngines())('a run that trackers moved on from, on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let run: Awaited<ReturnType<typeof insertRun>>;
  let borealis: Awaited<ReturnType<typeof insertRun>>;
  let nextRun: number;
  let trackers: { id: number; mac: string }[];
  const tokens = { staff: '', aurora: '', borealis: '' };
  let n = 0;
  const report = (of: number, hours: number, position: MadeReport['position']): MadeReport => ({
    trackerId: trackers[of]!.id,
    at: START + hours * HOUR,
    n: n++,
    position,
    accuracyM: 10,
  });
  const hear = async (reports: readonly MadeReport[]) => {
    await ingest(database.db, reports, app.clock.now);
    const log = (level: string, message: string, fields: Record<string, unknown>) => {
      if (level === 'error') throw new Error(message, { cause: fields.error });
    };
    const now = () => app.clock.now;
    const engine = createConsoleStatusEngine({ db: database.db, publish: () => undefined, log, now });
    await engine.drain();
    await engine.assess();
  };
  const get = async (path: string, as: string) => {
    const { status, body } = await app.send('GET', path, { as });
    expect([path, status]).toEqual([path, 200]);
    return body;
  };
  const rows = async (name: string, as: string) => {
    const body = await get(`/reports/${name}?limit=200&productionRunId=${run.runId}`, as);
    return body.items.map(({ cells }: { cells: unknown[] }) =>
      Object.fromEntries(body.columns.map((column: { id: string }, i: number) => [column.id, cells[i]])),
    );
  };
  const assign = async (ids: readonly number[], productionRunId: number | null, more = {}) =>
    (
      await app.send('POST', '/trackers/assign', {
        as: tokens.staff,
        body: { trackerIds: ids, productionRunId, ...more },
      })
    ).status;
  const idsOf = (from: number, to: number) => trackers.slice(from, to).map(({ id }) => id);

  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    const { db } = database;
    run = await insertRun(db, 'Aurora', '2026-11-01', '2026-11-30');
    borealis = await insertRun(db, 'Borealis', '2026-11-01', '2026-11-30');
    [nextRun] = (await insertIds(
      db,
      sql`insert into production_runs (brand_id, name, start_date, end_date)
        values (${run.brandId}, 'next', '2026-11-01', '2026-11-30') returning id`,
    )) as [number];
    tokens.staff = await app.signIn('operations');
    tokens.aurora = await app.signIn('client-viewer', run.clientId);
    tokens.borealis = await app.signIn('client-viewer', borealis.clientId);
    await insertFence(db, { kind: 'delivery', radiusM: 100, position: shop, runId: run.runId, name: 'Shop' });
    trackers = await insertTrackers(db, { count: 40, runId: run.runId });
    app.clock.now = new Date(START + 30 * HOUR);
    await hear(trackers.flatMap((_, of) => [report(of, 10, away), report(of, 20, shop), report(of, 24, shop)]));
  }, 180_000);
  afterAll(() => app?.close());

  /** What staff and the old client are told of the run, which must agree. */
  async function told() {
    const answers = [];
    for (const as of [tokens.staff, tokens.aurora]) {
      const deliveries = await rows('deliveries', as);
      const [performance] = await rows('delivery-performance', as);
      const [summary] = await rows('run-summary', as);
      const [dwell] = await rows('dwell-by-location', as);
      const { trackerCount, statusCounts } = await get(`/production-runs/${run.runId}`, as);
      const aggregates = (await get(`/production-runs/${run.runId}/aggregates?period=day`, as)).items;
      answers.push({
        deliveries: deliveries.length,
        repeated: deliveries.filter(({ repeated }: { repeated: boolean }) => repeated).length,
        counted: performance.deliveries,
        confirmed: summary.confirmed_deliveries,
        share: summary.share_confirmed,
        trackers: [trackerCount, summary.trackers],
        delivered: [statusCounts.DELIVERED, summary.delivered, aggregates.at(-1).statusCounts.DELIVERED],
        dwell: [dwell.trackers, dwell.visits, dwell.still_inside],
        dwellers: (await rows('dwell-by-tracker', as)).length,
      });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(await miscounted(database.db)).toEqual([]);
    return answers[0]!;
  }
  const kept = {
    deliveries: 40,
    repeated: 0,
    counted: 40,
    confirmed: 40,
    share: 1,
    trackers: [40, 40],
    delivered: [40, 40, 40],
    dwellers: 40,
  };
  /** What Borealis is told of the trackers that it got. */
  async function taken() {
    const as = tokens.borealis;
    const { items } = await get('/trackers?limit=100', as);
    const { count } = await get('/trackers/count', as);
    const found = await get(`/trackers?search=${trackers[15]!.mac}`, as);
    const exported = await (await app.raw('GET', '/trackers/export?columns=mac', { as })).text();
    const { trackerCount, statusCounts } = await get(`/production-runs/${borealis.runId}`, as);
    const one = `/trackers/${trackers[15]!.id}`;
    return {
      sizes: [items.length, count, exported.trim().split('\n').length - 1, trackerCount, statusCounts.UNKNOWN],
      found: found.items.map(({ id }: { id: number }) => id),
      states: [
        ...new Set(
          items.map((item: Record<string, unknown>) =>
            JSON.stringify([item.status, item.lastReport, item.reportCount]),
          ),
        ),
      ],
      past: [
        (await get(`${one}/location-reports`, as)).items.length,
        (await get(`${one}/status-history?includeSuperseded=true`, as)).items.length,
        (await get(`${one}/aggregates?period=hour`, as)).items.length,
        (await get('/reports/deliveries', as)).items.length,
        (await get('/reports/dwell-by-tracker', as)).items.length,
        (await get('/map/trackers?bbox=-180,-85,180,85&zoom=3', as)).total,
      ],
    };
  }
  const fresh = {
    sizes: [10, 10, 10, 10, 10],
    states: [JSON.stringify(['UNKNOWN', null, 0])],
    past: [0, 0, 0, 0, 0, 0],
  };

  it('keeps its deliveries, dwell and counts, also when late reports come, and for its own client', async () => {
    expect(await told()).toEqual({ ...kept, dwell: [1 * 40, 40, 40] });
    expect(await assign(idsOf(0, 10), nextRun)).toBe(200);
    const order = await app.send('POST', '/customer-orders', {
      as: tokens.staff,
      body: { clientId: borealis.clientId, productionRunId: borealis.runId, quantity: 10 },
    });
    for (const { mac } of trackers.slice(10, 20)) {
      const scan = { as: tokens.staff, body: { scan: mac } };
      const { body } = await app.send('POST', `/customer-orders/${order.body.id}/allocations`, scan);
      expect(body.outcome).toBe('allocated');
    }
    // What it was before is told of an earlier period of one's own client alone.
    const statuses = async (of: number, as: string) =>
      (await get(`/trackers/${trackers[of]!.id}/goods`, as)).items.map((one: { lastStatus: string }) => one.lastStatus);
    for (const as of [tokens.staff, tokens.aurora]) expect(await statuses(5, as)).toEqual([null, 'DELIVERED']);
    expect(await statuses(15, tokens.borealis)).toEqual([null]);
    // At once, before anything is folded.
    expect(await taken()).toEqual({ ...fresh, found: [trackers[15]!.id] });
    expect(await assign(idsOf(20, 30), null)).toBe(200);
    await hear([]);
    // What moved on is closed by the end of its time: nobody left the shop.
    expect(await told()).toEqual({ ...kept, dwell: [40, 40, 10] });
    expect((await get('/alerts?state=unresolved', tokens.staff)).items).toEqual([]);
    app.clock.now = new Date(START + 40 * HOUR);
    await hear(trackers.map((_, of) => report(of, 26, shop)));
    expect(await told()).toEqual({ ...kept, dwell: [40, 40, 10] });
  }, 120_000);

  it('shows who moved on from a run as they were at the end of their time there, to its own client too', async () => {
    const past = async (as: string, more = '') =>
      (await get(`/trackers/past?limit=100${more}`, as)).items.map((item: Record<string, unknown>) => item);
    const [staff, own, others] = [
      await past(tokens.staff, `&productionRunId=${run.runId}`),
      await past(tokens.aurora),
      await past(tokens.borealis),
    ];
    expect([staff.length, own.length, others.length]).toEqual([30, 30, 0]);
    expect(own).toEqual(staff);
    expect(new Set(own.map(({ status, reportCount }: Record<string, unknown>) => `${status} ${reportCount}`))).toEqual(
      // The report of 26 h came after the move, and was made before it.
      new Set(['DELIVERED 4']),
    );
    const wanted = `&search=${trackers[15]!.mac}`;
    expect(await past(tokens.aurora, wanted)).toMatchObject([
      {
        tracker: { id: trackers[15]!.id, macAddress: trackers[15]!.mac },
        productionRun: { id: run.runId },
        endedAt: new Date(START + 30 * HOUR).toISOString(),
        location: { name: 'Shop' },
        lastReport: { reportedAt: new Date(START + 26 * HOUR).toISOString() },
      },
    ]);
    expect(await get(`/production-runs/${run.runId}`, tokens.aurora)).toMatchObject({
      trackerCount: 40,
      movedOnCount: 30,
    });
  });

  it('tells the history of a time range, with what reaches into it', async () => {
    const path = `/trackers/${trackers[35]!.id}/status-history?`;
    const within = async (from: number, to: number) => {
      const [begin, end] = [from, to].map((hours) => new Date(START + hours * HOUR).toISOString());
      return (await get(`${path}from=${begin}&to=${end}`, tokens.aurora)).items.map(
        ({ status }: { status: string }) => status,
      );
    };
    expect([await within(0, 10), await within(11, 12), await within(15, 21), await within(21, 90)]).toEqual([
      [],
      ['IN_TRANSIT'],
      ['DELIVERED', 'IN_TRANSIT'],
      ['DELIVERED'],
    ]);
  });

  it('is told to nobody else: the new client sees its trackers at once, and nothing of before', async () => {
    expect(await taken()).toEqual({ ...fresh, found: [trackers[15]!.id] });
    await hear(trackers.slice(10, 20).map((_, i) => report(10 + i, 35, away)));
    const states = (await taken()).states.map((text) => JSON.parse(text as string));
    expect(states.map(([status, last, count]) => [status, last.reportedAt, count])).toEqual([
      ['IN_TRANSIT', new Date(START + 35 * HOUR).toISOString(), 1],
    ]);
    expect((await taken()).past).toEqual([1, 1, 1, 0, 0, 10]);
    // The old client sees nothing of it, and the tracker no more.
    expect((await app.send('GET', `/trackers/${trackers[15]!.id}`, { as: tokens.aurora })).status).toBe(404);
    expect((await get('/trackers/count', tokens.aurora)).count).toBe(20);
    expect(await told()).toEqual({ ...kept, dwell: [40, 40, 10] });
  }, 120_000);

  it('counts a tracker that comes back once, and lists its second delivery as repeated', async () => {
    // Without "now" the next run, in which nothing counted, would be taken back as never meant.
    expect(await assign(idsOf(0, 1), run.runId, { since: 'now' })).toBe(200);
    await hear([]);
    const back = await told();
    expect([back.trackers, back.delivered]).toEqual([
      [40, 40],
      [39, 39, 39],
    ]);
    app.clock.now = new Date(START + 60 * HOUR);
    await hear([report(0, 45, away), report(0, 50, shop), report(0, 54, shop)]);
    expect(await told()).toEqual({ ...kept, deliveries: 41, repeated: 1, dwell: [40, 41, 11] });
  }, 120_000);

  it('moves exactly what lies between with "since", refuses what lies before, and undoes exactly', async () => {
    const tracker = trackers[39]!;
    const history = async () =>
      (await get(`/trackers/${tracker.id}/status-history`, tokens.staff)).items.map(
        ({ status, enteredAt, leftAt }: Record<string, string>) => [status, enteredAt, leftAt],
      );
    const before = await history();
    const order = await app.send('POST', '/customer-orders', {
      as: tokens.staff,
      body: { clientId: run.clientId, productionRunId: nextRun, quantity: 1 },
    });
    const path = `/customer-orders/${order.body.id}`;
    const scanned = await app.send('POST', `${path}/allocations`, { as: tokens.staff, body: { scan: tracker.mac } });
    expect(scanned.body.outcome).toBe('allocated');
    await hear([report(39, 59, away)]);
    const undone = await app.send('DELETE', `${path}/allocations?allocationId=${scanned.body.allocationId}`, {
      as: tokens.staff,
    });
    expect(undone.status).toBe(200);
    await hear([]);
    // The report of 59 h was made before the scan at 60 h.
    const restored = await history();
    expect(restored.slice(1)).toEqual([[...before[0].slice(0, 2), restored[0][1]], ...before.slice(1)]);

    const since = new Date(START + 22 * HOUR).toISOString();
    expect(await assign([tracker.id], nextRun, { since })).toBe(200);
    await hear([]);
    expect((await history()).map(([status, , leftAt]: string[]) => [status, leftAt])).toEqual([
      ['IN_TRANSIT', null],
      ['DELIVERED', since],
      ['IN_TRANSIT', new Date(START + 20 * HOUR).toISOString()],
    ]);
    // No report of the first two hours confirms its delivery any more.
    expect((await told()).counted).toBe(39);
    const early = new Date(START + 21 * HOUR).toISOString();
    const refused = await app.send('POST', '/trackers/assign', {
      as: tokens.staff,
      body: { trackerIds: [trackers[38]!.id, tracker.id], productionRunId: null, since: early },
    });
    expect([refused.status, refused.body.detail]).toEqual([422, expect.stringContaining(`tracker ${tracker.id} (`)]);
    expect((await get(`/trackers/${trackers[38]!.id}`, tokens.staff)).productionRun.id).toBe(run.runId);
  }, 120_000);

  it('tells a client UNKNOWN outside of the run’s dates, in list, filter, count and page alike', async () => {
    const was = app.clock.now;
    const asked = async (as: string) => {
      const { items } = await get(`/trackers?limit=100&productionRunId=${run.runId}`, as);
      const counted = async (status: string) => (await get(`/trackers/count?status=${status}`, as)).count;
      const { status, statusSince, location } = await get(`/trackers/${trackers[35]!.id}`, as);
      const listed = new Set(items.map((item: { status: string }) => item.status));
      return { listed: [...listed], page: [status, statusSince, location], unknown: await counted('UNKNOWN') };
    };
    const at = async (time: string) => {
      app.clock.now = new Date(time);
      tokens.staff = await app.signIn('operations');
      tokens.aurora = await app.signIn('client-viewer', run.clientId);
    };
    await at('2026-11-20T00:00:00Z');
    const within = await asked(tokens.aurora);
    expect([within.listed, within.page[0]]).toEqual([['DELIVERED'], 'DELIVERED']);
    await at('2026-12-02T00:00:00Z');
    const after = await asked(tokens.aurora);
    const { count } = await get('/trackers/count', tokens.aurora);
    expect(after).toEqual({ listed: ['UNKNOWN'], page: ['UNKNOWN', null, null], unknown: count });
    expect((await asked(tokens.staff)).listed).toEqual(['DELIVERED']);
    app.clock.now = was;
  });
});
