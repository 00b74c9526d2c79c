import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../status/testing/status-world.ts';
import { insertIds, insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { expectSound } from '../testing/order-world.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 3);

/** Devices that come back, get lost or were never meant, as people use the routes. */
describe.each(testEngines())('returns and retirement on $name', ({ create }) => {
  let test: TestDatabase;
  let running: TestConsole;
  let wanda: string;
  let boss: string;
  let run: Awaited<ReturnType<typeof insertRun>>;
  let nextRun: number;
  let made = 0;
  let n = 0;

  beforeAll(async () => {
    test = await create();
    running = await testConsole(test);
    [boss, wanda] = [await running.signIn('operations'), await running.signIn('warehouse')];
    run = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
    [nextRun] = (await insertIds(
      test.db,
      sql`insert into production_runs (brand_id, name, start_date, end_date)
        values (${run.brandId}, 'next', '2026-11-01', '2026-11-30') returning id`,
    )) as [number];
  }, 60_000);
  afterAll(() => running?.close());

  const at = (hours: number) => {
    running.clock.now = new Date(START + hours * HOUR);
  };
  const send = async (method: 'POST' | 'GET' | 'DELETE' | 'PATCH', path: string, body?: object, as = boss) => {
    const answer = await running.send(method, path, body === undefined ? { as } : { as, body });
    return { status: answer.status, ...answer.body };
  };
  const newDevices = async (count: number) => {
    made += 50;
    const first = made;
    return insertTrackers(test.db, { count, first });
  };
  const newOrder = async (quantity: number, productionRunId: number | null = run.runId) =>
    (await send('POST', '/customer-orders', { clientId: run.clientId, productionRunId, quantity })).id as number;
  const scan = (order: number, mac: string, more = {}) =>
    send('POST', `/customer-orders/${order}/allocations`, { scan: mac, ...more }, wanda);
  const report = (trackerId: number, hours: number) =>
    ingest(test.db, [
      { trackerId, at: START + hours * HOUR, n: n++, position: { longitude: 8, latitude: 47 }, accuracyM: 9 },
    ]);
  const periodsOf = async (trackerId: number) => {
    const { rows } = await test.db.query<{ run: number; from: number; to: number; by: string | null }>(sql`
      select production_run_id as run, (extract(epoch from starts_at) * 1000)::float8 as from,
        (extract(epoch from ends_at) * 1000)::float8 as to, ended_by as by
      from run_periods where tracker_id = ${trackerId} and voided_at is null order by starts_at`);
    return rows.map((row) => [row.run, (row.from - START) / HOUR, (row.to - START) / HOUR, row.by]);
  };

  it('a return ends the run period and keeps what was shipped, also of a closed order, and is not undone', async () => {
    const [device] = (await newDevices(1)) as [{ id: number; mac: string }];
    at(0);
    const order = await newOrder(1);
    await scan(order, device.mac);
    await report(device.id, 2);
    await send('PATCH', `/customer-orders/${order}`, { action: 'close' });
    at(50);
    const path = `/customer-orders/${order}`;
    expect(await send('DELETE', `${path}/allocations?macAddress=${device.mac}`, undefined, wanda)).toMatchObject({
      status: 409,
    });
    expect(
      await send('POST', `${path}/returns`, { macAddress: device.mac, reason: 'lost', at: iso(51) }),
    ).toMatchObject({
      status: 422,
      fields: [{ path: 'at' }],
    });
    const back = { macAddress: device.mac, reason: 'broken', at: iso(40) };
    const returned = await send('POST', `${path}/returns`, back, wanda);
    expect(returned).toMatchObject({ outcome: 'returned', order: { state: 'closed', allocatedCount: 1 } });
    expect(await send('POST', `${path}/returns`, back, wanda)).toEqual(returned);
    expect(await periodsOf(device.id)).toEqual([[run.runId, -Infinity, 40, 'return']]);
    expect((await send('GET', `${path}/allocations`)).items).toMatchObject([
      { macAddress: device.mac, returned: { reason: 'broken', at: iso(40) } },
    ]);
    expect(await (await running.raw('GET', `${path}/packing-list`, { as: boss })).text()).toContain(',broken');
    const undo = `${path}/allocations?macAddress=${device.mac}&leaving=undo`;
    expect(await send('DELETE', undo, undefined, wanda)).toMatchObject({ status: 409 });
    await expectSound(test);
  });

  it('a scan of a device whose order is closed offers its return, which the same scan does', async () => {
    const [device, other] = (await newDevices(2)) as [{ id: number; mac: string }, { id: number; mac: string }];
    at(0);
    const [first, second] = [await newOrder(1), await newOrder(1, nextRun)];
    await scan(first, device.mac);
    at(30);
    const offered = () => scan(second, device.mac);
    expect(await offered()).toMatchObject({ outcome: 'in-another-order', otherOrder: { id: first, closed: false } });
    expect(await scan(second, device.mac, { returning: 'returned' })).toMatchObject({ outcome: 'in-another-order' });
    await send('PATCH', `/customer-orders/${first}`, { action: 'close' });
    expect(await offered()).toMatchObject({ outcome: 'in-another-order', otherOrder: { id: first, closed: true } });
    expect(await scan(second, device.mac, { returning: 'returned' })).toMatchObject({ outcome: 'allocated' });
    expect(await periodsOf(device.id)).toEqual([
      [run.runId, -Infinity, 30, 'return'],
      [nextRun, 30, Infinity, null],
    ]);
    expect(await send('GET', `/customer-orders/${first}`)).toMatchObject({ state: 'closed', allocatedCount: 1 });
    // A full order returns nothing.
    const third = await newOrder(1);
    await scan(third, other.mac);
    await send('PATCH', `/customer-orders/${second}`, { action: 'close' });
    expect(await scan(third, device.mac, { returning: 'returned' })).toMatchObject({ outcome: 'in-another-order' });
    await expectSound(test);
  });

  it('a cancelled order keeps what was shipped, and takes out the rest', async () => {
    const devices = await newDevices(4);
    at(0);
    const order = await newOrder(5);
    for (const { mac } of devices) await scan(order, mac);
    for (const { id } of devices.slice(0, 3)) await report(id, 1);
    const path = `/customer-orders/${order}`;
    expect(await send('GET', `${path}/leaving`)).toMatchObject({ undone: 4, returned: 0 });
    expect(await send('GET', `${path}/leaving?cancelling=true`)).toMatchObject({ undone: 1, returned: 3 });
    at(2);
    expect(await send('PATCH', path, { action: 'cancel' })).toMatchObject({ state: 'cancelled', allocatedCount: 3 });
    expect(await periodsOf(devices[0]!.id)).toEqual([[run.runId, -Infinity, 2, 'return']]);
    expect(await periodsOf(devices[3]!.id)).toEqual([]);
    expect(await send('PATCH', path, { action: 'reopen' })).toMatchObject({ state: 'open', allocatedCount: 3 });
    expect(await send('GET', `/trackers/count?customerOrderId=${order}`)).toMatchObject({ count: 3 });
    expect(await send('GET', `${path}/history`)).toMatchObject({
      items: [{ kind: 'reopened' }, { kind: 'cancelled', details: { released: 1, returned: 3 } }, { kind: 'placed' }],
    });
    await expectSound(test);
  });

  it('long after its scan a device with reports is returned, unless the person says that it was never meant', async () => {
    const [one, two, silent] = (await newDevices(3)) as { id: number; mac: string }[];
    at(0);
    const order = await newOrder(5);
    for (const { mac } of [one!, two!, silent!]) await scan(order, mac);
    for (const { id } of [one!, two!]) await report(id, 1);
    at(26);
    const leave = (mac: string, more = '') =>
      send('DELETE', `/customer-orders/${order}/allocations?macAddress=${mac}${more}`, undefined, wanda);
    expect(await leave(one!.mac)).toMatchObject({ outcome: 'returned', order: { allocatedCount: 3 } });
    expect(await leave(two!.mac, '&leaving=undo')).toMatchObject({ outcome: 'undone', order: { allocatedCount: 2 } });
    expect(await leave(silent!.mac)).toMatchObject({ outcome: 'undone', order: { allocatedCount: 1 } });
    expect(await periodsOf(one!.id)).toHaveLength(1);
    expect(await periodsOf(two!.id)).toEqual([]);
    await expectSound(test);
  });

  it('a retired tracker leaves order, run, lists and map, keeps its history, and comes back without what was before', async () => {
    const [device] = (await newDevices(1)) as [{ id: number; mac: string }];
    at(0);
    const order = await newOrder(3);
    await scan(order, device.mac);
    await test.db.query(sql`update tracker_status set last_reported_at = ${running.clock.now}::timestamptz,
      last_position = st_makepoint(31, 61)::geography, last_horizontal_accuracy_m = 9 where tracker_id = ${device.id}`);
    const trackerIds = [device.id];
    const listed = async (more = '') =>
      (await send('GET', `/trackers?search=${device.mac}${more}`)).items.map(({ id }: { id: number }) => id);
    const onMap = async () => (await send('GET', '/map/trackers?bbox=30,60,32,62&zoom=9')).total;
    const all = (await send('GET', '/trackers/count')).count;
    expect([await listed(), await onMap()]).toEqual([[device.id], 1]);
    at(20);
    expect(await send('POST', '/trackers/retire', { trackerIds, reason: 'lost' }, wanda)).toMatchObject({ retired: 1 });
    expect(await send('POST', '/trackers/retire', { trackerIds, reason: 'sold' }, wanda)).toMatchObject({ retired: 0 });
    expect([await listed(), await listed('&retired=with'), await listed('&retired=only'), await onMap()]).toEqual([
      [],
      [device.id],
      [device.id],
      0,
    ]);
    expect((await send('GET', '/trackers/count')).count).toBe(all - 1);
    expect(await send('GET', '/trackers/count?retired=only')).toMatchObject({ count: 1 });
    expect(await send('GET', `/trackers/${device.id}`)).toMatchObject({
      retired: { reason: 'lost', at: iso(20) },
      productionRun: null,
      customerOrder: null,
      stage: 'manufactured',
    });
    expect(await send('GET', `/customer-orders/${order}`)).toMatchObject({ allocatedCount: 1 });
    expect(await scan(order, device.mac)).toMatchObject({ outcome: 'retired' });
    expect(await send('POST', '/trackers/assign', { trackerIds, productionRunId: nextRun })).toMatchObject({
      status: 409,
      detail: expect.stringContaining(`${device.mac} (lost)`),
    });
    at(30);
    expect(await send('POST', '/trackers/bring-back', { trackerIds }, wanda)).toMatchObject({ broughtBack: 1 });
    expect(await scan(order, device.mac)).toMatchObject({ outcome: 'allocated' });
    expect(await periodsOf(device.id)).toEqual([
      [run.runId, -Infinity, 20, 'retirement'],
      [run.runId, 30, Infinity, null],
    ]);
    const { rows } = await test.db.query<{ action: string }>(
      sql`select action from audit_entries where action like 'trackers.%' or action = 'allocation.return' order by sequence`,
    );
    expect(new Set(rows.map((row) => row.action))).toEqual(
      new Set(['allocation.return', 'trackers.retire', 'trackers.bringBack']),
    );
    await expectSound(test);
  });

  it('one that was retired without ever being in a run begins its first run when it is assigned', async () => {
    const [device] = (await newDevices(1)) as [{ id: number; mac: string }];
    const trackerIds = [device.id];
    at(5);
    await send('POST', '/trackers/retire', { trackerIds, reason: 'broken' });
    await send('POST', '/trackers/bring-back', { trackerIds });
    await send('POST', '/trackers/assign', { trackerIds, productionRunId: nextRun });
    expect(await periodsOf(device.id)).toEqual([[nextRun, 5, Infinity, null]]);
  });

  it('a device that is scanned without an order is returned from its own, and a mistake is taken back', async () => {
    const [device, second] = (await newDevices(2)) as [{ id: number; mac: string }, { id: number; mac: string }];
    at(0);
    const order = await newOrder(2);
    await scan(order, device.mac);
    const back = (mac: string, more = {}) => send('POST', '/returns', { scan: mac, reason: 'broken', ...more }, wanda);
    at(1);
    expect(await back(device.mac)).toMatchObject({ outcome: 'order-in-work', order: { id: order, state: 'open' } });
    expect(await back(second.mac)).toMatchObject({ outcome: 'not-in-an-order', order: null, before: null });
    expect(await back('02:00:00:00:00:99')).toMatchObject({ outcome: 'unknown-mac', order: null });
    expect(await back('a box')).toMatchObject({ outcome: 'malformed', macAddress: null });
    await scan(order, second.mac);
    await send('PATCH', `/customer-orders/${order}`, { action: 'close' });
    at(40);
    const once = { mutationId: crypto.randomUUID() };
    const returned = await back(device.mac, once);
    expect(returned).toMatchObject({ outcome: 'returned', order: { id: order, state: 'closed' } });
    at(41);
    expect(await back(device.mac, once)).toEqual(returned);
    expect(await back(device.mac)).toMatchObject({
      ...{ outcome: 'not-in-an-order', order: { id: order } },
      before: { reason: 'broken', by: expect.stringContaining('warehouse'), at: iso(40) },
    });
    const undo = () =>
      send('DELETE', `/customer-orders/${order}/returns/${returned.order.allocationId}`, undefined, wanda);
    expect(await undo()).toMatchObject({ status: 200, outcome: 'return-undone', order: { allocatedCount: 2 } });
    expect(await undo()).toMatchObject({ status: 200, outcome: 'return-undone' });
    expect(await periodsOf(device.id)).toEqual([[run.runId, -Infinity, Infinity, null]]);
    const { rows } = await test.db.query<{ action: string }>(sql`
      select action from audit_entries where resource_id = ${String(order)} and action like 'allocation.%eturn' order by sequence`);
    expect(rows.map(({ action }) => action)).toContain('allocation.undoReturn');

    await back(device.mac);
    const next = await newOrder(1, nextRun);
    await scan(next, device.mac);
    expect(await undo()).toMatchObject({ status: 409, detail: expect.stringContaining('was scanned into ORD-') });
    expect((await back(second.mac)).outcome).toBe('returned');
    at(70);
    const late = (await back(second.mac)).order.allocationId;
    expect(await send('DELETE', `/customer-orders/${order}/returns/${late}`, undefined, wanda)).toMatchObject({
      ...{ status: 409, detail: expect.stringContaining('more than 24 hours ago') },
    });
    expect(await send('DELETE', `/customer-orders/${next}/returns/${late}`, undefined, wanda)).toMatchObject({
      status: 404,
    });
    const recent = async (as: string) =>
      (await send('GET', '/recent-orders', undefined, as)).items.map((one: { order: { id: number } }) => one.order.id);
    expect((await recent(wanda)).slice(0, 2)).toEqual([order, next]);
    // Each person has their own.
    expect(await recent(boss)).not.toContain(order);
    await expectSound(test);
  });
});

const iso = (hours: number) => new Date(START + hours * HOUR).toISOString();
