import { expect, type Page, test } from '@playwright/test';
import sql from 'sql-template-tag';
import { insertTrackers } from '../src-main/core/testing/company.ts';
import { centralEngine, type TestDatabase } from '../src-main/core/testing/database.ts';
import { startTcpProxy, type TcpProxy } from '../src-main/core/testing/tcp-proxy.ts';
import { type SignedIn, signIn } from './support/api.ts';
import { ADMIN_PASSWORD, startConsole, type TestConsole, temporaryDataDir } from './support/console.ts';

/** The station as a person uses it while the database goes away and comes back. */
test.describe('scanning while the database is away', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let running: TestConsole;
  let data: Awaited<ReturnType<typeof temporaryDataDir>>;
  let admin: SignedIn;
  let devices: { id: number; mac: string }[];
  let orders: { id: number; number: string }[];

  test.beforeAll(async () => {
    database = await centralEngine().create();
    proxy = await startTcpProxy(database.connection);
    data = await temporaryDataDir();
    running = await startConsole({
      dataDir: data.dataDir,
      args: ['--engines', ''],
      env: { DATABASE_URL: proxy.url },
    });
    admin = await signIn(running.url);
    const client = await admin.api.createClient({ body: { name: 'Northwind' } });
    devices = await insertTrackers(database.db, { count: 30 });
    orders = [];
    for (const quantity of [12, 20])
      orders.push(await admin.api.createCustomerOrder({ body: { clientId: client.id, quantity } }));
    await expect
      .poll(() => admin.api.getWorkstation(), { timeout: 30_000 })
      .toMatchObject({ copyComplete: true, devices: 30, orders: 2 });
  });
  test.afterAll(async () => {
    await running?.stop();
    await proxy?.close();
    await database?.close();
    await data?.remove();
  });

  test('scans go on as pending, are sent when it is back, and a refused one is settled', async ({ page }) => {
    const [order, other] = orders as [(typeof orders)[0], (typeof orders)[0]];
    const outcome = page.getByTestId('outcome');
    const pickList = page.getByTestId('pick-list');
    const scan = (at: number) => scanLikeAWedge(page, devices[at]!.mac);
    await page.goto(running.url);
    await page.getByLabel('User name').fill('admin');
    await page.locator('input[type=password]').fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
    await page.goto(`${running.url}/scan/${order.id}`);
    await expect(outcome).toContainText('Ready to scan');

    await test.step('online', async () => {
      await scan(0);
      await expect(outcome).toContainText('Allocated');
      await expect(outcome).not.toContainText('Pending');
      await expect(page.getByTestId('outbox')).toContainText('0');
    });

    await test.step('the database goes away', async () => {
      await proxy.cut();
      await scan(1);
      await expect(outcome).toContainText('Allocated');
      await scan(2);
      await scan(3);
      await expect(page.getByText('The database can’t be reached. Keep scanning.')).toBeVisible();
      await expect(outcome).toContainText('Pending');
      await expect(page.getByTestId('outbox')).toContainText('3 waiting · oldest');
      await expect(page.getByLabel('4 of 12 devices allocated').first()).toBeVisible();
      await scan(0);
      await expect(outcome).toContainText('Already in this order');
    });

    await test.step('meanwhile another station takes one of the devices', async () => {
      await database.db.query(sql`
        with taken as (insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
          select ${other.id}::bigint, ${devices[3]!.id}::bigint, min(id), now() from users returning 1)
        update customer_orders set allocated_count = allocated_count + (select count(*) from taken)
        where id = ${other.id}::bigint`);
    });

    await test.step('the database is back', async () => {
      await proxy.restore();
      await expect(pickList).toContainText('1 in this box does not belong to this order', { timeout: 20_000 });
      await expect(pickList).toContainText(`In ${other.number}: scanned there by Administrator`);
      await expect(page.getByLabel('Last scans').getByText('Refused: take it out')).toBeVisible();
      await expect(page.getByText('The database can’t be reached. Keep scanning.')).toBeHidden();
      await expect(page.getByLabel('3 of 12 devices allocated').first()).toBeVisible();
      await expect(outcome).not.toContainText('Pending');
      await scan(4);
      await expect(outcome).toContainText('Allocated');
      await expect(page.getByLabel('4 of 12 devices allocated').first()).toBeVisible();
    });

    await test.step('the conflict is settled by a person, and leaves the list of the box when it is out', async () => {
      await page.goto(`${running.url}/offline`);
      await expect(page.getByText(`In ${other.number}: scanned there by Administrator`)).toBeVisible();
      await page.getByLabel(`All 1 of ${order.number}`).check();
      await page.getByLabel('Note').fill('Belongs to the other box');
      await page.getByRole('button', { name: 'Accept 1' }).click();
      await expect(page.getByText('Accept by Administrator, “Belongs to the other box”')).toBeVisible();
      await page.goto(`${running.url}/orders/${order.id}`);
      await page.getByRole('link', { name: 'Print the list' }).click();
      await expect(page.getByRole('heading', { name: `To take out of the box of ${order.number}` })).toBeVisible();
      await expect(page.getByText(devices[3]!.mac)).toBeVisible();
      await page.goto(`${running.url}/scan/${order.id}`);
      await expect(pickList).toContainText(devices[3]!.mac);
      await scan(3);
      await expect(outcome).toContainText('In another order');
      await expect(pickList).toBeHidden();
    });

    const live = await admin.api.listAllocations({ params: { customerOrderId: order.id } });
    expect(live.items.map((item) => item.macAddress).sort()).toEqual([0, 1, 2, 4].map((at) => devices[at]!.mac).sort());
  });
});

/** As a scanner types: fast keys, then Enter, wherever the focus is. */
async function scanLikeAWedge(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}
