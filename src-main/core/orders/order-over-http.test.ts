import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';

/** The same routes as people use them: over HTTP, each answer checked against the contract by the router. */
describe.each(testEngines())('from client to packed order over HTTP on $name', ({ create }) => {
  let test: TestDatabase;
  let running: TestConsole;
  let boss: string;
  beforeAll(async () => {
    test = await create();
    running = await testConsole(test);
    boss = await running.signIn('operations');
  }, 60_000);
  // Closes the database too.
  afterAll(() => running?.close());

  const post = async (path: string, body: object, status = 201) => {
    const answer = await running.send('POST', path, { as: boss, body });
    expect({ path, status: answer.status, detail: answer.body?.detail }).toMatchObject({ path, status });
    return answer.body;
  };
  const get = async (path: string, as = boss) => {
    const answer = await running.send('GET', path, { as });
    expect({ path, status: answer.status, detail: answer.body?.detail }).toMatchObject({ path, status: 200 });
    return answer.body;
  };

  it('goes all the way, and every answer keeps the contract', async () => {
    const client = await post('/clients', { name: 'Aurora' });
    const brand = await post('/brands', { name: 'Nord', clientId: client.id });
    const dates = { startDate: '2026-11-01', endDate: '2026-11-30', timeZone: 'Europe/Zurich' };
    const run = await post('/production-runs', { name: 'Winter', brandId: brand.id, ...dates });
    expect(run.phase).toBe('active');
    const position = { type: 'Point', coordinates: [7.59, 47.56] };
    const location = await post('/delivery-locations', { name: 'Kaufhaus', position, productionRunId: run.id });
    expect(location).toMatchObject({ geofenceRadiusM: 100, nearestCity: 'Basel, CH' });
    const [first, second] = await insertTrackers(test.db, { count: 2 });
    const order = await post('/customer-orders', { clientId: client.id, productionRunId: run.id, quantity: 1 });

    const path = `/customer-orders/${order.id}`;
    const picker = await running.signIn('warehouse');
    const scan = (text: string, as = picker) =>
      running.send('POST', `${path}/allocations`, { as, body: { scan: text } });
    expect((await scan(first!.mac)).body).toMatchObject({ outcome: 'allocated', order: { state: 'filled' } });
    expect((await scan(second!.mac)).body).toMatchObject({ outcome: 'order-full' });
    const undone = await running.send('DELETE', `${path}/allocations?macAddress=${first!.mac}`, { as: picker });
    expect(undone.body).toMatchObject({ outcome: 'undone', order: { state: 'open' } });
    expect((await scan(second!.mac)).body).toMatchObject({ outcome: 'allocated' });
    expect((await get(`${path}/scans`)).items).toHaveLength(4);
    expect((await get(`${path}/allocations`)).items).toMatchObject([{ macAddress: second!.mac }]);
    const list = await running.raw('GET', `${path}/packing-list`, { as: picker });
    expect(list.headers.get('content-disposition')).toContain(`${order.number} packing list.csv`);
    expect(await list.text()).toContain(`,1,${second!.mac},`);

    await test.db.query(sql`update tracker_status set last_reported_at = ${running.clock.now}::timestamptz,
      last_position = st_makepoint(7.59, 47.56)::geography, last_horizontal_accuracy_m = 9 where tracker_id = ${second!.id}`);
    const trackers = await get(`/trackers?productionRunId=${run.id}&search=${second!.mac.slice(-5)}`);
    expect(trackers.items).toMatchObject([{ stage: 'allocated', customerOrder: { number: order.number } }]);
    expect(await get(`/trackers/count?clientId=${client.id}`)).toEqual({ count: 1 });
    const map = await get('/map/trackers?bbox=7,47,8,48&zoom=9');
    expect(map).toMatchObject({ total: 1, features: [{ properties: { trackerId: second!.id } }] });
    expect(await get('/overview')).toMatchObject({
      trackers: { allocated: 1, active: 1, silent: 0 },
      orders: { open: 0 },
    });

    const refused = await running.send('DELETE', `/clients/${client.id}`, { as: boss, version: '*' });
    expect(refused.status).toBe(409);
    expect(refused.body.references.map((reference: { type: string }) => reference.type)).toEqual([
      'brand',
      'customer-order',
    ]);
    const taken = await running.send('POST', '/clients', { as: boss, body: { name: 'AURORA' } });
    expect(taken).toMatchObject({ status: 409, body: { fields: [{ path: 'name' }] } });
    expect(running.heard.filter((event) => event.type === 'order')).toHaveLength(5);
    const { rows } = await test.db.query<{ action: string }>(
      sql`select action from audit_entries where action like 'allocation%' order by sequence`,
    );
    expect(rows.map((row) => row.action)).toEqual([
      'allocation.scan',
      'allocation.scan',
      'allocation.undo',
      'allocation.scan',
    ]);

    const viewer = await running.signIn('client-viewer', client.id);
    expect((await get('/trackers', viewer)).items).toMatchObject([{ id: second!.id, customerOrder: null }]);
    expect((await running.send('GET', path, { as: viewer })).status).toBe(403);
    expect((await scan(first!.mac, viewer)).status).toBe(403);
  }, 60_000);
});
