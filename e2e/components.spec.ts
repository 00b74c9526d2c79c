import type { Client, ProductionRun } from '../src-shared/contract/clients.ts';
import type { CustomerOrder, ScanResult } from '../src-shared/contract/customer-orders.ts';
import { plainProfile } from '../src-shared/contract/export-profile.ts';
import type { ImportResult, Job } from '../src-shared/contract/jobs.ts';
import type { Manufacturer } from '../src-shared/contract/manufacturers.ts';
import type { Tracker } from '../src-shared/contract/trackers.ts';
import { type Answers, answered, Refusal } from './support/answered.ts';
import { scannerTypes } from './support/scanner.ts';
import { expect, type Page, test } from './support/test.ts';

const AT = '2026-11-23T08:15:00.000Z';
const LONG = 'A client whose name is far too long for any column that a person would ever drag it into';
const mac = (n: number) => `C0:FF:EE:00:00:${n.toString(16).padStart(2, '0').toUpperCase()}`;

const tracker = (id: number): Tracker => ({
  id,
  macAddress: mac(id),
  serialNumber: null,
  advertisementKey: 'a',
  hashedAdvertisementKey: 'h',
  stage: 'manufactured',
  keyBatch: null,
  productionRun: null,
  runPeriod: null,
  brand: null,
  client: { id: 1, name: LONG },
  customerOrder: null,
  status: 'UNKNOWN',
  statusSince: null,
  location: null,
  lastReport: null,
  reportCount: 0,
  createdAt: AT,
});
const client: Client = {
  id: 1,
  version: 3,
  name: 'Acme',
  notes: 'As it was',
  brandCount: 0,
  trackerCount: 0,
  archivedAt: null,
  createdAt: AT,
};
const order: CustomerOrder = {
  id: 7,
  version: 1,
  number: 'CO-7',
  client: { id: 1, name: 'Acme' },
  brand: null,
  productionRun: null,
  quantity: 5,
  allocatedCount: 0,
  state: 'open',
  dueDate: null,
  dueTimeZone: 'UTC',
  notes: '',
  pairsGoods: false,
  unpairedCount: 0,
  sharedGoodsCount: 0,
  createdBy: 'admin',
  createdAt: AT,
};
const manufacturer: Manufacturer = {
  id: 4,
  version: 2,
  name: 'Factory',
  contact: '',
  notes: '',
  macIdentifier: '21',
  profile: plainProfile('csv'),
  counts: { keyOrders: 0, open: 0, keys: 0 },
  webhookUrl: null,
  archivedAt: null,
  createdAt: AT,
};
const found: ImportResult = {
  dryRun: true,
  rows: 3,
  accepted: 2,
  rejected: 1,
  alreadyImported: 0,
  stored: 0,
  columns: { macAddress: 'MAC', privateKey: 'Key' },
  positions: { macAddress: 1, privateKey: 2 },
  header: ['MAC', 'Key'],
  headerRow: 1,
  sheets: null,
  format: { kind: 'csv', delimiter: ',', encoding: 'utf-8' },
  problems: [{ row: 3, column: 'MAC', code: 'mac', message: 'Write twelve hexadecimal digits.', value: 'C0:FF' }],
  notes: [],
};
const job = (id: number, result: ImportResult): Job => ({
  id,
  kind: 'tracker-import',
  state: 'succeeded',
  label: 'devices.csv',
  resource: null,
  progress: { done: 3, total: 3, unit: 'rows', ratePerSecond: null, secondsLeft: null },
  result: result as unknown as Record<string, unknown>,
  error: null,
  cancelRequested: false,
  createdBy: 'admin',
  createdAt: AT,
  startedAt: AT,
  finishedAt: AT,
});
const run: ProductionRun = {
  id: 5,
  version: 1,
  name: 'Autumn',
  brand: { id: 2, name: 'Brand' },
  client: { id: 1, name: 'Acme' },
  startDate: '2026-11-01',
  endDate: '2026-12-31',
  timeZone: 'UTC',
  phase: 'active',
  trackerCount: 0,
  movedOnCount: 0,
  statusCounts: { UNKNOWN: 0, IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 },
  archivedAt: null,
  createdAt: AT,
};
const outcomes: Record<string, ScanResult['outcome']> = { [mac(1)]: 'allocated', [mac(2)]: 'unknown-mac' };

