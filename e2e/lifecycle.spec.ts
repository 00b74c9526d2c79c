import { noFaults } from '../src-main/demo/simulator/faults.ts';
import { createSimulator, type Simulator } from '../src-main/demo/simulator/simulator.ts';
import { bluetoothAddressOf } from '../src-shared/domain/find-my/keys.ts';
import { startConsole, type TestConsole, temporaryDataDir } from './support/console.ts';
import { saved } from './support/saved.ts';
import { expect, type Locator, type Page, test } from './support/test.ts';

/**
 * The main job as people do it who have never seen the console: from the first administrator to DELIVERED on the map, each
 * step by what the screen offers.
 */
test.describe('the life of a tracker, on screen', () => {
  const port = { latitude: 53.504, longitude: 9.933 };
  const shop = { latitude: 50.1109, longitude: 8.6821 };
  const hoursAgo = (count: number) => new Date(Date.now() - count * 3_600_000);
  const day = (date: Date) => date.toISOString().slice(0, 10);
  let simulator: Simulator;
  let running: TestConsole;
  let data: Awaited<ReturnType<typeof temporaryDataDir>>;

  test.beforeEach(async () => {
    data = await temporaryDataDir();
    [simulator, running] = await Promise.all([
      createSimulator({ baseFaults: noFaults, seed: 7 }),
      startConsole({ dataDir: data.dataDir, env: { CONSOLE_ADMIN_PASSWORD: '' } }),
    ]);
  });
  test.afterEach(async () => {
    await running?.stop();
    await simulator?.close();
    await data?.remove();
  });

  for (const [device, width, height] of [
    ['a desk', 1440, 900],
    ['a phone', 390, 844],
  ] as const)
    test(`from the set-up to the first position, at ${device}`, async ({ page }) => {
      test.setTimeout(240_000);
      await page.setViewportSize({ width, height });
      await walk(page, device === 'a phone');
    });

  async function walk(page: Page, isPhone: boolean): Promise<void> {
    const steps = page.getByRole('region', { name: 'First steps' });
    /** Goes where the console says that the next step is; it may be on the screen already. */
    const next = async (title: string) => {
      await expect(steps.getByText(title)).toBeVisible();
      const link = steps.getByRole('link', { name: /Next/ });
      if (await link.isVisible()) await link.click();
    };

    await test.step('the first administrator', async () => {
      await page.goto(running.url);
      await page.getByLabel('Your name').fill('Ada Admin');
      await page.getByLabel('User name').fill('ada');
      await page.locator('input[type=password]').first().fill('a long enough password');
      await page.locator('input[type=password]').nth(1).fill('a long enough password');
      await page.getByRole('button', { name: 'Create administrator' }).click();
      await expect(page.getByRole('heading', { name: 'Recovery kit' })).toBeVisible();
      await expect(page.getByLabel('Recovery kit')).toContainText('passphrase', { ignoreCase: true });
      const onward = page.getByRole('button', { name: 'Delete it here and continue' });
      await expect(onward).toBeDisabled();
      await page.getByLabel('I have printed it, or saved it in another place').check();
      await onward.click();
      await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
    });

    await test.step('a report source', async () => {
      await next('Add a report source');
      await page.getByRole('button', { name: 'Add source' }).first().click();
      await save(page, async (form) => {
        await form.getByLabel('Name').fill('Own endpoint');
        await choose(form.getByRole('combobox', { name: 'Kind' }), /haystack/i);
        await form.getByLabel('Address').fill(`${simulator.url}/`);
        await form
          .getByLabel(/interval|between|every/i)
          .first()
          .fill('0');
      });
    });

    await test.step('a manufacturer', async () => {
      await next('Add a manufacturer');
      await save(page, async (form) => form.getByLabel('Name').fill('Factory'));
      await expect(page.getByRole('heading', { name: 'Factory' })).toBeVisible();
    });

    let keys: string[] = [];
    /** What the factory reads off each device: the address that the key's firmware broadcasts. */
    const mac = (index: number) => bluetoothAddressOf(Buffer.from(keys[index]!, 'base64'));
    await test.step('a key batch, and its export for the manufacturer', async () => {
      await next('Make the first key batch');
      await save(page, async (form) => {
        await form.getByLabel('Label').fill('First batch');
        await form.getByLabel('Number of trackers').fill('5');
      });
      await expect(page.getByRole('heading', { name: 'First batch' })).toBeVisible();
      await expect(page.getByText('Ready')).toBeVisible();
      await page.getByLabel('Recipient').fill('Factory');
      await page.getByRole('button', { name: 'Make the export' }).click();
      const file = await saved(page, () => page.getByRole('button', { name: 'Download', exact: true }).click());
      const [header, ...rows] = file.bytes
        .toString()
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','));
      keys = rows.map((row) => row[header!.indexOf('advertisement_key')]!);
      expect(keys).toHaveLength(5);
      await expect(page.getByRole('row', { name: /Factory/ })).toBeVisible();
    });

    await test.step('the manufactured devices come back, with one bad row', async () => {
      await next('Import the manufactured devices');
      const file = [
        'mac_address,advertisement_key',
        ...keys.map((key, i) => `${mac(i)},${key}`),
        ...(isPhone ? [] : ['half-a-mac,AAAA']),
      ].join('\n');
      await page.getByRole('tab', { name: 'Take devices back' }).click();
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Choose a file' }).click();
      await (await chooser).setFiles({ name: 'devices.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
      await expect(page.getByText('What the check found')).toBeVisible();
      if (!isPhone) {
        await expect(page.getByRole('cell', { name: 'half-a-mac' }).first()).toBeVisible();
        await page.getByRole('radio', { name: 'Good rows only' }).check();
      }
      await page.getByRole('button', { name: /^(Import|Store)/ }).click();
      await expect(page.getByText('What was imported')).toBeVisible();
    });

    await test.step('client and brand', async () => {
      await next('Add a client');
      await save(page, async (form) => form.getByLabel('Name').fill('Northwind'));
      await next('Add a brand');
      await page.getByRole('button', { name: 'New brand' }).first().click();
      await save(page, async (form) => form.getByLabel('Name').fill('Trail'));
      await expect(page.getByText('Trail').first()).toBeVisible();
    });

    await test.step('production run', async () => {
      await next('Plan a production run');
      await save(page, async (form) => {
        await form.getByLabel('Name').fill('Autumn');
        await choose(form.getByRole('combobox', { name: 'Client' }), 'Northwind');
        await choose(form.getByRole('combobox', { name: 'Brand' }), 'Trail');
        await form.getByRole('textbox', { name: 'First day' }).fill(day(hoursAgo(24 * 10)));
        await form.getByRole('textbox', { name: 'Last day' }).fill(day(hoursAgo(-24 * 10)));
        // Closes the calendar that the field opened, not the form.
        await form.getByLabel('Name').focus();
      });
      await expect(page.getByText('Autumn').first()).toBeVisible();
    });

    await test.step('a storage and a delivery location', async () => {
      await next('Add storage and delivery locations');
      for (const [kind, name, at] of [
        ['storage', 'Port', port],
        ['delivery', 'Shop', shop],
      ] as const) {
        await page
          .getByRole('button', { name: `New ${kind} location` })
          .first()
          .click();
        await page.getByLabel('Name').fill(name);
        await page.getByLabel('Latitude').fill(String(at.latitude));
        await page.getByLabel('Longitude').fill(String(at.longitude));
        await page.getByRole('textbox', { name: 'Fence radius' }).fill('400');
        await choose(page.getByRole('combobox', { name: 'Production run' }).last(), 'Autumn');
        await page.getByRole('button', { name: /^(Create|Save)/ }).click();
        await expect(page.getByText(name).first()).toBeVisible();
        await expect(page.getByLabel('Latitude')).toHaveCount(0);
      }
    });

    await test.step('an order, filled by keystrokes as a scanner sends them', async () => {
      await next('Take the first order');
      await save(page, async (form) => {
        await choose(form.getByRole('combobox', { name: 'Client' }), 'Northwind');
        await choose(form.getByRole('combobox', { name: 'Production run' }), 'Autumn');
        await form.getByLabel('Quantity').fill('2');
      });
      await expect(steps.getByText('See the first position')).toBeVisible();
      await page.getByRole('link', { name: 'Open in scan station' }).click();
      await expect(page.getByTestId('outcome')).toContainText('Ready to scan');
      const scan = async (text: string, answer: string) => {
        await page.keyboard.type(text, { delay: 3 });
        await page.keyboard.press('Enter');
        await expect(page.getByText(answer).first()).toBeVisible();
      };
      await scan(mac(0), 'Allocated');
      await scan('AABBCCDDEEFF', 'Unknown device');
      await scan(mac(1).replaceAll(':', '').toLowerCase(), 'That was the last one: the order is full.');
      await scan(mac(2), 'Order is full');
    });

    await test.step('what the source brings', async () => {
      const stops = [
        { ...port, hours: 20 },
        { ...shop, hours: null },
      ];
      const plan = { startAt: hoursAgo(72).toISOString(), stops };
      simulator.registerTrackers(keys.slice(0, 2).map((advertisementKey) => ({ advertisementKey, plan })));
      await page.getByRole('link', { name: 'Leave' }).click();
      await expect(steps.getByText('See the first position')).toBeVisible();
      // Once it is known that there is something to fetch.
      await steps.getByRole('link', { name: /Next/ }).click();
      await expect(page).toHaveURL(/fetcher/);
      await page.getByRole('button', { name: 'Fetch now' }).first().click();
      await expect(steps.getByText('All first steps are done.')).toBeVisible({ timeout: 60_000 });
      await steps.getByRole('link', { name: 'See it on the map' }).click();
      await expect(page.getByText('2 trackers in view')).toBeVisible({ timeout: 60_000 });
      await expect(steps).toHaveCount(0);
      if (isPhone) await page.getByRole('button', { name: 'Open navigation' }).click();
      await page.getByRole('link', { name: 'Trackers', exact: true }).click();
      await expect(page.getByRole('row').filter({ hasText: 'Delivered' })).toHaveCount(2, { timeout: 60_000 });
    });

    await test.step('its history, its track and its city', async () => {
      await page.getByText(mac(0)).first().click();
      await expect(page.getByRole('heading', { name: mac(0) })).toBeVisible();
      await expect(page.getByText(/Frankfurt/).first()).toBeVisible();
      if (isPhone) return;
      const history = page.getByRole('table').first();
      await expect(history.getByText('In storage')).toBeVisible();
      await expect(history.getByText('Delivered')).toBeVisible();
      await expect(history.getByText('Shop')).toBeVisible();
    });
  }
});

/** Fills the open form, submits it, and waits until it is gone. */
async function save(page: Page, fill: (form: Locator) => Promise<void>): Promise<void> {
  const form = page.getByRole('dialog');
  await fill(form);
  await form.locator('button[type=submit]').click();
  await expect(form).toHaveCount(0);
}

/** Chooses from a select by its option's text. */
async function choose(select: Locator, option: string | RegExp): Promise<void> {
  await select.click();
  await select.page().getByRole('option', { name: option }).first().click();
}
