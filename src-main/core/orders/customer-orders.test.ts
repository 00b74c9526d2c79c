import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dueOf } from '../../../src-shared/domain/due-date.ts';
import { assignRun } from '../testing/assign-run.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { callerOf, refusal } from '../testing/request.ts';
import { customerOrderHandlers } from './customer-orders-routes.ts';

const now = new Date('2026-11-23T12:00:00Z');

describe.each(testEngines())('customer orders on $name', ({ create }) => {
  let test: TestDatabase;
  let station: ReturnType<typeof callerOf<ReturnType<typeof customerOrderHandlers>>>;
  let aurora: Awaited<ReturnType<typeof insertRun>>;
  let borealis: Awaited<ReturnType<typeof insertRun>>;
  let stock: { id: number; mac: string }[];
  let next = 0;
  beforeAll(async () => {
    test = await create();
    const userId = await insertUser(test.db, 'Wanda', 'warehouse');
    station = callerOf(test.db, customerOrderHandlers, { userId, role: 'operations', clientId: null }, { now });
    aurora = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
    borealis = await insertRun(test.db, 'Borealis', '2026-11-01', '2026-11-30');
    stock = await insertTrackers(test.db, { count: 80 });
  });
  afterAll(() => test?.close());
  beforeEach(async () => {
    await test.db.query(sql`delete from status_pending`);
    station.events.length = 0;
  });

  const device = () => stock[next++]!;
  const place = (quantity: number, extra: object = {}) =>
    station.call('createCustomerOrder', {
      body: {
        clientId: aurora.clientId,
        brandId: null,
        productionRunId: aurora.runId,
        quantity,
        dueDate: null,
        notes: '',
        ...extra,
      },
    });
  const scan = (customerOrderId: number, text: string, mutationId?: string) =>
    station.call('allocate', { params: { customerOrderId }, body: { scan: text, mutationId } });
  const undo = (customerOrderId: number, query: object) =>
    station.call('undoAllocation', { params: { customerOrderId }, query });
  const update = (customerOrderId: number, body: object) =>
    station.call('updateCustomerOrder', { params: { customerOrderId }, body });
  const read = (customerOrderId: number) => station.call('getCustomerOrder', { params: { customerOrderId } });
  const scans = async (customerOrderId: number) =>
    (await station.call('listScans', { params: { customerOrderId }, query: { limit: 100 } })).items;
  const runOf = async (id: number) =>
    (await test.db.query<{ run: number | null }>(sql`select production_run_id as run from trackers where id = ${id}`))
      .rows[0]!.run;
  const pending = () => insertIds(test.db, sql`select tracker_id as id from status_pending order by tracker_id`);

  it('lists orders by any column and page by page, those without a due date last, and the late ones alone', async () => {
    const client = await insertRun(test.db, 'Sorted', '2026-11-01', '2026-11-30');
    await test.db.query(
      sql`update production_runs set time_zone = 'Pacific/Auckland' where id = ${client.runId}::bigint`,
    );
    const of = { clientId: client.clientId, productionRunId: null };
    const due = ['2026-12-01', null, '2026-11-22', '2026-12-01', null, '2026-11-23'];
    const ids: number[] = [];
    for (const dueDate of due) ids.push((await place(2, { ...of, dueDate })).id);
    // It is the 24th already where this one's run counts its days.
    ids.push((await place(2, { ...of, dueDate: '2026-11-23', productionRunId: client.runId })).id);
    const list = async (query: object) => {
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await station.call('listCustomerOrders', {
          query: { limit: 2, clientId: client.clientId, cursor, ...query },
        });
        found.push(...page.items.map(({ id }) => ids.indexOf(id)));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      return found;
    };
    expect(await list({})).toEqual([6, 5, 4, 3, 2, 1, 0]);
    expect(await list({ sort: 'number' })).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await list({ sort: 'due' })).toEqual([2, 5, 6, 0, 3, 1, 4]);
    expect(await list({ sort: '-due' })).toEqual([3, 0, 6, 5, 2, 4, 1]);
    for (const sort of ['client', '-client', 'progress', '-progress', 'createdAt', '-createdAt'])
      expect([...(await list({ sort }))].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const late = await list({ late: true, sort: 'due' });
    expect(late).toEqual([2, 6]);
    const { items } = await station.call('listCustomerOrders', { query: { limit: 50, clientId: client.clientId } });
    expect(items.filter((order) => dueOf(order, now).kind === 'late').map(({ id }) => ids.indexOf(id))).toEqual([6, 2]);
  });

  it('places an order with a number, the run’s brand, and an event', async () => {
    const order = await place(5);
    expect(order).toMatchObject({
      number: `ORD-${String(order.id).padStart(6, '0')}`,
      client: { name: 'Aurora' },
      brand: { id: aurora.brandId },
      allocatedCount: 0,
      state: 'open',
      createdBy: 'Wanda',
    });
    expect(station.events).toEqual([{ type: 'order', orderId: order.id }]);
    const found = await station.call('listCustomerOrders', { query: { limit: 9, search: order.number.toLowerCase() } });
    expect(found.items).toEqual([order]);
    expect(await refusal(place(5, { productionRunId: borealis.runId }))).toMatchObject({
      code: 'validation-failed',
      extras: { fields: [{ path: 'productionRunId' }] },
    });
  });

  it('answers each kind of scan with its outcome, and records every one', async () => {
    const [first, second, third] = [device(), device(), device()];
    const [unmade] = await insertTrackers(test.db, { count: 1, first: 5001, manufactured: false });
    const other = await place(1);
    const order = await place(1);
    expect(await scan(order.id, '4006381333931')).toMatchObject({ outcome: 'malformed', macAddress: null });
    expect(await scan(order.id, '12:34:56\0\ud800')).toMatchObject({
      outcome: 'malformed',
      scanned: '12:34:56\ufffd\ufffd',
    });
    expect(await scan(order.id, 'DE:AD:BE:EF:00:01')).toMatchObject({ outcome: 'unknown-mac' });
    expect(await scan(order.id, unmade!.mac)).toMatchObject({ outcome: 'not-manufactured', trackerId: unmade!.id });
    expect(await scan(other.id, second.mac)).toMatchObject({ outcome: 'allocated', order: { state: 'filled' } });
    const done = await scan(order.id, `MAC:${first.mac.replaceAll(':', '').toLowerCase()}`);
    expect(done).toMatchObject({
      outcome: 'allocated',
      macAddress: first.mac,
      trackerId: first.id,
      order: { allocatedCount: 1, quantity: 1, state: 'filled' },
      scannedAt: now.toISOString(),
    });
    expect(await scan(order.id, first.mac)).toMatchObject({
      outcome: 'already-in-this-order',
      allocationId: done.allocationId,
    });
    expect(await scan(order.id, second.mac)).toMatchObject({
      outcome: 'in-another-order',
      otherOrder: { id: other.id, number: other.number, allocatedBy: 'Wanda', allocatedAt: now.toISOString() },
    });
    expect(await scan(order.id, third.mac)).toMatchObject({ outcome: 'order-full', trackerId: third.id });
    await update(order.id, { action: 'close' });
    expect(await scan(order.id, third.mac)).toMatchObject({ outcome: 'order-closed', order: { state: 'closed' } });
    expect((await scans(order.id)).map((entry) => entry.outcome)).toEqual([
      'order-closed',
      'order-full',
      'in-another-order',
      'already-in-this-order',
      'allocated',
      'not-manufactured',
      'unknown-mac',
      'malformed',
      'malformed',
    ]);
    expect(await refusal(scan(999_999, first.mac))).toMatchObject({ code: 'not-found' });
  });

  it('moves a device into the order’s run, and back when it is undone, which reopens the order', async () => {
    const { id, mac } = device();
    await assignRun(test.db, [id], borealis.runId, now);
    const order = await place(1);
    const done = await scan(order.id, mac);
    expect(await runOf(id)).toBe(aurora.runId);
    expect(await pending()).toEqual([id]);
    await test.db.query(sql`delete from status_pending`);
    const undone = await undo(order.id, { macAddress: mac.toLowerCase() });
    expect(undone).toMatchObject({
      outcome: 'undone',
      allocationId: done.allocationId,
      order: { allocatedCount: 0, state: 'open' },
    });
    expect(await runOf(id)).toBe(borealis.runId);
    expect(await pending()).toEqual([id]);
    // Sent again after a lost answer, by either name.
    expect(await undo(order.id, { macAddress: mac })).toEqual(undone);
    expect(await undo(order.id, { allocationId: done.allocationId })).toEqual(undone);
    expect((await read(order.id)).allocatedCount).toBe(0);
    expect(await scans(order.id)).toHaveLength(2);
    expect(await refusal(undo(order.id, { macAddress: device().mac }))).toMatchObject({ code: 'not-found' });
    expect(await refusal(undo(order.id, { macAddress: 'AB:CD' }))).toMatchObject({ code: 'validation-failed' });
  });

  it('leaves a device where someone has moved it since, and never in a run of another client', async () => {
    const [moved, foreign] = [device(), device()];
    const order = await place(2);
    await scan(order.id, moved.mac);
    await assignRun(test.db, [moved.id], borealis.runId, now);
    await undo(order.id, { macAddress: moved.mac });
    expect(await runOf(moved.id)).toBe(borealis.runId);
    await assignRun(test.db, [foreign.id], borealis.runId, now);
    const withoutRun = await place(1, { productionRunId: null });
    await scan(withoutRun.id, foreign.mac);
    expect(await runOf(foreign.id)).toBeNull();
    await undo(withoutRun.id, { macAddress: foreign.mac });
    expect(await runOf(foreign.id)).toBe(borealis.runId);
  });

  it('answers a scan that is sent again as before, and does nothing', async () => {
    const { mac } = device();
    const order = await place(3);
    const mutationId = crypto.randomUUID();
    const first = await scan(order.id, mac, mutationId);
    await undo(order.id, { macAddress: mac });
    station.events.length = 0;
    expect(await scan(order.id, mac, mutationId)).toEqual(first);
    expect(station.events).toEqual([]);
    expect((await read(order.id)).allocatedCount).toBe(0);
    const other = await place(1);
    expect(await refusal(scan(other.id, mac, mutationId))).toMatchObject({ code: 'conflict' });
  });

  it('keeps quantity above what is in the order, and fills or opens it by quantity', async () => {
    const order = await place(3);
    await scan(order.id, device().mac);
    await scan(order.id, device().mac);
    expect(await refusal(update(order.id, { quantity: 1 }))).toMatchObject({
      code: 'validation-failed',
      extras: { fields: [{ path: 'quantity' }] },
    });
    expect(await update(order.id, { quantity: 2 })).toMatchObject({ state: 'filled' });
    expect(await update(order.id, { quantity: 4, dueDate: '2026-12-01' })).toMatchObject({
      state: 'open',
      dueDate: '2026-12-01',
    });
    expect(await update(order.id, { action: 'close' })).toMatchObject({ state: 'closed', allocatedCount: 2 });
    expect(await refusal(update(order.id, { quantity: 9 }))).toMatchObject({ code: 'conflict' });
    expect(await refusal(update(order.id, { action: 'cancel' }))).toMatchObject({ code: 'conflict' });
    expect(await update(order.id, { action: 'reopen', quantity: 2 })).toMatchObject({ state: 'filled' });
  });

  it('cancelling takes every device out, each recorded, and back to its run', async () => {
    const devices = [device(), device(), device()];
    await assignRun(test.db, [devices[0]!.id], borealis.runId, now);
    const order = await place(5);
    for (const { mac } of devices) await scan(order.id, mac);
    await test.db.query(sql`delete from status_pending`);
    const cancelled = await update(order.id, { action: 'cancel' });
    expect(cancelled).toMatchObject({ state: 'cancelled', allocatedCount: 0 });
    expect(station.audits.at(-1)).toMatchObject({ details: { released: 3 } });
    expect(await Promise.all(devices.map(({ id }) => runOf(id)))).toEqual([borealis.runId, null, null]);
    expect(await pending()).toEqual(devices.map(({ id }) => id));
    expect((await scans(order.id)).map((entry) => entry.outcome)).toEqual([
      ...Array(3).fill('undone'),
      ...Array(3).fill('allocated'),
    ]);
    // It is in the box still, which an undo takes it out of; a further one gets the answer that is stored of each.
    expect(await undo(order.id, { macAddress: devices[1]!.mac })).toMatchObject({ outcome: 'undone', trackerId: null });
    expect(await undo(order.id, { macAddress: devices[1]!.mac })).toMatchObject({
      outcome: 'undone',
      trackerId: devices[1]!.id,
      order: { number: order.number, state: 'cancelled', allocatedCount: 0 },
    });
    expect(await update(order.id, { action: 'reopen' })).toMatchObject({ state: 'open', allocatedCount: 0 });
    expect((await scan(order.id, devices[0]!.mac)).outcome).toBe('allocated');
  });

  it('takes its devices along to another run', async () => {
    const { id, mac } = device();
    const order = await place(2, { productionRunId: null });
    await scan(order.id, mac);
    expect(await runOf(id)).toBeNull();
    expect(await update(order.id, { productionRunId: aurora.runId })).toMatchObject({
      productionRun: { name: 'Aurora' },
    });
    expect(await runOf(id)).toBe(aurora.runId);
    expect(await pending()).toEqual([id]);
  });

  it('deletes an order that was never scanned into, and no other', async () => {
    const order = await place(1);
    await station.call('deleteCustomerOrder', { params: { customerOrderId: order.id } });
    expect(await refusal(read(order.id))).toMatchObject({ code: 'not-found' });
    const scanned = await place(1);
    await scan(scanned.id, 'half');
    const error = await refusal(station.call('deleteCustomerOrder', { params: { customerOrderId: scanned.id } }));
    expect(error).toMatchObject({ code: 'referenced', extras: { references: [{ type: 'scan', name: 'half' }] } });
    expect(error.message).toContain('cancel the order instead');
  });

  it('lists devices newest first, and packs them as CSV in the order of scanning', async () => {
    const devices = [device(), device(), device()];
    await test.db.query(sql`update trackers set serial_number = '=HYPERLINK("x")' where id = ${devices[1]!.id}`);
    const order = await place(9);
    for (const { mac } of devices) await scan(order.id, mac);
    const params = { customerOrderId: order.id };
    const first = await station.call('listAllocations', { params, query: { limit: 2 } });
    expect(first.items.map((item) => item.macAddress)).toEqual([devices[2]!.mac, devices[1]!.mac]);
    const rest = await station.call('listAllocations', { params, query: { limit: 2, cursor: first.nextCursor } });
    expect(rest).toMatchObject({ items: [{ macAddress: devices[0]!.mac }], nextCursor: null });
    const file = await station.callOwn('getPackingList', { params, query: { format: 'csv' } });
    const lines = (await new Response(file.body as ReadableStream).text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^order,client,brand,production_run,position,mac_address/);
    expect(lines[1]).toMatch(new RegExp(`^${order.number},Aurora,Aurora,Aurora,1,${devices[0]!.mac},SN-`));
    expect(lines[2]).toContain(`2,${devices[1]!.mac},"'=HYPERLINK(""x"")",`);
  });
});