const answers: Answers = {
  getSession: {
    user: { id: 1, username: 'admin', displayName: 'Ada', role: 'admin', client: null },
    mustChangePassword: false,
    expiresAt: '2027-11-23T08:15:00.000Z',
  },
  listTrackers: ({ query }) =>
    query.cursor
      ? { items: Array.from({ length: 40 }, (_, i) => tracker(61 + i)), nextCursor: null }
      : { items: Array.from({ length: 60 }, (_, i) => tracker(1 + i)), nextCursor: 'more' },
  countTrackers: { count: 100 },
  getTracker: ({ params }) => tracker(Number(params.trackerId)),
  listClients: { items: [client], nextCursor: null },
  getClient: client,
  updateClient: ({ body }) => {
    if (body.name === 'Taken')
      throw new Refusal(422, 'validation-failed', 'Check the form.', {
        fields: [{ path: 'name', message: 'Another client has this name.' }],
      });
    return { ...client, ...body, version: 4 };
  },
  getManufacturer: manufacturer,
  updateManufacturer: ({ body }) => ({ ...manufacturer, ...body, version: 3 }),
  getProductionRun: run,
  getCustomerOrder: order,
  allocate: ({ body }) => ({
    outcome: outcomes[body.scan] ?? 'malformed',
    scanned: body.scan,
    macAddress: outcomes[body.scan] ? body.scan : null,
    trackerId: null,
    allocationId: outcomes[body.scan] === 'allocated' ? 9 : null,
    otherOrder: null,
    order: { id: 7, number: 'CO-7', quantity: 5, allocatedCount: 1, state: 'open' },
    scannedAt: AT,
  }),
  importTrackers: ({ query }) =>
    query.dryRun === 'true' ? job(20, found) : job(21, { ...found, dryRun: false, stored: 2 }),
  getJob: ({ params }) => job(Number(params.jobId), found),
};

/**
 * The components that carry the console, in a real browser and as they are built, each with what it is for. No console is
 * started: what they ask is answered here, by the contract.
 */
