import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { makeClient } from '../testing/two-clients.ts';
import { keepHouse } from './keep-house.ts';

describe.each(testEngines())('what is over on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    admin = await app.signIn('admin');
  });
  afterAll(() => app?.close());

  const change = (body: object, as = admin) => app.send('PATCH', '/retention', { as, body });

  it('is kept as long as an administrator says', async () => {
    expect((await app.send('GET', '/retention', { as: await app.signIn('reviewer') })).body).toEqual({
      jobDays: 365,
      rejectedRowDays: 90,
      corruptReportDays: 90,
      webhookDeliveryDays: 180,
      closedOrderScanDays: 1095,
      auditDays: null,
      version: 0,
    });
    expect((await change({ jobDays: 1 }, await app.signIn('operations'))).status).toBe(403);
    expect((await change({ jobDays: 0 })).body.fields[0].path).toBe('jobDays');
    expect((await change({})).status).toBe(422);
    expect((await change({ jobDays: null, closedOrderScanDays: 30 })).body).toMatchObject({
      jobDays: null,
      rejectedRowDays: 90,
      closedOrderScanDays: 30,
    });
    // What is stored and can't be read has its default.
    await app.parts.db.query(sql`
      update settings set value = value || '{"jobDays": "x"}'::jsonb where key = 'job-retention'`);
    expect((await app.send('GET', '/retention', { as: admin })).body).toMatchObject({
      jobDays: 365,
      closedOrderScanDays: 30,
    });
  });

  it('goes after that, as the scans of orders that were closed long ago', async () => {
    const { db } = app.parts;
    const { clientId } = (await makeClient(db, 'aster', 1, app.clock.now)).ids;
    const { rows: orders } = await db.query<{ id: number; state: string }>(sql`
      insert into customer_orders (client_id, quantity, state, created_by)
      select ${clientId}, 5, state, (select min(id) from users)
      from unnest(array['open', 'closed', 'cancelled', 'closed']) as state returning id, state`);
    const [open, closed, cancelled, reopened] = orders.map(({ id }) => id) as [number, number, number, number];
    await db.query(sql`
      insert into scans (customer_order_id, scanned, outcome, result, scanned_by, scanned_at)
      select o.id, 'x', 'malformed', '{}', (select min(id) from users), ${app.clock.now}::timestamptz - d.days
      from customer_orders o, generate_series(1, 600) n, (values (interval '10 days'), ('40 days'), ('400 days')) d(days)
      where n <= 2 or o.id = ${closed}`);
    await db.query(sql`
      insert into customer_order_events (customer_order_id, kind, state, by_user_id, at)
      select id, 'closed', 'closed', (select min(id) from users), ${app.clock.now}::timestamptz - days
      from (values (${closed}::bigint, interval '35 days'), (${reopened}::bigint, interval '3 days')) e(id, days)`);
    await keepHouse(app.parts);
    const { rows } = await db.query<{ id: number; left: number }>(sql`
      select customer_order_id as id, count(*) as left from scans where customer_order_id >= ${open}
      group by 1 order by 1`);
    expect(rows).toEqual([
      { id: open, left: 6 },
      { id: closed, left: 600 },
      { id: cancelled, left: 2 },
      { id: reopened, left: 6 },
    ]);
  });
});
