import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoxDifference } from '../../../src-shared/contract/box-differences.ts';
import { scanOutcomes } from '../../../src-shared/contract/customer-orders.ts';
import { isOfGoods } from '../../../src-shared/domain/allocation.ts';
import { endedByScan } from '../../../src-shared/domain/box-differences.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { reasonOf } from './box-differences.ts';
import { insertDifference } from './box-differences-store.ts';

describe('what a scan says about a box', () => {
  it('takes a device off every list but that of a box that it has to go back into', () => {
    const ended = (kind: BoxDifference['kind'], orderId: number) =>
      scanOutcomes.map((outcome) => endedByScan({ kind, orderId: 1 }, { orderId, outcome }));
    const all = (how: Partial<Record<(typeof scanOutcomes)[number], string | null>>, other: string | null) =>
      scanOutcomes.map((outcome) => (outcome in how ? how[outcome] : other));
    const ofGoods = Object.fromEntries(scanOutcomes.filter(isOfGoods).map((outcome) => [outcome, null]));
    const isIn = (how: string) => ({ allocated: how, 'already-in-this-order': how, 'return-undone': how });
    expect(ended('take-out', 1)).toEqual(all({ ...isIn('belongs'), ...ofGoods, malformed: null }, 'scanned'));
    expect(ended('take-out', 2)).toEqual(
      all({ ...isIn('placed'), ...ofGoods, malformed: null, undone: null, returned: null }, 'scanned'),
    );
    expect(ended('put-back', 1)).toEqual(all({ ...isIn('belongs'), undone: 'undone', returned: 'undone' }, null));
    expect(ended('put-back', 2)).toEqual(all({}, null));
  });
});

