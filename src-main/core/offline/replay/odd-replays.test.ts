import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { insertIds, insertRun, insertTrackers } from '../../testing/company.ts';
import { centralEngine, type TestDatabase } from '../../testing/database.ts';
import { startTcpProxy, type TcpProxy } from '../../testing/tcp-proxy.ts';
import { type BootedConsole, bootForTest, PASSWORD, removeFolder } from '../testing/booted-console.ts';

const DAY_MS = 86_400_000;

/** What may have happened until the outbox is sent, on a workstation whose own clock is a day slow. */
describe.each([centralEngine()])('replay to $name from a workstation with a wrong clock', ({ create }) => {
  const real = Date.now;
  let wrongBy = -DAY_MS;
  let test: TestDatabase;
  let proxy: TcpProxy;
  let running: BootedConsole;
  let devices: { id: number; mac: string }[];
  let order: number;
  let deleted: number;
  let deletedOnline: number;

  const scan = (mac: string, orderId: number) =>
    running.send('POST', `/customer-orders/${orderId}/allocations`, { scan: mac, mutationId: crypto.randomUUID() });
  const online = () => running.until((state) => state.link === 'online' && state.outbox.waiting === 0, 'the link');

  beforeAll(async () => {
    vi.spyOn(Date, 'now').mockImplementation(() => real() + wrongBy);
    test = await create();
    proxy = await startTcpProxy(test.connection);
    running = await bootForTest(proxy.url);
    // Until the central clock was asked, the sessions are a day old already.
    await vi.waitFor(
      async () => {
        expect((await running.signIn('admin', PASSWORD)).status).toBe(200);
        expect((await running.state()).clockOffsetMs).toBeGreaterThan(0);
      },
      { timeout: 30_000, interval: 200 },
    );
    const { clientId } = await insertRun(test.db, 'Aurora', '2020-01-01', '2099-01-01');
    devices = await insertTrackers(test.db, { count: 10 });
    [order, deleted, deletedOnline] = (await insertIds(
      test.db,
      sql`insert into customer_orders (client_id, quantity, created_by)
        select ${clientId}::bigint, 5, min(id) from users, generate_series(1, 3) n group by n returning id`,
    )) as [number, number, number];
    await running.until((state) => state.copyComplete && state.devices === 10 && state.orders === 3, 'the copy');
  }, 120_000);
  afterAll(async () => {
    await running?.stop();
    await proxy?.close();
    await test?.close();
    if (running) await removeFolder(running.dataDir);
    vi.restoreAllMocks();
  });

  it('refuses a scan for an order that is deleted while it is filled, in words, and records nothing', async () => {
    expect((await running.send('DELETE', `/customer-orders/${deletedOnline}`)).status).toBe(204);
    const answer = await scan(devices[0]!.mac, deletedOnline);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ type: '/problems/not-found', detail: expect.stringContaining('order') });
    expect((await scan(devices[0]!.mac, order)).body.outcome).toBe('allocated');
  }, 60_000);

  it('keeps a scan for an order that was deleted meanwhile as a conflict, and moves it to another', async () => {
    await proxy.cut();
    expect((await scan(devices[1]!.mac, deleted)).body).toMatchObject({ outcome: 'allocated', pending: true });
    expect((await scan(devices[2]!.mac, deleted)).body).toMatchObject({ outcome: 'allocated', pending: true });
    await test.db.query(sql`delete from customer_orders where id = ${deleted}::bigint`);
    await proxy.restore();
    await online();
    const { items } = (await running.send('GET', '/workstation/outbox?state=conflict')).body;
    expect(items).toMatchObject(
      [1, 2].map((at) => ({
        orderId: deleted,
        macAddress: devices[at]!.mac,
        told: { outcome: 'allocated' },
        central: { result: null, refusal: expect.stringContaining('There is no customer order') },
      })),
    );
    const differences = (await running.send('GET', '/box-differences')).body.items;
    expect(differences).toMatchObject(
      [1, 2].map((at) => ({ order: { id: deleted, state: null }, macAddress: devices[at]!.mac })),
    );
    const settle = async (at: number, body: object) =>
      (await running.send('POST', '/box-differences/settlement', { ids: [differences[at].id], ...body })).body.items;
    // To send it again is in vain: it stays with the person.
    expect(await settle(0, { action: 'retry' })).toMatchObject([{ state: 'open' }]);
    expect(await settle(0, { action: 'move', orderId: order })).toMatchObject([{ state: 'accepted' }]);
    expect(await settle(1, { action: 'take-out' })).toMatchObject([{ state: 'done' }]);
    await running.until((state) => state.outbox.conflicts === 0, 'what was settled');
    const { rows } = await test.db.query<{ id: number }>(sql`
      select tracker_id as id from device_allocations where customer_order_id = ${order} and released_at is null
      order by tracker_id`);
    expect(rows.map(({ id }) => id)).toEqual([devices[0]!.id, devices[1]!.id]);
    // The copy holds the second one free again.
    expect((await scan(devices[2]!.mac, order)).body.outcome).toBe('allocated');
    expect(await running.state()).toMatchObject({ outbox: { waiting: 0, conflicts: 0 } });
  }, 60_000);

  it('dates what was done by the central clock, also when the own one is set while the database is away', async () => {
    const started = real();
    const { clockOffsetMs } = await running.state();
    expect(Math.abs(clockOffsetMs - DAY_MS)).toBeLessThan(5_000);
    await proxy.cut();
    await running.until((state) => state.link === 'offline', 'the loss');
    const slow = await scan(devices[3]!.mac, order);
    expect(Math.abs(Date.parse(slow.body.scannedAt) - real())).toBeLessThan(5_000);
    // Somebody sets the clock right: with the correction known from before, the console is now a day ahead.
    wrongBy = 0;
    expect((await running.signIn('admin', PASSWORD)).status).toBe(200);
    const ahead = await scan(devices[4]!.mac, order);
    expect(ahead.body).toMatchObject({ outcome: 'allocated', pending: true });
    await proxy.restore();
    await online();
    // An answer that took long says little about the clock; the next question tells.
    const corrected = await running.until((state) => state.clockOffsetMs === 0, 'the right clock');
    expect(corrected).toMatchObject({ outbox: { waiting: 0, conflicts: 0 } });
    const { rows } = await test.db.query<{ id: number; at: Date; late: boolean }>(sql`
      select tracker_id as id, scanned_at as at, scanned_at > now() + interval '5 s' as late from scans
      where tracker_id in (${devices[3]!.id}, ${devices[4]!.id}) order by id`);
    expect(rows.map(({ id, late }) => [id, late])).toEqual([
      [devices[3]!.id, false],
      [devices[4]!.id, false],
    ]);
    for (const { at } of rows) expect(at.getTime()).toBeGreaterThan(started - 5_000);
  }, 60_000);
});
