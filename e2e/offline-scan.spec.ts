import { expect, type Page, test } from '@playwright/test';
import sql from 'sql-template-tag';
import { insertTrackers } from '../src-main/core/testing/company.ts';
import { centralEngine, type TestDatabase } from '../src-main/core/testing/database.ts';
import { startTcpProxy, type TcpProxy } from '../src-main/core/testing/tcp-proxy.ts';
import { type SignedIn, signIn } from './support/api.ts';
import { ADMIN_PASSWORD, startConsole, type TestConsole, temporaryDataDir } from './support/console.ts';
import { scannerTypes } from './support/scanner.ts';

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
    const scan = (at: number) => scannerTypes(page, devices[at]!.mac);
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

  test('an order pairs trackers with goods: a fast scanner, cut off, and on a handheld', async ({ page }) => {
    const macs = devices.slice(20, 24).map(({ mac }) => mac) as [string, string, string, string];
    const { client } = (await admin.api.listCustomerOrders({ query: {} })).items[0]!;
    const order = await admin.api.createCustomerOrder({ body: { clientId: client.id, quantity: 3, pairsGoods: true } });
    const outcome = page.getByTestId('outcome');
    const goods = page.getByRole('region', { name: 'Goods' });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(running.url);
    await page.getByLabel('User name').fill('admin');
    await page.locator('input[type=password]').fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();

    await test.step('a scanned number opens its order, and a tracker scanned before waits for it', async () => {
      await page.goto(`${running.url}/scan`);
      await expect(page.getByRole('listbox')).toBeVisible();
      await scannerTypes(page, macs[0]);
      await expect(page.getByText('1 tracker waits for its order.')).toBeVisible();
      await scannerTypes(page, order.number);
      await expect(page.getByLabel('1 of 3 devices allocated').first()).toBeVisible();
      await expect(goods).toContainText(macs[0]);
    });

    await test.step('code, tracker, code without a pause', async () => {
      for (const code of ['CHAIR-1', macs[1], '012345678905']) await scannerTypes(page, code);
      await expect(outcome).toContainText('Paired');
      await expect(outcome).toContainText('012345678905');
      await expect(goods).toContainText('All have their goods');
      await readable(page);
      await page.screenshot({ path: test.info().outputPath('pairing-1440.png') });
    });

    await test.step('cut off: a code that comes twice is asked about, taken back and scanned anew', async () => {
      await expect
        .poll(() => admin.api.getWorkstation(), { timeout: 20_000 })
        .toMatchObject({ copyComplete: true, orders: 3 });
      await proxy.cut();
      await scannerTypes(page, macs[2]);
      await scannerTypes(page, 'CHAIR-1');
      await expect(outcome).toContainText('Goods in it already');
      await page.keyboard.press('F9');
      await expect(outcome).toContainText('Paired');
      await expect(outcome).toContainText('Pending');
      await page.keyboard.press('Control+z');
      await expect(outcome).toContainText('Goods taken away');
      await goods.getByRole('button', { name: '1 without goods' }).click();
      await page.getByRole('button', { name: `Scan the goods of ${macs[2]}` }).click();
      await scannerTypes(page, 'CHAIR-3');
      await expect(outcome).toContainText('CHAIR-3');
      await expect(page.getByRole('button', { name: 'Next order' })).toBeVisible();
    });

    await test.step('sent once and in order when it is back', async () => {
      await proxy.restore();
      await expect
        .poll(() => admin.api.getWorkstation(), { timeout: 20_000 })
        .toMatchObject({ link: 'online', outbox: { waiting: 0, conflicts: 0 } });
      const params = { customerOrderId: order.id };
      const paired = async () =>
        (await admin.api.listAllocations({ params })).items
          .map((item) => [item.macAddress, item.goodsReference])
          .sort();
      const wanted = [
        [macs[0], 'CHAIR-1'],
        [macs[1], '012345678905'],
        [macs[2], 'CHAIR-3'],
      ].sort();
      await expect.poll(paired, { timeout: 20_000 }).toEqual(wanted);
    });

    await test.step('on a handheld: the answer first, buttons in place of keys', async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.reload();
      await expect(goods).toBeVisible();
      await scannerTypes(page, macs[0]);
      await expect(outcome).toContainText('Already in this order');
      // Before anything is scrolled: the answer stays at the top then.
      const { y } = (await outcome.boundingBox())!;
      const counter = (await page.getByLabel('3 of 3 devices allocated').first().boundingBox())!;
      expect(y).toBeLessThan(counter.y);
      await expect(goods).toContainText(macs[0]);
      await goods.getByRole('button', { name: 'No goods' }).click();
      await expect(goods).toContainText('Scan a tracker, then its goods.');
      await page.getByRole('button', { name: 'Undo last' }).click({ trial: true });
      await page.getByRole('button', { name: 'Camera', exact: true }).click({ trial: true });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(390);
      await readable(page);
      await page.screenshot({ path: test.info().outputPath('pairing-390.png') });
    });

    await test.step('says so when the window has lost the focus', async () => {
      await page.evaluate(() => {
        document.hasFocus = () => false;
        window.dispatchEvent(new Event('blur'));
      });
      await expect(page.getByTestId('not-listening')).toContainText('Not listening');
    });
  });
});

/** Every text of the station stands out from what is behind it by 4.5:1, the counter by 7:1, light and dark. */
async function readable(page: Page): Promise<void> {
  const root = page.locator('html');
  for (const scheme of ['dark', 'light']) {
    await root.evaluate((html, each) => html.setAttribute('data-mantine-color-scheme', each), scheme);
    await readableAsShown(page);
  }
}

async function readableAsShown(page: Page): Promise<void> {
  const poor = await page.locator('[data-scan-station]').evaluate((root) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const rgba = (color: string) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data] as [number, number, number, number];
    };
    const channel = (value: number) =>
      value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]: number[]) => 0.2126 * channel(r!) + 0.7152 * channel(g!) + 0.0722 * channel(b!);
    const behind = (element: Element | null): number[] => {
      for (let each = element; each; each = each.parentElement) {
        const [r, g, b, a] = rgba(getComputedStyle(each).backgroundColor);
        if (a === 255) return [r, g, b];
        if (a > 0) {
          const below = behind(each.parentElement);
          return [r, g, b].map((value, i) => (value * a + below[i]! * (255 - a)) / 255);
        }
      }
      return [255, 255, 255];
    };
    const found: string[] = [];
    for (const element of root.querySelectorAll<HTMLElement>('*')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      if (!own || !element.checkVisibility() || element.closest(':disabled, [data-disabled]')) continue;
      const back = behind(element);
      const [r, g, b, a] = rgba(getComputedStyle(element).color);
      const front = [r, g, b].map((value, i) => (value * a + back[i]! * (255 - a)) / 255);
      const [light, dark] = [luminance(front), luminance(back)].sort((x, y) => y - x) as [number, number];
      const ratio = (light + 0.05) / (dark + 0.05);
      const wanted = element.closest('[aria-label$="devices allocated"]') ? 7 : 4.5;
      if (ratio < wanted) found.push(`${element.textContent} ${ratio.toFixed(2)}`);
    }
    return found;
  });
  expect(poor).toEqual([]);
}
