import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overviewCharts, overviewSchema } from '../../../../src-shared/contract/overview.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../../testing/company.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { callerOf } from '../../testing/request.ts';
import { trackerHandlers } from '../../trackers/trackers-routes.ts';
import { overviewHandlers } from './overview-routes.ts';

const now = new Date('2026-11-23T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

describe.each(testEngines())('overview on $name', ({ create }) => {
  let test: TestDatabase;
  let users: { staff: number; viewer: number };
  let aurora: Awaited<ReturnType<typeof insertRun>>;
  let trackers: { id: number; mac: string }[];
  let orders: number[];
  beforeAll(async () => {
    test = await create();
    const { db } = test;
    aurora = await insertRun(db, 'Aurora', '2026-11-01', '2026-11-30');
    const over = await insertRun(db, 'Borealis', '2026-10-01', '2026-10-31');
    await insertRun(db, 'Cirrus', '2026-12-01', '2026-12-31');
    users = {
      staff: await insertUser(db, 'olga', 'operations'),
      viewer: await insertUser(db, 'vera', 'client-viewer', aurora.clientId),
    };
    // 0, 1: reporting; 2: silent; 3: never reported; 4: of a run that is over; 5: in no run; then two not manufactured.
    trackers = [
      ...(await insertTrackers(db, { count: 4, runId: aurora.runId })),
      ...(await insertTrackers(db, { count: 1, first: 10, runId: over.runId })),
      ...(await insertTrackers(db, { count: 1, first: 11 })),
      ...(await insertTrackers(db, { count: 1, first: 12, runId: aurora.runId, manufactured: false })),
      ...(await insertTrackers(db, { count: 1, first: 13, manufactured: false })),
    ];
    const report = (at: number, days: number, status: string) =>
      db.query(sql`update tracker_status set last_reported_at = ${daysAgo(days)}::timestamptz, status = ${status}
        where tracker_id = ${trackers[at]!.id}`);
    await report(0, 0.1, 'DELIVERED');
    await report(1, 1.9, 'IN_TRANSIT');
    await report(2, 2.1, 'IN_STORAGE');
    await report(4, 30, 'DELIVERED');
    const [storage, delivery] = (await insertIds(
      db,
      sql`insert into locations (kind, name, position) values ('storage', 'Rheinlager', st_makepoint(7.6, 47.5)::geography),
        ('delivery', 'Kaufhaus', st_makepoint(7.7, 47.5)::geography) returning id`,
    )) as [number, number];
    const history = (
      at: number,
      status: string,
      from: Date,
      to: Date | null,
      location: number | null,
      superseded = false,
    ) =>
      db.query(sql`insert into status_history (tracker_id, production_run_id, run_period_id, client_id, visit_id, status, location_id, cause_reported_at,
          cause_payload_hash, entered_at, left_at, recorded_at, superseded_at)
        values (${trackers[at]!.id}::bigint,
          (select production_run_id from trackers where id = ${trackers[at]!.id}::bigint),
          (select id from run_periods where tracker_id = ${trackers[at]!.id}::bigint),
          (select client_id from trackers where id = ${trackers[at]!.id}::bigint), gen_random_uuid(), ${status}, ${location}::bigint, ${from}::timestamptz, '\\x01',
          ${from}::timestamptz, ${to}::timestamptz, ${now}::timestamptz, ${superseded ? now : null}::timestamptz)`);
    await history(0, 'IN_STORAGE', daysAgo(20), daysAgo(5), storage);
    await history(0, 'IN_TRANSIT', daysAgo(5), daysAgo(4.9), null);
    await history(0, 'DELIVERED', daysAgo(4.9), null, delivery);
    await history(1, 'DELIVERED', daysAgo(3), null, delivery, true);
    await history(1, 'IN_TRANSIT', daysAgo(2), null, null);
    await history(4, 'DELIVERED', daysAgo(30), null, delivery);
    // Confirmed at half past twelve at night of the 19th in Auckland, at 11:30 of the 18th in UTC.
    const confirmed = (at: number, from: Date, confirmedAt: Date) =>
      db.query(sql`insert into deliveries (tracker_id, production_run_id, location_id, visit_id, entered_at, confirmed_at,
          confirmed_payload_hash, report_count, minimum_dwell_minutes, recorded_at, run_period_id, client_id)
        select t.id, t.production_run_id, ${delivery}::bigint, gen_random_uuid(), ${from}::timestamptz, ${confirmedAt}::timestamptz,
          '\\x01', 2, 60, ${now}::timestamptz, p.id, t.client_id
        from trackers t join run_periods p on p.tracker_id = t.id where t.id = ${trackers[at]!.id}::bigint`);
    await confirmed(0, daysAgo(5.1), new Date('2026-11-18T11:30:00Z'));
    await confirmed(4, daysAgo(30), daysAgo(29.9));
    await db.query(sql`insert into tracker_aggregates (tracker_id, period, bucket_start, report_count, first_reported_at,
        last_reported_at, position, weight_sum, x_sum, y_sum, z_sum, distance_m, status_at_end, run_period_id, client_id)
      select given.id, period, day::timestamptz, count, day::timestamptz, day::timestamptz, st_makepoint(7, 47)::geography,
        1, 1, 1, 1, 0, 'UNKNOWN', p.id, p.client_id
      from (values (${trackers[0]!.id}::bigint, 'day', '2026-11-23', 3), (${trackers[4]!.id}::bigint, 'day', '2026-11-23', 4),
        (${trackers[0]!.id}::bigint, 'hour', '2026-11-23', 3), (${trackers[0]!.id}::bigint, 'day', '2026-11-10', 5),
        (${trackers[0]!.id}::bigint, 'day', '2026-11-09', 9)) as given (id, period, day, count)
      join run_periods p on p.tracker_id = given.id`);
    orders = await insertIds(
      db,
      sql`insert into customer_orders (client_id, quantity, created_by, state, due_date)
        select ${aurora.clientId}::bigint, 5, ${users.staff}::bigint, state, due::date from (values
          ('open', '2026-11-22'), ('open', '2026-11-23'), ('open', null), ('filled', '2026-11-01'), ('closed', '2026-11-01'),
          ('open', '2026-11-20')) as given (state, due) returning id`,
    );
    await db.query(sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
      values (${orders[0]}::bigint, ${trackers[0]!.id}::bigint, ${users.staff}::bigint, now()),
        (${orders[0]}::bigint, ${trackers[5]!.id}::bigint, ${users.staff}::bigint, now())`);
  });
  afterAll(() => test?.close());

  const overviewOf = async (role: 'operations' | 'client-viewer') => {
    const caller =
      role === 'operations'
        ? { userId: users.staff, role, clientId: null }
        : { userId: users.viewer, role, clientId: aurora.clientId };
    const overview = await callerOf(test.db, overviewHandlers, caller, { now }).callOwn('getOverview', { query: {} });
    return overviewSchema.parse(overview);
  };

  it('counts trackers, runs and orders', async () => {
    const overview = await overviewOf('operations');
    expect(overview.trackers).toEqual({
      total: 8,
      manufactured: 6,
      allocated: 2,
      active: 4,
      silent: 1,
      silentAfterHours: 48,
      waiting: 1,
    });
    expect(overview.statusCounts).toEqual({ UNKNOWN: 2, IN_TRANSIT: 1, IN_STORAGE: 1, DELIVERED: 2 });
    expect(overview.runs).toEqual({ notBegun: 1, active: 1, over: 1 });
    expect(overview.orders).toEqual({ open: 4, late: 2 });
    expect(overview.lateOrders).toMatchObject([
      { id: orders[5], clientName: 'Aurora', dueDate: '2026-11-20', allocatedCount: 0, quantity: 5 },
      { id: orders[0], dueDate: '2026-11-22' },
    ]);
  });

  it('shows 14 days, those without anything too', async () => {
    const { reportsByDay, statusByDay } = await overviewOf('operations');
    expect(reportsByDay).toHaveLength(14);
    expect(reportsByDay.filter((day) => day.reports > 0)).toEqual([
      { day: '2026-11-10', reports: 5 },
      { day: '2026-11-23', reports: 7 },
    ]);
    const statusOn = (day: string) => statusByDay.find((entry) => entry.day === day);
    expect(statusByDay.map((entry) => entry.day)).toEqual(reportsByDay.map((entry) => entry.day));
    expect(statusOn('2026-11-10')).toMatchObject({ IN_STORAGE: 1, IN_TRANSIT: 0, DELIVERED: 1 });
    expect(statusOn('2026-11-17')).toMatchObject({ IN_STORAGE: 1, IN_TRANSIT: 0, DELIVERED: 1 });
    expect(statusOn('2026-11-18')).toMatchObject({ IN_STORAGE: 0, IN_TRANSIT: 0, DELIVERED: 2 });
    expect(statusOn('2026-11-20')).toMatchObject({ IN_TRANSIT: 0 });
    expect(statusOn('2026-11-23')).toMatchObject({ IN_STORAGE: 0, IN_TRANSIT: 1, DELIVERED: 2 });
  });

  it('names the deliveries that were confirmed last, without arrivals that nothing confirmed', async () => {
    await test.db.query(sql`update trackers set serial_number = 'SN-7' where id = ${trackers[0]!.id}::bigint`);
    await test.db.query(sql`update run_periods set name = 'Sofa 12' where tracker_id = ${trackers[4]!.id}::bigint`);
    expect((await overviewOf('operations')).recentDeliveries).toEqual([
      {
        trackerId: trackers[0]!.id,
        macAddress: trackers[0]!.mac,
        name: 'SN-7',
        locationName: 'Kaufhaus',
        confirmedAt: '2026-11-18T11:30:00.000Z',
      },
      {
        trackerId: trackers[4]!.id,
        macAddress: trackers[4]!.mac,
        name: 'Sofa 12',
        locationName: 'Kaufhaus',
        confirmedAt: daysAgo(29.9).toISOString(),
      },
    ]);
  });

  it('counts for a client’s user what is theirs, and no orders', async () => {
    const overview = await overviewOf('client-viewer');
    expect(overview.trackers).toEqual({
      total: 5,
      manufactured: 4,
      allocated: 1,
      active: 4,
      silent: 1,
      silentAfterHours: 48,
      waiting: 1,
    });
    expect(overview.runs).toEqual({ notBegun: 0, active: 1, over: 0 });
    expect(overview.orders).toEqual({ open: 0, late: 0 });
    expect(overview.reportsByDay.at(-1)).toEqual({ day: '2026-11-23', reports: 3 });
    expect(overview.recentDeliveries).toHaveLength(1);
  });

  it('lists the same trackers as silent that it counts', async () => {
    const caller = { userId: users.staff, role: 'operations', clientId: null } as const;
    const list = callerOf(test.db, trackerHandlers, caller, { now });
    const { silent, silentAfterHours } = (await overviewOf('operations')).trackers;
    const query = { silentForHours: silentAfterHours, expected: true };
    expect(await list.call('countTrackers', { query })).toEqual({ count: silent });
    const { items } = await list.call('listTrackers', { query: { ...query, limit: 50, sort: 'id' } });
    // The one that was never heard of was made just now: it waits for its first report.
    expect(items.map((tracker) => tracker.id)).toEqual([trackers[2]!.id]);
  });

  it('draws deliveries by day and how long stays lasted', async () => {
    const chartsOf = async (role: 'operations' | 'client-viewer', clientId: number | null, timeZone?: string) => {
      const caller = { userId: users.staff, role, clientId };
      const charts = await callerOf(test.db, overviewHandlers, caller, { now }).callOwn('getOverviewCharts', {
        query: timeZone ? { timeZone } : {},
      });
      return overviewCharts.parse(charts);
    };
    const { deliveriesByDay, dwell } = await chartsOf('operations', null);
    expect(deliveriesByDay).toHaveLength(14);
    expect(deliveriesByDay.filter(({ deliveries }) => deliveries > 0)).toEqual([{ day: '2026-11-18', deliveries: 1 }]);
    // The same delivery, by the days of others.
    const delivered = async (timeZone: string) =>
      (await chartsOf('operations', null, timeZone)).deliveriesByDay.filter(({ deliveries }) => deliveries > 0);
    expect(await delivered('Pacific/Auckland')).toEqual([{ day: '2026-11-19', deliveries: 1 }]);
    expect(await delivered('run')).toEqual([{ day: '2026-11-18', deliveries: 1 }]);
    await test.db.query(
      sql`update production_runs set time_zone = 'Pacific/Auckland' where id = ${aurora.runId}::bigint`,
    );
    expect(await delivered('run')).toEqual([{ day: '2026-11-19', deliveries: 1 }]);
    expect(await delivered('America/New_York')).toEqual([{ day: '2026-11-18', deliveries: 1 }]);
    await expect(chartsOf('operations', null, 'Etc/Unknown')).rejects.toMatchObject({ code: 'validation-failed' });
    await test.db.query(sql`update production_runs set time_zone = 'UTC' where id = ${aurora.runId}::bigint`);
    // The one stay in storage that ended within the days: from 20 to 5 days ago.
    expect(dwell.filter(({ stays }) => stays > 0)).toEqual([{ bucket: 'over-14d', stays: 1 }]);
    const other = await insertRun(test.db, 'Delta', '2026-11-01', '2026-11-30');
    const theirs = await chartsOf('client-viewer', other.clientId);
    expect(theirs.dwell.every(({ stays }) => stays === 0)).toBe(true);
    expect(theirs.deliveriesByDay.every(({ deliveries }) => deliveries === 0)).toBe(true);
  });
});