/** An office that cancels, shrinks and fills orders while their boxes stand in the hall. */
describe.each(testEngines())('boxes and orders on $name', ({ create }) => {
  let test: TestDatabase;
  let running: TestConsole;
  let wanda: string;
  let boss: string;
  let clientId: number;
  let devices: { id: number; mac: string }[];

  const send = async (method: 'POST' | 'GET' | 'DELETE' | 'PATCH', path: string, body?: object, as = boss) =>
    (await running.send(method, path, body === undefined ? { as } : { as, body })).body;
  const order = async (quantity: number): Promise<number> =>
    (await send('POST', '/customer-orders', { clientId, quantity })).id;
  const scan = (id: number, at: number) =>
    send('POST', `/customer-orders/${id}/allocations`, { scan: devices[at]!.mac }, wanda);
  const listed = async (query = ''): Promise<BoxDifference[]> => (await send('GET', `/box-differences${query}`)).items;
  const settle = (ids: number[], body: object) => send('POST', '/box-differences/settlement', { ids, ...body });
  /** As a workstation does whose scan was refused. */
  const refuse = async (orderId: number, at: number, outcome: string) => {
    const { mac } = devices[at]!;
    const { rows } = await test.db.query<{ id: number }>(sql`select id from users where username like 'warehouse%'`);
    const result = { ...(await scan(orderId, at)), outcome };
    const reason = await reasonOf(test.db, { result }, { orderId, userId: rows[0]!.id });
    const mutationId = randomUUID();
    for (let twice = 0; twice < 2; twice++)
      await insertDifference(
        test.db,
        {
          ...{ kind: 'take-out', mutationId, orderId, macAddress: mac, scanned: mac, scannedBy: rows[0]!.id },
          ...{ scannedAt: running.clock.now, consoleKey: null, reason },
        },
        running.clock.now,
      );
  };

  beforeAll(async () => {
    test = await create();
    running = await testConsole(test);
    [boss, wanda] = [await running.signIn('operations'), await running.signIn('warehouse')];
    ({ clientId } = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30'));
    devices = await insertTrackers(test.db, { count: 20 });
  }, 60_000);
  afterAll(() => running?.close());

  it('differ after an order was cancelled, until each device was scanned out or placed elsewhere', async () => {
    const [gone, next] = [await order(5), await order(5)];
    for (const at of [0, 1, 2, 3]) expect((await scan(gone, at)).outcome).toBe('allocated');
    await send('PATCH', `/customer-orders/${gone}`, { action: 'cancel' });
    expect(await listed(`?customerOrderId=${gone}`)).toMatchObject(
      [0, 1, 2, 3].map((at) => ({
        ...{ kind: 'take-out', source: 'cancelled', state: 'accepted', macAddress: devices[at]!.mac },
        ...{ order: { id: gone, state: 'cancelled' }, reason: { code: 'order-cancelled', by: expect.any(String) } },
      })),
    );
    // Scanned again at its station, said to be out, placed in another box, and seen to at a desk.
    expect((await scan(gone, 0)).outcome).toBe('order-closed');
    const out = await send(
      'DELETE',
      `/customer-orders/${gone}/allocations?macAddress=${devices[1]!.mac}`,
      undefined,
      wanda,
    );
    expect(out).toMatchObject({ outcome: 'undone', macAddress: devices[1]!.mac });
    expect((await scan(next, 2)).outcome).toBe('allocated');
    const [last] = await listed();
    expect(last).toMatchObject({ macAddress: devices[3]!.mac });
    expect(await settle([last!.id], { action: 'take-out' })).toMatchObject({ settled: 1, refused: 0 });
    expect(await listed()).toEqual([]);
    expect((await listed('?state=done')).map(({ done }) => done?.how)).toEqual([
      'scanned',
      'scanned',
      'placed',
      'said',
    ]);
  });

  it('differ after a device was taken out at a desk, where nobody has it in the hand', async () => {
    const id = await order(2);
    const [first, second] = [await scan(id, 15), await scan(id, 16)];
    const undo = (allocationId: number, more = '') =>
      send('DELETE', `/customer-orders/${id}/allocations?allocationId=${allocationId}${more}`);
    expect(await undo(first.allocationId)).toMatchObject({ outcome: 'undone' });
    expect(await listed()).toEqual([]);
    expect(await undo(second.allocationId, '&leaving=undo&fromDesk=true')).toMatchObject({ outcome: 'undone' });
    expect(await listed()).toMatchObject([
      {
        ...{ kind: 'take-out', state: 'accepted', macAddress: devices[16]!.mac, order: { id } },
        reason: { code: 'taken-out', by: expect.stringContaining('operations') },
      },
    ]);
    expect((await scan(id, 16)).outcome).toBe('allocated');
    expect(await listed()).toEqual([]);
  });

  it('name who made the order smaller, filled or closed it, and are told once', async () => {
    const full = await order(4);
    for (const at of [4, 5]) await scan(full, at);
    await send('PATCH', `/customer-orders/${full}`, { quantity: 2 });
    await refuse(full, 6, 'order-full');
    const filled = await order(1);
    await scan(filled, 7);
    await refuse(filled, 8, 'order-full');
    const close = (more = {}) => send('PATCH', `/customer-orders/${filled}`, { action: 'close', ...more });
    expect(await close()).toMatchObject({ status: 409, detail: expect.stringContaining('1 to take out of its box') });
    expect(await close({ acknowledged: true })).toMatchObject({ state: 'closed' });
    await refuse(filled, 9, 'order-closed');
    const found = await listed();
    expect(found.map(({ reason }) => reason.code)).toEqual(['order-smaller', 'order-full', 'order-closed']);
    expect(found.every(({ reason }) => reason.by && reason.at)).toBe(true);
    expect((await send('GET', '/box-differences')).counts).toEqual({ toSettle: 3, toTakeOut: 3, toPutBack: 0 });
  });

  it('are settled by many, by anyone who may, and only as far as orders allow it', async () => {
    const open = await listed();
    const target = await order(2);
    const moved = await settle(
      open.map(({ id }) => id),
      { action: 'move', orderId: target, note: 'next box' },
    );
    expect(moved).toMatchObject({ settled: 2, refused: 1 });
    const [first, second, third] = await listed();
    expect([first, second]).toMatchObject(
      [0, 1].map(() => ({ state: 'accepted', decision: { movedTo: { id: target } } })),
    );
    expect(third).toMatchObject({ state: 'open', reason: { code: 'order-closed' } });
    // The box that they belong into is where they turn up.
    expect((await scan(target, 6)).outcome).toBe('already-in-this-order');
    await send('PATCH', `/customer-orders/${third!.order.id}`, { action: 'reopen' });
    await send('PATCH', `/customer-orders/${third!.order.id}`, { quantity: 2 });
    expect(await settle([third!.id], { action: 'retry' })).toMatchObject({ items: [{ done: { how: 'belongs' } }] });
    expect((await listed()).map(({ id }) => id)).toEqual([second!.id]);
    const viewer = await running.signIn('reviewer');
    expect((await running.send('GET', '/box-differences', { as: viewer })).status).toBe(200);
    const body = { ids: [second!.id], action: 'accept' };
    expect((await running.send('POST', '/box-differences/settlement', { as: viewer, body })).status).toBe(403);
    const { rows } = await test.db.query<{ details: object }>(
      sql`select details from audit_entries where action = 'boxDifference.settle' order by sequence`,
    );
    expect(rows.at(-1)?.details).toMatchObject({ action: 'retry', settled: 1, devices: [third!.macAddress] });
  });
});
