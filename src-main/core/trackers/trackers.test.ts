import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tracker } from '../../../src-shared/contract/trackers.ts';
import { serialNumberOf } from '../../../src-shared/domain/serial-number.ts';
import { assignRun } from '../testing/assign-run.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { callerOf, refusal } from '../testing/request.ts';
import { foundByText } from './tracker-search-store.ts';
import { trackerHandlers } from './trackers-routes.ts';
import { countTrackers } from './trackers-store.ts';

const now = new Date('2026-11-23T12:00:00Z');
const MADE = 40;
const UNMADE = 7;

describe.each(testEngines())('trackers on $name', ({ create }) => {
  let test: TestDatabase;
  let staff: ReturnType<typeof callerOf<ReturnType<typeof trackerHandlers>>>;
  let viewer: typeof staff;
  let aurora: Awaited<ReturnType<typeof insertRun>>;
  let borealis: Awaited<ReturnType<typeof insertRun>>;
  let batches: number[];
  let orderId: number;
  let made: { id: number; mac: string }[];
  let unmade: { id: number; mac: string }[];
  beforeAll(async () => {
    test = await create();
    const { db } = test;
    const userId = await insertUser(db, 'olga', 'operations');
    aurora = await insertRun(db, 'Aurora', '2026-11-01', '2026-11-30');
    borealis = await insertRun(db, 'Borealis', '2026-11-01', '2026-11-30');
    staff = callerOf(db, trackerHandlers, { userId, role: 'operations', clientId: null }, { now });
    const viewerId = await insertUser(db, 'vera', 'client-viewer', borealis.clientId);
    const asViewer = { userId: viewerId, role: 'client-viewer', clientId: borealis.clientId } as const;
    viewer = callerOf(db, trackerHandlers, asViewer, { now });
    batches = await insertIds(
      db,
      sql`insert into key_batches (label, requested_count, state, created_by, first_exported_at) values
        ('One', 10, 'ready', ${userId}::bigint, now()), ('Two', 10, 'ready', ${userId}::bigint, null) returning id`,
    );
    made = await insertTrackers(db, { count: MADE, keyBatchId: batches[0]! });
    unmade = [
      ...(await insertTrackers(db, { count: 4, first: 101, manufactured: false, keyBatchId: batches[0]! })),
      ...(await insertTrackers(db, { count: 3, first: 105, manufactured: false, keyBatchId: batches[1]! })),
    ];
    // Only the first batch was exported, with serial numbers of our own on its labels.
    await db.query(sql`
      insert into manufacturer_exports (key_batch_id, format, key_count, sha256, exported_by, exported_at, through_id, profile)
      values (${batches[0]!}::bigint, 'csv', 44, sha256('x'), ${userId}::bigint, now(), ${unmade[6]!.id}::bigint,
        '{"serialPrefix": "GL", "columns": [{"field": "serialNumber", "name": "SN"}]}')`);
    [orderId] = (await insertIds(
      db,
      sql`insert into customer_orders (client_id, quantity, created_by) values (${aurora.clientId}::bigint, 9, ${userId}::bigint) returning id`,
    )) as [number];
    const ids = made.map((tracker) => tracker.id);
    // A third in each run, two thirds with reports, several at the same instant, which differ in microseconds only.
    await assignRun(
      db,
      ids.filter((_, i) => (i + 1) % 3 === 0),
      aurora.runId,
      now,
    );
    await assignRun(
      db,
      ids.filter((_, i) => (i + 1) % 3 === 1),
      borealis.runId,
      now,
    );
    await db.query(sql`insert into nearest_cities (id, name, country_code) values (1, 'Basel', 'CH')`);
    await db.query(sql`update tracker_status set status = (array['IN_TRANSIT', 'IN_STORAGE', 'DELIVERED'])[1 + n % 3],
        last_reported_at = ${now}::timestamptz - (n / 5) * interval '5 hours' - (n % 2) * interval '1 microsecond',
        last_position = st_makepoint(7.5, 47.5)::geography, last_horizontal_accuracy_m = 30, report_count = n,
        last_battery_level = 'low', last_nearest_city_id = 1, last_nearest_city_distance_m = 900
      from unnest(${ids}::bigint[]) with ordinality as m (id, n) where tracker_id = m.id and n % 3 <> 2`);
    await db.query(sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
      select ${orderId}::bigint, id, ${userId}::bigint, now() from unnest(${ids.slice(0, 6)}::bigint[]) as id`);
    await db.query(sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at, released_at)
      select ${orderId}::bigint, id, ${userId}::bigint, now(), now() from unnest(${ids.slice(4, 9)}::bigint[]) as id`);
  });
  afterAll(() => test?.close());

  const allPages = async (query: object, caller = staff): Promise<Tracker[]> => {
    const seen: Tracker[] = [];
    let cursor: string | undefined;
    do {
      const page = await caller.call('listTrackers', { query: { limit: 4, sort: 'id', ...query, cursor } });
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      expect(seen.length).toBeLessThanOrEqual(MADE + UNMADE);
    } while (cursor);
    return seen;
  };

  it('pages through every order without losing or repeating one, those without the value last', async () => {
    const everyId = [...made, ...unmade].map((tracker) => tracker.id);
    const { rows } = await test.db.query<{ id: number; mac: string | null; at: string | null }>(sql`
      select t.id, t.mac_address::text as mac, extract(epoch from s.last_reported_at)::text as at
      from trackers t join tracker_status s on s.tracker_id = t.id`);
    const of = new Map(rows.map((row) => [row.id, row]));
    const idsBy = async (sort: string) => (await allPages({ sort })).map((tracker) => tracker.id);
    const byId = (a: number, b: number) => a - b;
    const sorted = (value: (id: number) => string | null, sign: 1 | -1, tieSign: 1 | -1, emptySign: 1 | -1) => {
      const compare = (a: number, b: number) =>
        (value(a)! < value(b)! ? -sign : value(a)! > value(b)! ? sign : 0) || tieSign * (a - b);
      const filled = everyId.filter((id) => value(id) !== null).toSorted(compare);
      return [...filled, ...everyId.filter((id) => value(id) === null).toSorted((a, b) => emptySign * (a - b))];
    };
    expect(await idsBy('id')).toEqual(everyId.toSorted(byId));
    expect(await idsBy('-id')).toEqual(everyId.toSorted(byId).reverse());
    const mac = (id: number) => of.get(id)!.mac;
    expect(await idsBy('macAddress')).toEqual(sorted(mac, 1, 1, 1));
    expect(await idsBy('-macAddress')).toEqual(sorted(mac, -1, 1, 1));
    // Epoch texts of equal length: they compare as the instants do.
    const at = (id: number) => of.get(id)!.at;
    expect(await idsBy('lastReportedAt')).toEqual(sorted(at, 1, 1, 1));
    expect(await idsBy('-lastReportedAt')).toEqual(sorted(at, -1, -1, -1));
  });

  it('filters, counts what it lists, and tells the stage', async () => {
    const everything = await allPages({});
    const check = async (query: object, keep: (tracker: Tracker) => boolean) => {
      const expected = everything.filter(keep).map((tracker) => tracker.id);
      for (const sort of ['id', '-lastReportedAt', 'macAddress']) {
        const listed = (await allPages({ ...query, sort })).map((tracker) => tracker.id);
        expect(listed.toSorted((a, b) => a - b)).toEqual(expected);
      }
      expect(await staff.call('countTrackers', { query })).toEqual({ count: expected.length });
      return expected.length;
    };
    const counts = {
      allocated: await check({ stage: 'allocated' }, (tracker) => tracker.stage === 'allocated'),
      manufactured: await check({ stage: 'manufactured' }, (tracker) => tracker.stage === 'manufactured'),
      exported: await check({ stage: 'exported' }, (tracker) => tracker.stage === 'exported'),
      generated: await check({ stage: 'generated' }, (tracker) => tracker.stage === 'generated'),
    };
    expect(counts).toEqual({ allocated: 6, manufactured: MADE - 6, exported: 4, generated: 3 });
    expect(await check({ made: true }, (tracker) => tracker.macAddress !== null)).toBe(MADE);
    expect(await check({ made: false }, (tracker) => tracker.macAddress === null)).toBe(UNMADE);
    await check({ clientId: aurora.clientId }, (tracker) => tracker.client?.name === 'Aurora');
    await check({ brandId: borealis.brandId }, (tracker) => tracker.brand?.id === borealis.brandId);
    await check({ productionRunId: borealis.runId }, (tracker) => tracker.productionRun?.id === borealis.runId);
    await check({ keyBatchId: batches[1] }, (tracker) => tracker.keyBatch?.id === batches[1]);
    await check({ customerOrderId: orderId }, (tracker) => tracker.customerOrder?.id === orderId);
    await check({ status: 'DELIVERED' }, (tracker) => tracker.status === 'DELIVERED');
    const since = now.getTime() - 12 * 3_600_000;
    const silent = (tracker: Tracker) => !tracker.lastReport || Date.parse(tracker.lastReport.reportedAt) < since;
    await check({ silentForHours: 12 }, silent);
    const [reportedFrom, reportedTo] = [since, now.getTime() - 3_600_000].map((at) => new Date(at).toISOString());
    const from = (tracker: Tracker) => tracker.lastReport !== null && tracker.lastReport.reportedAt >= reportedFrom!;
    const until = (tracker: Tracker) => tracker.lastReport !== null && tracker.lastReport.reportedAt < reportedTo!;
    const reported = [
      await check({ reportedFrom }, from),
      await check({ reportedTo }, until),
      await check({ reportedFrom, reportedTo }, (tracker) => from(tracker) && until(tracker)),
    ];
    expect(reported.every((count) => count > 0 && count < MADE)).toBe(true);
    const inRuns = everything.filter((tracker) => tracker.productionRun !== null).slice(0, 4);
    await test.db.query(sql`
      with place as (insert into locations (kind, name, position, geofence_radius_m) values
        ('delivery', 'Shop', st_makepoint(8.6, 50.1)::geography, 100) returning id)
      insert into deliveries (tracker_id, run_period_id, production_run_id, client_id, location_id, visit_id, entered_at,
        confirmed_at, confirmed_payload_hash, report_count, minimum_dwell_minutes, recorded_at)
      select t.id, s.run_period_id, t.production_run_id, t.client_id, place.id, gen_random_uuid(), ${now},
        ${now}::timestamptz + n * interval '1 day', sha256('x'), 2, 60, ${now}
      from unnest(${inRuns.map(({ id }) => id)}::bigint[]) with ordinality as m (id, n) join trackers t on t.id = m.id
        join tracker_status s on s.tracker_id = t.id, place`);
    const days = (n: number) => new Date(now.getTime() + n * 86_400_000).toISOString();
    const delivered =
      (...wanted: number[]) =>
      (tracker: Tracker) =>
        wanted.includes(inRuns.indexOf(tracker) + 1);
    await check({ deliveredFrom: days(2) }, delivered(2, 3, 4));
    await check({ deliveredTo: days(2) }, delivered(1));
    await check({ deliveredFrom: days(2), deliveredTo: days(4) }, delivered(2, 3));
    await check(
      { silentForHours: 12, clientId: aurora.clientId, status: 'IN_TRANSIT' },
      (tracker) => silent(tracker) && tracker.client?.name === 'Aurora' && tracker.status === 'IN_TRANSIT',
    );
  });

  it('finds a tracker by its address or a part of it, its serial number or its key', async () => {
    const { id, mac } = made[20]!;
    const one = await staff.call('getTracker', { params: { trackerId: id } });
    const finds = async (search: string, isWithin = false) => {
      const ids = (await allPages({ search })).map((tracker) => tracker.id);
      expect(await staff.call('countTrackers', { query: { search } })).toEqual({ count: ids.length });
      // Each tracker asked says the same, but for digits within an address, of which nobody has many.
      const { rows } = await test.db.query<{ id: number }>(sql`
        select t.id from trackers t join tracker_status s on s.tracker_id = t.id
        where t.retired_at is null and ${foundByText(search)} order by t.id`);
      expect(rows.map((row) => row.id)).toEqual(isWithin ? [] : ids.toSorted((a, b) => a - b));
      return ids;
    };
    const digits = mac.replaceAll(':', '').toLowerCase();
    expect(await finds(mac)).toEqual([id]);
    expect(await finds(digits)).toEqual([id]);
    expect(await finds(`${digits.slice(0, 4)}.${digits.slice(4, 7)}`)).toEqual([id]);
    expect(await finds(mac.slice(6).replaceAll(':', '-'))).toEqual([id]);
    expect(await finds(digits.slice(3, 10), true)).toEqual([id]);
    expect(await finds(unmade[0]!.mac)).toEqual([unmade[0]!.id]);
    expect(await finds(one.serialNumber!.toLowerCase())).toEqual([id]);
    expect(await finds('SN-')).toHaveLength(MADE);
    expect(await finds(one.hashedAdvertisementKey)).toEqual([id]);
    expect(await finds(one.hashedAdvertisementKey.slice(0, 9))).toEqual([id]);
    expect(await finds(one.advertisementKey)).toEqual([id]);
    for (const key of [one.hashedAdvertisementKey, one.advertisementKey].map((text) => Buffer.from(text, 'base64'))) {
      expect(await finds(key.toString('base64url'))).toEqual([id]);
      expect(await finds(key.toString('hex'))).toEqual([id]);
      expect(await finds(key.toString('hex').toUpperCase().slice(0, 17))).toEqual([id]);
    }
    expect(await finds(serialNumberOf('GL', unmade[2]!.id).toLowerCase())).toEqual([unmade[2]!.id]);
    expect(await finds(serialNumberOf('GX', unmade[2]!.id))).toEqual([]);
    expect(await finds(serialNumberOf('GL', unmade[5]!.id))).toEqual([]);
    expect(await finds('%')).toEqual([]);
    expect(await finds('no such thing')).toEqual([]);
  });

  it('counts what a text finds up to a limit, and says that there are more', async () => {
    const [userId] = await insertIds(test.db, sql`select min(id) as id from users`);
    for (const clientId of [null, borealis.clientId]) {
      const scope = { kind: 'user' as const, userId: userId!, clientId };
      const count = (search: string, most: number, others = {}) =>
        test.db.transaction(scope, (tx) => countTrackers(tx, { search, ...others }, now, most));
      const { count: all } = await count('SN-', 1_000);
      expect(all).toBeGreaterThan(5);
      expect(await count('SN-', all)).toEqual({ count: all });
      expect(await count('SN-', all - 1)).toEqual({ count: all - 1, isMore: true });
      // With another filter fewer are left than the text finds.
      const { count: some } = await count('SN-', 1_000, { status: 'IN_TRANSIT' });
      expect(some).toBeLessThan(all);
      expect(await count('SN-', all - 1, { status: 'IN_TRANSIT' })).toEqual({ count: some });
    }
  });

  it('shows one tracker with everything that belongs to it', async () => {
    const tracker = await staff.call('getTracker', { params: { trackerId: made[2]!.id } });
    expect(tracker).toMatchObject({
      macAddress: made[2]!.mac,
      stage: 'allocated',
      keyBatch: { name: 'One' },
      productionRun: { name: 'Aurora' },
      customerOrder: { id: orderId },
      status: 'IN_TRANSIT',
      lastReport: {
        position: { coordinates: [7.5, 47.5] },
        horizontalAccuracyM: 30,
        batteryLevel: 'low',
        nearestCity: { name: 'Basel', countryCode: 'CH', distanceM: 900 },
      },
      reportCount: 3,
    });
    expect(await refusal(staff.call('getTracker', { params: { trackerId: 999_999 } }))).toMatchObject({
      code: 'not-found',
    });
  });

  it('moves trackers to a run and out of one, and queues those that moved to be folded again', async () => {
    const ids = [made[30]!.id, made[31]!.id, made[32]!.id, 999_999];
    const pending = () => insertIds(test.db, sql`select tracker_id as id from status_pending order by tracker_id`);
    const assign = (productionRunId: number | null) =>
      staff.call('assignTrackers', { body: { trackerIds: ids, productionRunId } });
    await assign(null);
    await test.db.query(sql`delete from status_pending`);
    expect(await assign(aurora.runId)).toEqual({ moved: 3 });
    expect(await pending()).toEqual(ids.slice(0, 3));
    await test.db.query(sql`delete from status_pending`);
    expect(await assign(aurora.runId)).toEqual({ moved: 0 });
    expect(await pending()).toEqual([]);
    expect(await refusal(assign(999_999))).toMatchObject({ code: 'validation-failed' });
    expect(await assign(null)).toEqual({ moved: 3 });
  });

  it('shows a client’s user their own trackers with their stage, and no order or batch', async () => {
    const own = await allPages({}, viewer);
    expect(own.length).toBeGreaterThan(5);
    for (const tracker of own)
      expect(tracker).toMatchObject({ client: { name: 'Borealis' }, keyBatch: null, customerOrder: null });
    expect(new Set(own.map((tracker) => tracker.stage))).toEqual(new Set(['allocated', 'manufactured']));
    expect(await viewer.call('countTrackers', { query: {} })).toEqual({ count: own.length });
    expect(await allPages({ search: made[2]!.mac }, viewer)).toEqual([]);
    expect(await allPages({ clientId: aurora.clientId }, viewer)).toEqual([]);
    expect(await refusal(viewer.call('getTracker', { params: { trackerId: made[2]!.id } }))).toMatchObject({
      code: 'not-found',
    });
  });
});
