import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BoxDifference } from '../../../src-shared/contract/box-differences.ts';
import { insertIds, insertRun, insertTrackers } from '../testing/company.ts';
import { centralEngine, type TestDatabase } from '../testing/database.ts';
import { startTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { findOrder } from './store/orders-store.ts';
import { readOrderMarks } from './sync/order-marks-store.ts';
import { type BootedConsole, bootForTest, NOTICED_MS, PASSWORD, removeFolder } from './testing/booted-console.ts';

/** A real console whose network to the database is cut, as a person at the station meets it. */
describe.each([centralEngine()])('a workstation that is cut off from $name', ({ create }) => {
  let test: TestDatabase;
  let proxy: TcpProxy;
  let running: BootedConsole;
  let devices: { id: number; mac: string }[];
  let order: number;
  let other: number;

  const scan = (mac: string, orderId = order, mutationId: string = crypto.randomUUID()) =>
    running.send('POST', `/customer-orders/${orderId}/allocations`, { scan: mac, mutationId });
  const undo = (mac: string) =>
    running.send('DELETE', `/customer-orders/${order}/allocations?macAddress=${mac}&mutationId=${crypto.randomUUID()}`);
  const live = async (orderId: number) => {
    const { rows } = await test.db.query<{ mac: string }>(sql`
      select upper(t.mac_address::text) as mac from device_allocations a join trackers t on t.id = a.tracker_id
      where a.customer_order_id = ${orderId} and a.released_at is null order by mac`);
    return rows.map((row) => row.mac);
  };
  const online = () => running.until((state) => state.link === 'online' && state.outbox.waiting === 0, 'the link');

  beforeAll(async () => {
    test = await create();
    proxy = await startTcpProxy(test.connection);
    running = await bootForTest(proxy.url);
    expect((await running.signIn('admin', PASSWORD)).status).toBe(200);
    const { clientId, runId } = await insertRun(test.db, 'Aurora', '2020-01-01', '2099-01-01');
    devices = await insertTrackers(test.db, { count: 40 });
    // The last one's label was mistyped, and corrected.
    await test.db.query(sql`insert into former_mac_addresses (tracker_id, mac_address, replaced_at)
      values (${devices[39]!.id}, '02:AA:00:00:00:01', now())`);
    await test.db.query(sql`update trackers set serial_number = 'CORRECTED' where id = ${devices[39]!.id}`);
    devices.push(...(await insertTrackers(test.db, { count: 1, first: 41, manufactured: false })));
    [order, other] = (await insertIds(
      test.db,
      sql`insert into customer_orders (client_id, production_run_id, quantity, created_by)
        select ${clientId}::bigint, ${runId}::bigint, quantity, (select min(id) from users)
        from unnest(array[20, 5]) quantity returning id`,
    )) as [number, number];
    await running.until((state) => state.copyComplete && state.devices === 41 && state.orders === 2, 'the copy');
  }, 120_000);
  afterAll(async () => {
    await running?.stop();
    await proxy?.close();
    await test?.close();
    if (running) await removeFolder(running.dataDir);
  });

  it('goes on scanning when the server is gone, and sends everything once and in order when it is back', async () => {
    expect((await scan(devices[0]!.mac)).body).toMatchObject({
      outcome: 'allocated',
      allocationId: expect.any(Number),
    });
    await scan(devices[1]!.mac, other);
    await proxy.cut();

    const lost = await scan(devices[2]!.mac);
    expect(lost.body).toMatchObject({ outcome: 'allocated', pending: true, order: { allocatedCount: 2 } });
    expect(lost.ms).toBeLessThan(2_000);
    const outcomes: [string, string][] = [
      [devices[0]!.mac, 'already-in-this-order'],
      [devices[1]!.mac, 'in-another-order'],
      [devices[2]!.mac, 'already-in-this-order'],
      [devices[40]!.mac, 'not-manufactured'],
      ['DE:AD:00:00:00:00', 'unknown-mac'],
      ['4006381333931', 'malformed'],
      [devices[3]!.mac, 'allocated'],
      [devices[4]!.mac, 'allocated'],
    ];
    const times: number[] = [];
    for (const [mac, outcome] of outcomes) {
      const answer = await scan(mac);
      expect([mac, answer.status, answer.body.outcome, answer.body.pending]).toEqual([mac, 200, outcome, true]);
      times.push(answer.ms);
    }
    expect(Math.max(...times)).toBeLessThan(200);
    const former = await scan('02:AA:00:00:00:01');
    expect(former.body).toMatchObject({ outcome: 'unknown-mac', correctedMac: devices[39]!.mac, pending: true });
    expect((await scan(devices[1]!.mac)).body.otherOrder).toMatchObject({ id: other, allocatedBy: 'Administrator' });
    expect((await undo(devices[3]!.mac)).body).toMatchObject({ outcome: 'undone', pending: true });
    expect((await running.send('GET', `/customer-orders/${order}`)).body).toMatchObject({ allocatedCount: 3 });
    const state = await running.state();
    expect(state).toMatchObject({ link: 'offline', outbox: { waiting: 12, conflicts: 0 } });
    // What is not kept here says so, in words, at once.
    const refused = await running.send('GET', '/trackers');
    expect([refused.status, refused.body.type]).toEqual([503, '/problems/unavailable']);

    await proxy.restore();
    await online();
    expect(await live(order)).toEqual([devices[0]!.mac, devices[2]!.mac, devices[4]!.mac].sort());
    const { rows } = await test.db.query<{ outcome: string }>(
      sql`select outcome from scans where customer_order_id = ${order} order by id`,
    );
    expect(rows.map((row) => row.outcome)).toEqual([
      'allocated',
      'allocated',
      ...outcomes.map(([, outcome]) => outcome),
      'unknown-mac',
      'in-another-order',
      'undone',
    ]);
    expect((await running.state()).outbox).toMatchObject({ waiting: 0, conflicts: 0, oldestAt: null });
    const { rows: entries } = await test.db.query<{ count: number }>(
      sql`select count(*) as count from audit_entries where details ->> 'offline' = 'true'`,
    );
    expect(entries[0]!.count).toBe(12);
  }, 60_000);

  it('answers a scan whose connection swallows everything in time, and does it once', async () => {
    const mutationId = crypto.randomUUID();
    proxy.stall();
    const first = await scan(devices[5]!.mac, order, mutationId);
    expect(first.body).toMatchObject({ outcome: 'allocated', pending: true });
    expect(first.ms).toBeLessThan(NOTICED_MS);
    const again = await scan(devices[5]!.mac, order, mutationId);
    expect(again.body).toEqual(first.body);
    await proxy.restore();
    await online();
    const known = await scan(devices[5]!.mac, order, mutationId);
    expect(known.body).toMatchObject({ outcome: 'allocated', allocationId: expect.any(Number) });
    const { rows } = await test.db.query<{ count: number }>(
      sql`select count(*) as count from scans where mutation_id = ${mutationId}::uuid`,
    );
    expect(rows[0]!.count).toBe(1);
  }, 60_000);

  it('reads those orders again that have changed in anything that they show', async () => {
    const marks = async () => new Map((await readOrderMarks(test.db)).map(({ id, mark }) => [id, mark]));
    const before = await marks();
    expect(await marks()).toEqual(before);
    await test.db.query(sql`update customer_orders set notes = 'By the door' where id = ${order}`);
    const after = await marks();
    expect([after.get(order) === before.get(order), after.get(other) === before.get(other)]).toEqual([false, true]);
    await test.db.query(sql`update clients set name = name || ' & Co'`);
    expect((await marks()).get(other)).not.toBe(after.get(other));
    // Pairings leave the order as it is.
    await test.db.query(sql`update customer_orders set pairs_goods = true where id = ${other}`);
    expect((await marks()).get(other)).toBeNull();
    await test.db.query(sql`update customer_orders set pairs_goods = false where id = ${other}`);
    const { client } = (await running.send('GET', `/customer-orders/${other}`)).body as { client: { name: string } };
    const copied = async () => findOrder(running.parts.workstation!.store, other)?.client.name;
    await vi.waitFor(async () => expect(await copied()).toBe(client.name), 10_000);
    expect(findOrder(running.parts.workstation!.store, order)?.notes).toBe('By the door');
  }, 30_000);

  it('lists what the central database refuses, and lets a person settle it', async () => {
    await proxy.cut();
    const taken = [devices[10]!, devices[11]!, devices[12]!];
    for (const { mac } of taken) expect((await scan(mac)).body.outcome).toBe('allocated');
    // Meanwhile another station puts the same devices into the other order.
    for (const { id } of taken)
      await test.db.query(sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
        select ${other}::bigint, ${id}::bigint, min(id), now() from users`);
    await test.db.query(sql`update customer_orders set allocated_count = 4 where id = ${other}::bigint`);
    await proxy.restore();
    await online();
    const { items } = (await running.send('GET', '/workstation/outbox?state=conflict')).body;
    expect(items.map((item: { macAddress: string }) => item.macAddress)).toEqual(taken.map(({ mac }) => mac));
    expect(items[0]).toMatchObject({
      told: { outcome: 'allocated' },
      central: { result: { outcome: 'in-another-order', otherOrder: { id: other } } },
    });
    const listed = async () => (await running.send('GET', '/box-differences')).body;
    const differences: BoxDifference[] = (await listed()).items;
    expect(differences).toMatchObject(
      taken.map(({ mac }) => ({
        ...{ kind: 'take-out', state: 'open', macAddress: mac, scannedBy: { name: 'Administrator', disabled: false } },
        ...{ order: { id: order }, console: { name: expect.any(String) } },
        reason: { code: 'in-another-order', otherOrder: { id: other }, by: 'Administrator', at: expect.any(String) },
      })),
    );
    expect((await running.state()).differences).toEqual({ toSettle: 3, toTakeOut: 3, toPutBack: 0 });
    const settle = (which: number[], body: object) =>
      running.send('POST', '/box-differences/settlement', { ids: which.map((at) => differences[at]!.id), ...body });
    expect((await settle([0], { action: 'accept' })).body).toMatchObject({
      settled: 1,
      items: [{ state: 'accepted' }],
    });
    expect((await settle([1], { action: 'take-out', note: 'put back on the shelf' })).body).toMatchObject({
      items: [{ state: 'done', done: { how: 'said', by: 'Administrator' } }],
    });
    // A retry in vain stays open; after the other order gave the device up it goes through.
    expect((await settle([2], { action: 'retry' })).body).toMatchObject({ refused: 1, items: [{ state: 'open' }] });
    await test.db.query(sql`update device_allocations set released_at = now(), released_by = allocated_by
      where tracker_id = ${taken[2]!.id} and released_at is null`);
    await test.db.query(sql`update customer_orders set allocated_count = 3 where id = ${other}::bigint`);
    expect((await settle([2], { action: 'retry' })).body).toMatchObject({ items: [{ done: { how: 'belongs' } }] });
    expect(await live(order)).toContain(taken[2]!.mac);
    // The workstation learns of it, and what is left is in the hand of whoever takes it out, also while cut off.
    await running.until(({ outbox }) => outbox.conflicts === 0, 'what was settled');
    const { items: settled } = (await running.send('GET', '/workstation/outbox?state=settled')).body;
    expect(settled.map((each: { settlement: object }) => each.settlement)).toMatchObject(
      ['retry', 'take-out', 'accept'].map((action) => ({ action, by: 'Administrator' })),
    );
    await proxy.cut();
    await running.until(({ link }) => link === 'offline', 'the loss');
    expect((await listed()).items).toMatchObject([{ macAddress: taken[0]!.mac }]);
    expect((await undo(taken[0]!.mac)).body).toMatchObject({ outcome: 'undone', pending: true });
    expect(await listed()).toMatchObject({ items: [], counts: { toTakeOut: 0 } });
    await proxy.restore();
    await online();
    expect((await running.send('GET', '/box-differences?state=done')).body.items[0]).toMatchObject({
      ...{ macAddress: taken[0]!.mac, decision: { action: 'accept' }, done: { how: 'scanned', by: 'Administrator' } },
    });
    expect((await running.state()).differences.toTakeOut).toBe(0);
  }, 60_000);

  it('keeps a scan for an order that was cancelled meanwhile as a conflict, and moves it', async () => {
    const [gone] = (await insertIds(
      test.db,
      sql`insert into customer_orders (client_id, quantity, created_by) select client_id, 5, created_by
        from customer_orders where id = ${order} returning id`,
    )) as [number];
    await running.until((state) => state.orders === 3, 'the new order');
    await proxy.cut();
    expect((await scan(devices[20]!.mac, gone)).body).toMatchObject({ outcome: 'allocated', pending: true });
    await test.db.query(sql`update customer_orders set state = 'cancelled' where id = ${gone}::bigint`);
    await proxy.restore();
    await online();
    const { items } = (await running.send('GET', '/workstation/outbox?state=conflict')).body;
    expect(items).toMatchObject([{ orderId: gone, central: { result: { outcome: 'order-closed' } } }]);
    const [difference] = (await running.send('GET', '/box-differences')).body.items;
    expect(difference).toMatchObject({ reason: { code: 'order-cancelled' }, order: { state: 'cancelled' } });
    const moved = await running.send('POST', '/box-differences/settlement', {
      ...{ ids: [difference.id], action: 'move', orderId: order },
    });
    // It is in the other order now, and still in this box.
    expect(moved.body.items).toMatchObject([
      { state: 'accepted', decision: { action: 'move', movedTo: { id: order } } },
    ]);
    expect((await scan(devices[20]!.mac)).body.outcome).toBe('already-in-this-order');
    expect((await running.send('GET', '/box-differences')).body.items).toEqual([]);
    expect(await live(order)).toContain(devices[20]!.mac);
  }, 60_000);

  it('lets somebody sign in who did before, keeps the session when the database is back, and audits it', async () => {
    await proxy.cut();
    await running.until((state) => state.link === 'offline', 'the loss');
    expect((await running.send('POST', '/auth/logout', undefined)).status).toBe(204);
    expect((await running.send('GET', '/auth/session')).status).toBe(401);
    expect((await running.signIn('admin', 'not the password')).status).toBe(401);
    expect((await running.signIn('nobody', PASSWORD)).status).toBe(401);
    expect((await running.signIn('admin', PASSWORD)).body.user.role).toBe('admin');
    expect((await scan(devices[21]!.mac)).body).toMatchObject({ outcome: 'allocated', pending: true });
    await proxy.restore();
    await online();
    expect((await running.send('GET', '/auth/session')).body.user.username).toBe('admin');
    const { rows } = await test.db.query<{ action: string; actor: string }>(sql`
      select action, actor from audit_entries where details ->> 'offline' = 'true' and action like 'auth.%' order by sequence`);
    expect(rows.map((row) => `${row.action} ${row.actor}`)).toEqual([
      'auth.logout admin',
      'auth.login-failed admin',
      'auth.login-failed nobody',
      'auth.login admin',
    ]);
    expect(await live(order)).toContain(devices[21]!.mac);
  }, 60_000);

  it('starts without the central database, with what it has', async () => {
    await proxy.cut();
    await running.until((state) => state.link === 'offline', 'the loss');
    await scan(devices[22]!.mac);
    await running.stop();
    running = await bootForTest(proxy.url, running.dataDir);
    expect((await running.signIn('admin', PASSWORD)).status).toBe(200);
    expect(await running.state()).toMatchObject({ link: 'offline', outbox: { waiting: 1 } });
    expect((await scan(devices[23]!.mac)).body).toMatchObject({ outcome: 'allocated', pending: true });
    await proxy.restore();
    await online();
    expect(await live(order)).toEqual(expect.arrayContaining([devices[22]!.mac, devices[23]!.mac]));
  }, 120_000);
});
