import { PDFDocument } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const MM = 72 / 25.4;

describe.each(testEngines())('orders and their papers on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  let clientId: number;
  let productionRunId: number;
  let stock: { mac: string }[];
  beforeAll(async () => {
    const database = await create();
    app = await testConsole(database);
    as = await app.signIn('operations');
    ({ clientId, runId: productionRunId } = await insertRun(database.db, 'Łódź – Ωmega', '2026-11-01', '2026-12-01'));
    stock = await insertTrackers(database.db, { count: 30 });
  });
  afterAll(() => app?.close());

  const place = async (quantity: number, more: object = {}) => {
    const body = { clientId, productionRunId, quantity, ...more };
    return (await app.send('POST', '/customer-orders', { as, body })).body as { id: number; number: string };
  };
  const scanNext = async (id: number) => {
    const { body } = await app.send('POST', `/customer-orders/${id}/allocations`, {
      as,
      body: { scan: stock.shift()!.mac },
    });
    expect(body.outcome).toBe('allocated');
    return body;
  };
  const split = (id: number, body: object) => app.send('POST', `/customer-orders/${id}/split`, { as, body });
  const change = (id: number, body: object) => app.send('PATCH', `/customer-orders/${id}`, { as, body });
  const order = async (id: number) => (await app.send('GET', `/customer-orders/${id}`, { as })).body;
  const history = async (id: number) =>
    (await app.send('GET', `/customer-orders/${id}/history`, { as })).body.items as {
      kind: string;
      state: string;
      details: object;
    }[];
  const pdf = async (path: string) => {
    const response = await app.raw('GET', path, { as });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    return PDFDocument.load(await response.arrayBuffer());
  };

  it('moves what is not filled yet to a new order, and the first is filled by it', async () => {
    const first = await place(5, { dueDate: '2026-12-01', notes: 'by air' });
    await scanNext(first.id);
    await scanNext(first.id);
    const { status, body: rest } = await split(first.id, { quantity: 3, dueDate: '2026-12-20' });
    expect(status).toBe(201);
    const same = { client: { id: clientId }, productionRun: { id: productionRunId }, notes: 'by air' };
    expect(rest).toMatchObject({ ...same, quantity: 3, allocatedCount: 0, state: 'open', dueDate: '2026-12-20' });
    expect(await order(first.id)).toMatchObject({
      quantity: 2,
      allocatedCount: 2,
      state: 'filled',
      dueDate: '2026-12-01',
    });
    expect((await history(first.id))[0]).toMatchObject({
      kind: 'split',
      state: 'filled',
      details: { order: rest.id, quantity: 3 },
    });
    expect((await history(rest.id))[0]).toMatchObject({ kind: 'split-off', details: { order: first.id } });
    expect(app.heard).toContainEqual({ type: 'order', orderId: rest.id });
  });

  it.each([
    ['more than is left', { quantity: 4 }, 'At most 3 can be moved: 3 of 4 are not filled yet.'],
    ['nothing', { quantity: 0 }, ''],
    ['a part of a device', { quantity: 1.5 }, ''],
  ])('refuses to split off %s, and changes nothing', async (_, body, detail) => {
    const first = await place(4);
    await scanNext(first.id);
    const answer = await split(first.id, body);
    expect(answer.status).toBe(422);
    expect(answer.body.detail + JSON.stringify(answer.body.fields)).toContain(detail);
    expect(await order(first.id)).toMatchObject({ quantity: 4, state: 'open' });
  });

  it('splits only an open order, and never into nothing', async () => {
    const single = await place(1);
    expect((await split(single.id, { quantity: 1 })).body.detail).toContain('There is nothing to split.');
    await change(single.id, { action: 'close' });
    expect((await split(single.id, { quantity: 1 })).body.detail).toContain(
      'is closed. Only an open order can be split.',
    );
    expect(
      (
        await app.send('POST', `/customer-orders/${single.id}/split`, {
          as: await app.signIn('warehouse'),
          body: { quantity: 1 },
        })
      ).status,
    ).toBe(403);
  });

  it('keeps every transition with who and when, the scan that filled it included', async () => {
    const { id } = await place(1);
    const { allocationId } = await scanNext(id);
    await app.send('DELETE', `/customer-orders/${id}/allocations?allocationId=${allocationId}`, { as });
    await change(id, { quantity: 2, notes: 'two' });
    await change(id, { notes: 'two' });
    for (const action of ['close', 'reopen', 'cancel']) await change(id, { action });
    const kept = await history(id);
    expect(kept.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'cancelled cancelled',
      'reopened open',
      'closed closed',
      'changed open',
      'opened open',
      'filled filled',
      'placed open',
    ]);
    expect(kept[3]).toMatchObject({
      details: { quantity: { from: 1, to: 2 }, notes: { from: '', to: 'two' } },
      by: expect.stringContaining('operations'),
      at: app.clock.now.toISOString(),
    });
  });

  it('prints labels in their true size, a part of them when asked', async () => {
    const { id, number } = await place(3);
    for (let i = 0; i < 3; i++) await scanNext(id);
    const labels = `/customer-orders/${id}/labels`;
    const roll = await pdf(`${labels}?kind=device&size=62x29&code=qrcode`);
    expect(roll.getPageCount()).toBe(3);
    expect(roll.getPage(0).getSize()).toEqual({
      width: expect.closeTo(62 * MM, 2),
      height: expect.closeTo(29 * MM, 2),
    });
    expect((await pdf(`${labels}?kind=device&from=2&count=1`)).getPageCount()).toBe(1);
    expect((await pdf(`${labels}?kind=device&size=70x37-a4`)).getPageCount()).toBe(1);
    const boxes = await pdf(`${labels}?kind=box&devicesPerBox=2`);
    expect([boxes.getPageCount(), boxes.getTitle()]).toEqual([2, `${number} box labels`]);
    const beyond = await app.send('GET', `${labels}?kind=device&from=9`, { as });
    expect(beyond.body.detail).toBe('There are 3 labels. Begin with one of them, not with 9.');
    for (const bad of ['kind=box', 'kind=device&size=100x150', 'kind=device&count=2001', ''])
      expect((await app.send('GET', `${labels}?${bad}`, { as })).status, bad).toBe(422);
  });

  it('gives the packing list on paper, and says why an empty order has none', async () => {
    const { id } = await place(2, { notes: 'x' });
    const path = `/customer-orders/${id}/packing-list?format=pdf`;
    expect((await app.send('GET', path, { as })).body.detail).toContain('There is no device in');
    await scanNext(id);
    const list = await pdf(path);
    expect(list.getPageCount()).toBe(1);
    expect(list.getTitle()).toContain('Packing list ORD-');
  });
});
