import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import sql from 'sql-template-tag';
import { insertTrackers } from '../src-main/core/testing/company.ts';
import { centralEngine, type TestDatabase } from '../src-main/core/testing/database.ts';
import { servers } from '../src-main/core/testing/servers.ts';
import { startTcpProxy, type TcpProxy } from '../src-main/core/testing/tcp-proxy.ts';
import { type SignedIn, signIn } from './support/api.ts';
import { ADMIN_PASSWORD, type HeadlessConsole, startHeadless, temporaryDataDir } from './support/console.ts';
import { logIn } from './support/people.ts';
import { scannerTypes } from './support/scanner.ts';

const DESK = { width: 1440, height: 900 };
const HANDHELD = { width: 390, height: 844 };

/** A day in the hall without the database, while the office changes what is being packed. */
test.describe('a day at the station', () => {
  // An embedded engine is one console's own.
  test.skip(servers.databaseUrl() === null, 'two consoles share a PostgreSQL: set TEST_DATABASE_URL');
  let database: TestDatabase;
  let proxy: TcpProxy;
  let office: HeadlessConsole;
  let hall: HeadlessConsole;
  let olena: SignedIn;
  let devices: { id: number; mac: string }[];
  const folders: Awaited<ReturnType<typeof temporaryDataDir>>[] = [];

  const started = Date.now();
  /** A workstation whose clock is a day slow, behind the proxy. */
  const startHall = (cutOff = false) =>
    startHeadless({
      cutOff,
      dataDir: folders[1]!.dataDir,
      args: ['--engines', ''],
      env: {
        DATABASE_URL: proxy.url,
        CONSOLE_TEST_CLOCK_STARTED_AT: String(started),
        CONSOLE_TEST_CLOCK_BEGINS_AT: String(started - 86_400_000),
        NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'support', 'set-clock.mjs')).href}`,
      },
    });

  test.beforeAll(async () => {
    database = await centralEngine().create();
    proxy = await startTcpProxy(database.connection);
    folders.push(await temporaryDataDir(), await temporaryDataDir());
    const { connection } = database;
    const url = connection.engine === 'postgresql' ? connection.url : '';
    office = await startHeadless({ dataDir: folders[0]!.dataDir, args: ['--engines', ''], env: { DATABASE_URL: url } });
    const admin = await signIn(office.url);
    const people = [
      ['olena', 'Olena', 'operations'],
      ['wanda', 'Wanda', 'warehouse'],
      ['bob', 'Bob', 'warehouse'],
    ] as const;
    for (const [username, displayName, role] of people)
      await admin.api.createUser({ body: { username, displayName, role, password: ADMIN_PASSWORD } });
    await database.db.query(sql`update users set must_change_password = false`);
    hall = await startHall();
    olena = await signIn(office.url, 'olena');
    devices = await insertTrackers(database.db, { count: 14 });
  });
  test.afterAll(async () => {
    await hall?.stop();
    await office?.stop();
    await proxy?.close();
    await database?.close();
    for (const folder of folders) await folder.remove();
  });

  test('ends with every device in its order or on the list of those to take out', async ({ page, browser }) => {
    const client = await olena.api.createClient({ body: { name: 'Northwind' } });
    const place = async (quantity: number) =>
      (await olena.api.createCustomerOrder({ body: { clientId: client.id, quantity } })).id;
    const [first, cancelled, smaller, closed, other] = [
      await place(5),
      await place(6),
      await place(3),
      await place(2),
      await place(9),
    ];
    const number = (id: number) => `ORD-${String(id).padStart(6, '0')}`;
    const change = (customerOrderId: number, body: object) =>
      olena.api.updateCustomerOrder({ params: { customerOrderId }, body, version: null });
    const scanAtOffice = (customerOrderId: number, at: number) =>
      olena.api.allocate({ params: { customerOrderId }, body: { scan: devices[at]!.mac } });
    const outcome = page.getByTestId('outcome');
    const pickList = page.getByTestId('pick-list');
    const last = page.getByLabel('Last scans');
    const station = async (order: number) => {
      await page.goto(`${hall.url}/scan/${order}`);
      await expect(page.getByRole('heading', { name: number(order) })).toBeVisible();
    };
    const scan = async (...which: number[]) => {
      for (const at of which) {
        await scannerTypes(page, devices[at]!.mac);
        await expect(outcome).toContainText(devices[at]!.mac);
      }
    };
    await page.setViewportSize(DESK);
    const bob = await signIn(hall.url, 'bob');
    await enter(page, hall.url, 'wanda');
    await expect
      .poll(() => bob.api.getWorkstation(), { timeout: 30_000 })
      .toMatchObject({ copyComplete: true, devices: 14, orders: 5 });

    await test.step('the network is slow, then gone: scans go on, and are undone after a reload', async () => {
      await station(first);
      await scan(0);
      proxy.stall();
      await scan(1);
      await proxy.cut();
      await scan(13, 2);
      await expect(outcome).toContainText('Pending');
      await expect(page.getByText('From the copy')).toBeVisible();
      await expect(page.getByText('Live', { exact: true })).toBeHidden();
      await page.reload();
      const made = last.getByRole('listitem').filter({ hasText: devices[2]!.mac });
      await expect(made).toContainText('Pending · Allocated · Wanda');
      await expect(outcome).toContainText('Ready to scan');
      await page.keyboard.press('Control+z');
      await expect(outcome).toContainText('Taken out');
      // And one that is not the last, by its button.
      await last.getByRole('button', { name: `Undo the scan of ${devices[13]!.mac}` }).click();
      await expect(outcome).toContainText(devices[13]!.mac);
      await expect(outcome).toContainText('Taken out');
      await bob.api.allocate({ params: { customerOrderId: first }, body: { scan: devices[10]!.mac } });
      await station(cancelled);
      await scan(3, 4, 5);
      await station(smaller);
      await scan(6, 7);
      await station(closed);
      await scan(8);
    });

    await test.step('the workstation dies and starts again without the database: nothing is lost', async () => {
      await hall.kill();
      hall = await startHall(true);
      await enter(page, hall.url, 'wanda');
      await station(cancelled);
      await expect(last.getByRole('listitem').filter({ hasText: 'Pending · Allocated · Wanda' })).toHaveCount(3);
    });

    await test.step('meanwhile the office cancels, shrinks, fills and closes, and a person leaves', async () => {
      await change(cancelled, { action: 'cancel' });
      await scanAtOffice(smaller, 9);
      await change(smaller, { quantity: 1 });
      await change(closed, { action: 'close' });
      await scanAtOffice(other, 1);
      await database.db.query(sql`update users set disabled_at = now() where username = 'bob'`);
    });

    await test.step('the database is back: the station says what to take out, and who did what', async () => {
      await proxy.restore();
      await expect(pickList).toContainText('3 in this box do not belong to this order', { timeout: 30_000 });
      await expect(pickList).toContainText('The order was cancelled by Olena at');
      await expect(outcome).toContainText('3 to take out');
      await expect(page.getByText(/Other orders: 5 devices to put right/)).toBeVisible();
      await expect(page.getByText('Close the box, or')).toBeHidden();
    });

    await test.step('the office sees it on its own console, and settles by many on a phone', async () => {
      const phone = await (await browser.newContext({ viewport: HANDHELD })).newPage();
      await enter(phone, office.url, 'olena');
      await phone.getByRole('link', { name: /8 scans to settle/ }).click();
      await expect(phone.getByText('Bob is no longer allowed to scan')).toBeVisible();
      await expect(phone.getByText(/disabled since/).first()).toBeVisible();
      const settle = async (order: number, n: number, action: string, apply: RegExp) => {
        await phone
          .getByLabel(`All ${n} of ${number(order)}`)
          .first()
          .check();
        await phone.getByLabel('What to do with the chosen devices').getByText(action, { exact: true }).click();
        if (action === 'Move to order') {
          await phone.getByRole('combobox', { name: 'Order for them' }).click();
          await phone.getByRole('option', { name: new RegExp(number(other)) }).click();
        }
        await phone.getByRole('button', { name: apply }).click();
        await expect(phone.getByRole('button', { name: 'Choose devices' })).toBeVisible();
      };
      await settle(smaller, 2, 'Move to order', /^Move 2$/);
      await change(closed, { action: 'reopen' });
      await settle(closed, 1, 'Try again', /^Try 1 again$/);
      await settle(cancelled, 3, 'Accept', /^Accept 3$/);
      await phone.context().close();
    });

    await test.step('each device is scanned out or placed, hands on the handheld', async () => {
      await page.setViewportSize(HANDHELD);
      await page.reload();
      await expect(pickList).toContainText('3 in this box');
      await scan(3);
      await expect(pickList).toContainText('2 in this box');
      await page.getByRole('button', { name: `${devices[4]!.mac} is out of the box` }).click();
      await expect(pickList).toContainText('1 in this box');
      await page.getByRole('button', { name: 'All are out' }).click();
      await page.getByRole('button', { name: 'They are out' }).click();
      await expect(pickList).toBeHidden();
      await station(other);
      await scan(6, 7);
      await expect(outcome).toContainText('Already in this order');
      await station(first);
      await expect(pickList).toContainText('2 in this box');
      await expect(pickList).toContainText(`In ${number(other)}: scanned there by Olena`);
      await scan(1);
      await expect(outcome).toContainText('In another order');
      // In her own name now.
      await scan(10);
      await expect(outcome).toContainText('Allocated');
      await expect(pickList).toBeHidden();
      await scan(11, 12, 13);
      await expect(outcome).toContainText('order is full');
    });

    expect((await olena.api.listBoxDifferences({ query: {} })).counts).toEqual({
      toSettle: 0,
      toTakeOut: 0,
      toPutBack: 0,
    });
    const inOrder = async (customerOrderId: number) =>
      (await olena.api.listAllocations({ params: { customerOrderId } })).items
        .map(({ macAddress }) => devices.findIndex(({ mac }) => mac === macAddress))
        .sort((a, b) => a - b);
    expect(await inOrder(first)).toEqual([0, 10, 11, 12, 13]);
    expect(await inOrder(smaller)).toEqual([9]);
    expect(await inOrder(closed)).toEqual([8]);
    expect(await inOrder(other)).toEqual([1, 6, 7]);
    expect(await inOrder(cancelled)).toEqual([]);
  });
});

async function enter(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await logIn(page, name);
  await page.waitForURL(({ pathname }) => pathname !== '/login');
}
