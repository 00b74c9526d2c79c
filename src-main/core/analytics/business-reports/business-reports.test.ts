import readXlsx from 'read-excel-file/node';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportName } from '../../../../src-shared/contract/business-reports.ts';
import { createConsoleStatusEngine } from '../../app/console-status-engine.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { ingest, insertFence, type MadeReport, offset } from '../../status/testing/status-world.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { reportPages } from './business-reports.ts';
import type { BusinessReport } from './report-definition.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 1);
const home = { longitude: 8.54, latitude: 47.37 };
const shop = offset(home, 5_000, 0);
const away = offset(home, 0, 30_000);
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();

describe.each(testEngines())('reports on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let run: Awaited<ReturnType<typeof insertRun>>;
  let other: Awaited<ReturnType<typeof insertRun>>;
  let ids: number[];
  let shopId: number;
  let homeId: number;
  const tokens = { staff: '', owner: '', viewer: '' };
  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    const { db } = database;
    run = await insertRun(db, 'run', '2026-11-01', '2026-11-30');
    other = await insertRun(db, 'other', '2026-11-01', '2026-11-30');
    tokens.staff = await app.signIn('reviewer');
    tokens.owner = await app.signIn('client-viewer', run.clientId);
    tokens.viewer = await app.signIn('client-viewer', other.clientId);
    const fence = { radiusM: 100, runId: run.runId };
    homeId = await insertFence(db, { ...fence, kind: 'storage', position: home, name: '=1+1' });
    shopId = await insertFence(db, { ...fence, kind: 'delivery', position: shop, name: 'Shop' });
    ids = (await insertTrackers(db, { count: 3, runId: run.runId })).map(({ id }) => id);
    await db.query(sql`update trackers set manufactured_at = '2026-11-01'`);
    const report = (of: number, hours: number, position: MadeReport['position']): MadeReport => ({
      trackerId: ids[of]!,
      at: START + hours * HOUR,
      n: 0,
      position,
      accuracyM: 10,
    });
    // The first stays at home for good; the second is delivered; the third passes the shop and is silent since.
    await ingest(db, [
      ...Array.from({ length: 50 }, (_, n) => report(0, 10 + n * 10, home)),
      ...[10, 20, 30].map((hours) => report(1, hours, home)),
      report(1, 34, away),
      ...[40, 40.5, 42, 44, 500].map((hours) => report(1, hours, shop)),
      report(2, 10, home),
      report(2, 20, shop),
      report(2, 21, away),
    ]);
    app.clock.now = new Date(START + 530 * HOUR);
    const engine = createConsoleStatusEngine({
      db,
      publish: () => undefined,
      log: (level, message, fields) => {
        if (level === 'error') throw new Error(message, { cause: fields.error });
      },
      now: () => app.clock.now,
    });
    await engine.drain();
    await engine.assess();
  });
  afterAll(() => app?.close());

  /** Rows as objects by column. */
  const rows = async (name: ReportName, query = '', as = tokens.staff) => {
    const { status, body } = await app.send('GET', `/reports/${name}?limit=100${query}`, { as });
    expect([name, status]).toEqual([name, 200]);
    return body.items.map(({ cells }: { cells: unknown[] }) =>
      Object.fromEntries(body.columns.map((column: { id: string }, i: number) => [column.id, cells[i]])),
    );
  };

  it('tells dwell by location with percentiles, over visits that are cut to the asked time and marked', async () => {
    // Home: 10..530 (open), 10..34, 10..20. Shop: 40..530 (open), 20..21.
    expect(await rows('dwell-by-location')).toEqual([
      expect.objectContaining({
        location: '=1+1',
        kind: 'storage',
        trackers: 3,
        visits: 3,
        still_inside: 1,
        cut_at_start: 0,
        total_hours: 520 + 24 + 10,
        median_hours: 24,
        p90_hours: 420.8,
        longest_hours: 520,
      }),
      expect.objectContaining({ location: 'Shop', visits: 2, still_inside: 1, total_hours: 490 + 1 }),
    ]);
    // A window in the middle of it all: the one that sits there all the time is in it.
    const cut = await rows('dwell-by-location', `&from=${at(100)}&to=${at(110)}&locationId=${homeId}`);
    expect(cut).toEqual([expect.objectContaining({ visits: 1, still_inside: 1, cut_at_start: 1, total_hours: 10 })]);
    expect(await rows('dwell-by-location', `&to=${at(5)}`)).toEqual([]);
  });

  it('tells dwell by tracker', async () => {
    const found = await rows('dwell-by-tracker', `&trackerId=${ids[1]}`);
    expect(found).toEqual([
      expect.objectContaining({ locations: 2, storage_hours: 24, delivery_hours: 490, visits: 2, still_inside: 1 }),
    ]);
    const { body } = await app.send('GET', '/reports/dwell-by-tracker?limit=2', { as: tokens.staff });
    expect(body.items.map(({ trackerId }: { trackerId: number }) => trackerId)).toEqual(ids.slice(0, 2));
    const next = await app.send('GET', `/reports/dwell-by-tracker?limit=2&cursor=${body.nextCursor}`, {
      as: tokens.staff,
    });
    expect(next.body.items.map(({ trackerId }: { trackerId: number }) => trackerId)).toEqual(ids.slice(2));
    expect(next.body.nextCursor).toBeNull();
  });

  it('lists confirmed deliveries with their evidence, and how long they took', async () => {
    expect(await rows('deliveries')).toEqual([
      expect.objectContaining({
        location: 'Shop',
        entered: at(40),
        confirmed: at(42),
        left: null,
        evidence_reports: 3,
        minimum_dwell_minutes: 60,
        hours_from_run_start: 42,
        hours_from_allocation: null,
      }),
    ]);
    const performance = await rows('delivery-performance');
    expect(performance).toEqual([
      expect.objectContaining({ location: null, deliveries: 1, share_of_run: 0.3333, median_hours_from_run_start: 42 }),
      expect.objectContaining({ location: 'Shop', deliveries: 1 }),
    ]);
    expect(await rows('deliveries', `&locationId=${homeId}`)).toEqual([]);
    expect(await rows('deliveries', `&from=${at(43)}`)).toEqual([]);
    expect(await rows('deliveries', `&locationId=${shopId}`)).toHaveLength(1);
  });

  it('counts a delivery on one day, whoever asks for days of whatever zone, and in the workbook too', async () => {
    // Confirmed at 18:00 of the 2nd in UTC, which is the 3rd in Auckland.
    const on = async (day: string, timeZone: string) =>
      (await rows('deliveries', `&fromDay=${day}&toDay=${day}&timeZone=${encodeURIComponent(timeZone)}`)).length;
    expect([await on('2026-11-02', 'UTC'), await on('2026-11-03', 'UTC')]).toEqual([1, 0]);
    expect([await on('2026-11-02', 'run'), await on('2026-11-03', 'run')]).toEqual([1, 0]);
    expect([await on('2026-11-02', 'Pacific/Auckland'), await on('2026-11-03', 'Pacific/Auckland')]).toEqual([0, 1]);
    const charts = async (timeZone: string) => {
      const { body } = await app.send('GET', `/overview/charts?timeZone=${encodeURIComponent(timeZone)}`, {
        as: tokens.staff,
      });
      return body.deliveriesByDay.filter(({ deliveries }: { deliveries: number }) => deliveries > 0);
    };
    app.clock.now = new Date('2026-11-10T12:00:00Z');
    expect(await charts('UTC')).toEqual([{ day: '2026-11-02', deliveries: 1 }]);
    expect(await charts('Pacific/Auckland')).toEqual([{ day: '2026-11-03', deliveries: 1 }]);
    app.clock.now = new Date(START + 530 * HOUR);
    const sheetOf = async (query: string) => {
      const xlsx = await app.raw('GET', `/reports/deliveries/file?format=xlsx${query}`, { as: tokens.staff });
      const [sheet] = (await readXlsx(Buffer.from(await xlsx.arrayBuffer()))) as unknown as { data: unknown[][] }[];
      return sheet!.data;
    };
    const near = (value: unknown) => new Date(Math.round((value as Date).getTime() / 1000) * 1000).toISOString();
    const auckland = await sheetOf('&timeZone=Pacific/Auckland');
    expect(auckland[0]).toContain('Confirmed (Pacific/Auckland)');
    const confirmed = auckland[0]!.indexOf('Confirmed (Pacific/Auckland)');
    expect(near(auckland[1]![confirmed])).toBe('2026-11-03T07:00:00.000Z');
    const ofRuns = await sheetOf('&timeZone=run');
    expect([ofRuns[0]!.at(-1), ofRuns[1]!.at(-1)]).toEqual(['Time zone', 'UTC']);
    expect(near(ofRuns[1]![confirmed])).toBe('2026-11-02T18:00:00.000Z');
  });

  it('sums up runs and lists silent trackers', async () => {
    expect(await rows('run-summary', `&productionRunId=${run.runId}`)).toEqual([
      expect.objectContaining({
        production_run: 'run',
        trackers: 3,
        unknown: 0,
        in_transit: 1,
        in_storage: 1,
        delivered: 1,
        confirmed_deliveries: 1,
        location_reports: 62,
        last_report: at(500),
      }),
    ]);
    expect(await rows('run-summary', `&to=2026-10-01T00:00:00Z`)).toEqual([]);
    const silent = await rows('silent-trackers');
    expect(silent).toEqual([expect.objectContaining({ status: 'IN_TRANSIT', last_report: at(21), silent_hours: 509 })]);
  });

  it('gives a client’s user rows of the own client only, in every report and file', async () => {
    const names: ReportName[] = [
      'run-summary',
      'delivery-performance',
      'deliveries',
      'dwell-by-location',
      'dwell-by-tracker',
      'silent-trackers',
    ];
    for (const name of names) {
      const own = await rows(name, '', tokens.owner);
      expect([name, own.length > 0]).toEqual([name, true]);
      const foreign = await rows(name, `&clientId=${run.clientId}`, tokens.viewer);
      expect([name, foreign]).toEqual([name, []]);
      const { body } = await app.send('GET', `/reports/${name}/file?productionRunId=${run.runId}`, {
        as: tokens.viewer,
      });
      expect(body.trim().split('\r\n')).toHaveLength(1);
    }
    const tracks = (as: string, query: string) => app.send('GET', `/reports/tracks/file?${query}`, { as });
    expect((await tracks(tokens.viewer, `trackerId=${ids[0]}`)).status).toBe(404);
    const empty = await tracks(tokens.viewer, `productionRunId=${run.runId}`);
    expect(empty.body.features).toEqual([]);
    expect((await tracks(tokens.staff, '')).status).toBe(422);
  });

  it('streams files: CSV made harmless, a workbook, and tracks', async () => {
    const csv = await app.send('GET', '/reports/dwell-by-location/file?format=csv', { as: tokens.staff });
    expect(csv.headers.get('content-disposition')).toContain('dwell-by-location-2026-11-23.csv');
    expect(csv.body).toContain(`\r\n'=1+1,storage,3,`);
    const xlsx = await app.raw('GET', '/reports/deliveries/file?format=xlsx', { as: tokens.staff });
    expect(xlsx.headers.get('content-type')).toContain('spreadsheetml');
    const bytes = new Uint8Array(await xlsx.arrayBuffer());
    expect([...bytes.slice(0, 4)]).toEqual([0x50, 0x4b, 3, 4]);
    const one = await app.send('GET', `/reports/tracks/file?trackerId=${ids[1]}&from=${at(30)}`, { as: tokens.owner });
    const points = one.body.features.filter((f: { geometry: { type: string } }) => f.geometry.type === 'Point');
    expect(points).toHaveLength(7);
    const all = await app.send('GET', `/reports/tracks/file?productionRunId=${run.runId}&format=gpx`, {
      as: tokens.staff,
    });
    expect(all.body.match(/<trkpt /g)).toHaveLength(62);
    expect(all.body.match(/<trk>/g)).toHaveLength(3);
  });

  it('lists orders with what of them is allocated and delivered; a client’s user sees their own', async () => {
    const { db } = app.parts;
    const staff = await insertUser(db, 'olga', 'operations');
    const order = (clientId: number, runId: number | null, due: string | null) => sql`
      insert into customer_orders (client_id, production_run_id, quantity, allocated_count, due_date, notes, created_by)
      values (${clientId}::bigint, ${runId}::bigint, 5, 2, ${due}::date, 'internal', ${staff}::bigint) returning id`;
    const [mine] = await insertIds(db, order(run.clientId, run.runId, '2026-11-20'));
    await insertIds(db, order(run.clientId, null, null));
    await insertIds(db, order(other.clientId, other.runId, '2026-12-20'));
    for (const id of ids.slice(0, 2))
      await db.query(sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
        values (${mine!}::bigint, ${id}::bigint, ${staff}::bigint, ${at(1)})`);
    const first = { due_date: '2026-11-20', late: true, ordered: 5, allocated: 2, delivered: 1, order_state: 'open' };
    const own = await rows('orders', '', tokens.owner);
    expect(own).toEqual([expect.objectContaining(first), expect.objectContaining({ due_date: null, late: false })]);
    expect(JSON.stringify(own)).not.toContain('internal');
    expect(await rows('orders', '', tokens.viewer)).toEqual([expect.objectContaining({ due_date: '2026-12-20' })]);
    expect(await rows('orders')).toHaveLength(3);
    expect(await rows('orders', '&fromDay=2026-11-20&toDay=2026-11-20')).toEqual([expect.objectContaining(first)]);
    expect(await rows('orders', '&fromDay=2026-11-21&toDay=2026-11-30')).toEqual([]);
  });
});

describe('a file of a report', () => {
  /** A report of so many trackers, whose parts are as asked for. */
  const madeOf = (count: number) => {
    const parts: number[] = [];
    const report: BusinessReport = {
      columns: [],
      keys: async () => Float64Array.from({ length: count }, (_, n) => n + 1),
      async page(_, { among = [] }) {
        parts.push(among.length);
        return { rows: among.map((key) => ({ key, cells: [], trackerId: key, timeZone: null })), hasMore: false };
      },
    };
    const pages = reportPages(report, { scope: {}, now: new Date() }, (work) => work({} as Transaction));
    return { parts, pages };
  };

  it('has each row once, in order, in parts of a bounded size', async () => {
    const { parts, pages } = madeOf(4_500);
    const keys: number[] = [];
    for await (const rows of pages) keys.push(...rows.map((row) => row.key));
    expect(keys).toEqual(Array.from({ length: 4_500 }, (_, n) => n + 1));
    expect(Math.max(...parts)).toBeLessThanOrEqual(2_000);
  });

  it('is read one part ahead of the reader, and no further once that has gone', async () => {
    const { parts, pages } = madeOf(100_000);
    await pages.next();
    await pages.return();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(parts.length).toBeLessThanOrEqual(2);
  });
});