test.describe('components', () => {
  let console: Awaited<ReturnType<typeof answered>>;
  let page: Page;
  test.beforeAll(async ({ browser }) => {
    console = await answered(answers);
    page = await browser.newPage({ baseURL: console.url, viewport: { width: 1440, height: 900 } });
    // What is heard: the pitch and the wave of each tone that begins.
    await page.addInitScript(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (when?: number) {
        heard.push(`${this.type} ${Math.round(this.frequency.value)}`);
        start.call(this, when);
      };
    });
    await page.goto('/trackers');
  });
  test.afterAll(async () => {
    await page.close();
    await console.stop();
    expect(console.faults).toEqual([]);
  });
  /** Another screen without another load of the page. */
  const go = (path: string) =>
    page.evaluate((to) => {
      history.pushState({}, '', to);
      dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
    }, path);

  test('a table asks the server to sort, keeps dragged widths, shows cut text, opens by row, selects all that match', async () => {
    const table = page.getByRole('table', { name: 'Trackers' });
    await expect(table.getByText(mac(1))).toBeVisible();

    await table.getByRole('button', { name: 'MAC address' }).click();
    await expect.poll(() => console.asked('listTrackers').at(-1)?.query.sort).toBe('-macAddress');
    await table.getByRole('button', { name: 'MAC address' }).click();
    await expect.poll(() => console.asked('listTrackers').at(-1)?.query.sort).toBe('macAddress');
    await expect(table.getByRole('columnheader', { name: 'MAC address' })).toHaveAttribute('aria-sort', 'ascending');

    const header = table.locator('th[data-column=client]');
    await header.scrollIntoViewIfNeeded();
    const before = (await header.boundingBox())!;
    await page.mouse.move(before.x + before.width - 2, before.y + 10);
    await page.mouse.down();
    await page.mouse.move(before.x + before.width - 42, before.y + 10, { steps: 3 });
    await page.mouse.up();
    await expect.poll(async () => Math.round((await header.boundingBox())!.width - before.width)).toBe(-40);

    const row = table.locator('tbody tr[data-index="1"]');
    await row.locator('td[data-column=client]').hover();
    await expect(page.getByRole('tooltip')).toHaveText(LONG);
    await page.mouse.move(0, 0);
    await table.locator('tbody tr[data-index="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await expect(row).toBeFocused();
    await expect(page.getByRole('tooltip')).toContainText(`Client: ${LONG}`);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/trackers\/2$/);
    await page.goBack();
    await expect.poll(async () => Math.round((await header.boundingBox())!.width - before.width)).toBe(-40);
    await row.locator('td[data-column=client]').click();
    await expect(page).toHaveURL(/\/trackers\/2$/);
    await page.goBack();

    await table.getByRole('checkbox', { name: 'Select all' }).click();
    await expect(page.getByText('100 selected')).toBeVisible();

    await page.setViewportSize({ width: 1024, height: 768 });
    const first = table.locator('tbody tr[data-index="0"] td[data-column=name]');
    const left = (await first.boundingBox())!.x;
    await table.evaluate((element) => element.parentElement!.scrollTo({ left: 400 }));
    expect((await first.boundingBox())!.x).toBe(left);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('a form says what is wrong at its field, goes there, keeps what was typed, and sends only what changed', async () => {
    await go('/clients');
    await page.getByRole('button', { name: 'Actions for Acme' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    const form = page.getByRole('dialog');
    const name = form.getByRole('textbox', { name: 'Name' });
    await name.fill(' ');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByText('Give it a name.')).toBeVisible();
    await expect(name).toBeFocused();
    expect(console.asked('updateClient')).toHaveLength(0);

    await name.fill('Taken');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByText('Another client has this name.')).toBeVisible();
    await expect(name).toHaveValue('Taken');
    await expect(name).toBeFocused();

    await name.fill('Acme and Sons');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form).toBeHidden();
    const sent = console.asked('updateClient').at(-1)!;
    expect(sent.body).toEqual({ name: 'Acme and Sons' });
    expect(sent.headers['if-match']).toBe('"3"');
  });

  test('the profile of a manufacturer shows only what its format has, and sends the profile with the change', async () => {
    await go('/manufacturers/4');
    const prefix = page.getByRole('textbox', { name: 'Prefix of serial numbers' });
    await prefix.fill('gl-');
    await expect(prefix).toHaveValue('GL-');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(() => console.asked('updateManufacturer').at(-1)?.body)
      .toEqual({
        profile: { ...manufacturer.profile, serialPrefix: 'GL-' },
      });
    await page.getByText('Firmware key files', { exact: true }).click();
    await expect(prefix).toHaveCount(0);
    await expect(page.getByLabel('Keys per file')).toBeVisible();
  });

  test('an import refuses what is no file of devices, shows a bad row, and stores the good ones when told to', async () => {
    await go('/production-runs/5?tab=import');
    const choose = (name: string, text: string) =>
      page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name, mimeType: '', buffer: Buffer.from(text, 'latin1') });
    await choose('devices.pdf', '%PDF-1.7');
    await expect(page.getByRole('alert')).toContainText('devices.pdf');
    expect(console.asked('importTrackers')).toHaveLength(0);

    await choose('devices.csv', 'MAC,Key\n');
    await expect(page.getByRole('cell', { name: 'Write twelve hexadecimal digits.' })).toBeVisible();
    const start = page.getByRole('button', { name: 'Import 2 devices' });
    await expect(start).toBeDisabled();
    await page.getByRole('radio', { name: /Good rows only/ }).check();
    await start.click();
    await expect(page.getByRole('button', { name: 'Import another file' })).toBeVisible();
    expect(console.asked('importTrackers').map(({ query }) => [query.dryRun, query.mode])).toEqual([
      ['true', 'good-rows'],
      ['false', 'good-rows'],
    ]);
  });

  test('the answer to a scan differs in colour, sound and words, and is read out', async () => {
    await go('/scan/7');
    const panel = page.getByTestId('outcome');
    await expect(panel).toHaveAttribute('data-tone', 'ready');
    const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.splice(0));
    await heard();
    const colours = new Set<string>();
    for (const [code, tone, title, tones] of [
      [mac(1), 'good', 'Allocated', ['sine 1320']],
      [mac(2), 'stop', 'Unknown', ['sawtooth 165']],
    ] as const) {
      await scannerTypes(page, code);
      await expect(panel).toHaveAttribute('data-tone', tone);
      await expect(panel).toContainText(title);
      await expect(panel).toContainText(code);
      await expect(panel).toHaveAttribute('aria-live', 'assertive');
      expect(await heard()).toEqual(tones);
      colours.add(await panel.evaluate((element) => getComputedStyle(element).backgroundColor));
    }
    expect(colours.size).toBe(2);
  });
});
