import { noFaults } from '../src-main/demo/simulator/faults.ts';
import { createSimulator, type Simulator } from '../src-main/demo/simulator/simulator.ts';
import { asPerson, jobDone, until } from './support/api.ts';
import { expect, type Page, test } from './support/own-console.ts';
import { saved } from './support/saved.ts';

/** Two trackers are delivered, and one of them goes on; many go astray: alerts to deal with, and reports to take along. */
test.describe('alerts and reports', () => {
  const warehouse = { latitude: 53.504, longitude: 9.933 };
  const shop = { latitude: 50.1109, longitude: 8.6821 };
  /** Far from every location of the run. */
  const astray = { latitude: 40.4168, longitude: -3.7038 };
  const ASTRAY = 150;
  const elsewhere = { latitude: 48.137, longitude: 11.575 };
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const day = (date: Date) => date.toISOString().slice(0, 10);
  let simulator: Simulator;
  test.beforeAll(async () => {
    simulator = await createSimulator({
      baseFaults: noFaults,
      seed: 7,
      appleCredentials: { username: '1234', password: 'token' },
    });
  });
  test.afterAll(() => simulator?.close());

  /** The company and its two trackers, up to the alert; the id of the delivery location. */
  async function prepare(page: Page): Promise<number> {
    const { api, get, send } = asPerson(page);
    const client = await api.createClient({ body: { name: 'Northwind' } });
    const brand = await api.createBrand({ body: { name: 'Trail', clientId: client.id } });
    const run = await api.createProductionRun({
      body: { name: 'Autumn', brandId: brand.id, startDate: day(ago(240)), endDate: day(ago(-240)) },
    });
    const at = ({ longitude, latitude }: typeof shop) => ({
      type: 'Point' as const,
      coordinates: [longitude, latitude] as [number, number],
    });
    const fence = { geofenceRadiusM: 400, productionRunId: run.id };
    await api.createStorageLocation({ body: { ...fence, name: 'Port', position: at(warehouse) } });
    const { id } = await api.createDeliveryLocation({ body: { ...fence, name: 'Shop', position: at(shop) } });
    const job = await api.createKeyBatch({ body: { count: 2 + ASTRAY, label: 'Batch', productionRunId: run.id } });
    await jobDone(api, job.id);
    const keyBatchId = job.resource!.id;
    const file = await (await get(`/api/v1/key-batches/${keyBatchId}/exports?format=csv&recipient=Factory`)).text();
    const [header, ...rows] = file
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    const keys = rows.map((row) => row[header!.indexOf('advertisement_key')]!);
    const returned = [
      'mac_address,advertisement_key',
      ...keys.map((key, i) => `C0:FF:EE:00:00:${i.toString(16).padStart(2, '0')},${key}`),
    ].join('\n');
    const imported = await (
      await send(`/api/v1/key-batches/${keyBatchId}/manufactured-devices`, 'text/csv', returned)
    ).json();
    await jobDone(api, imported.id);
    const stops = [
      { ...warehouse, hours: 10 },
      { ...shop, hours: 30 },
    ];
    simulator.registerTrackers(
      keys.map((advertisementKey, i) => ({
        advertisementKey,
        plan: {
          startAt: ago(i < 2 ? 90 : 30).toISOString(),
          ...(i < 2 ? {} : { reportsPerHour: { atStops: 0.4, onTheWay: 0.4 } }),
          stops:
            i > 1
              ? [{ ...astray, hours: null }]
              : i === 0
                ? [...stops, { ...elsewhere, hours: null }]
                : [stops[0]!, { ...shop, hours: null }],
        },
      })),
    );
    await api.createReportSource({
      body: {
        name: 'Network',
        kind: 'apple-older',
        url: `${simulator.url}/acsnservice/fetch`,
        anisetteUrl: simulator.url,
        minIntervalSeconds: 0,
        credentials: { dsid: '1234', searchPartyToken: 'token' },
      },
    });
    await api.controlFetcher({ body: { action: 'fetch-now' } });
    await until(
      async () => (await api.listAlerts({ query: { kind: 'left-delivery' } })).items.length === 1,
      'the alert of the tracker that went on',
      120,
    );
    return id;
  }

  /** A hundred and fifty alerts, each with three strokes at most: acknowledged, snoozed or taken over. */
  async function triage(page: Page): Promise<void> {
    const { api } = asPerson(page);
    const query = { kind: 'off-route', limit: 200 } as const;
    const left = async (more: object) => (await api.listAlerts({ query: { ...query, ...more } })).items.length;
    await until(async () => (await left({ state: 'open' })) === ASTRAY, 'the alerts of those that went astray', 120);
    await page.getByText('Run', { exact: true }).click();
    await page
      .getByRole('navigation', { name: 'Alerts by run' })
      .getByRole('button', { name: /Autumn/ })
      .click();
    await expect(page).toHaveURL(/productionRunId=/);
    const rows = page.getByRole('row', { name: /Far from its run’s locations/ });
    await expect(rows.first()).toBeVisible();
    let strokes = 0;
    const press = async (...keys: string[]) => {
      for (const key of keys) {
        await page.keyboard.press(key);
        strokes++;
      }
    };
    /** The row with the focus, once it is another one than before. */
    const focused = async (before = '') => {
      const row = await page.waitForFunction((text) => {
        const { activeElement } = document;
        const now = activeElement?.matches('tr[data-index]') ? activeElement.textContent : '';
        return now !== text && now;
      }, before);
      return (await row.jsonValue()) as string;
    };
    await press('j');
    let row = await focused();
    for (let n = 0; n < ASTRAY; n++) {
      // Those worse than astray stand above; they are somebody else's.
      while (!row.includes('Far from')) {
        await press('j');
        row = await focused(row);
      }
      if (n < 10) await press('s', '2');
      else await press(n < 20 ? 'm' : 'a');
      if (n < ASTRAY - 1) row = await focused(row);
    }
    expect(strokes).toBeLessThanOrEqual(3 * ASTRAY);
    await expect.poll(() => left({ state: 'open', assignee: 'none' })).toBe(0);
    expect(await left({ state: 'snoozed' })).toBe(10);
    expect(await left({ assignee: 'me' })).toBe(10);
    await press('u');
    await expect.poll(() => left({ state: 'open', assignee: 'none' })).toBe(1);
    // Back to the worst, which was left alone.
    await page.getByText('No groups', { exact: true }).click();
    await page.getByRole('combobox', { name: 'What' }).click();
    await page.getByRole('option', { name: 'Left its delivery location' }).click();
  }

  test('an alert leads to its evidence and is acknowledged; reports are looked at and downloaded', async ({
    page,
    go,
    enter,
  }) => {
    test.setTimeout(300_000);
    await enter();
    const locationId = await prepare(page);

    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await test.step('a day’s alerts are triaged by the keyboard', () => triage(page));

    const row = page.getByRole('row', { name: /Left its delivery location/ });
    await expect(row).toContainText('Critical');
    await expect(row).toContainText('Left Shop');
    await row.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('dialog').getByLabel('Note').fill('The shop sends it back');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await expect(row).toContainText('Acknowledged');

    await row.getByRole('link').click();
    await expect(page).toHaveURL(/\/trackers\/\d+\?at=/);
    await page.getByRole('tab', { name: 'Stays' }).click();
    const delivery = page.getByRole('region', { name: 'Confirmed delivery' });
    await expect(delivery).toContainText('Shop');
    await expect(page.getByRole('table', { name: /Stays by location/ })).toContainText('Port');

    await page.getByRole('link', { name: 'Reports', exact: true }).click();
    await page.getByRole('combobox', { name: 'Report', exact: true }).click();
    await page.getByRole('option', { name: 'Confirmed deliveries' }).click();
    const table = page.getByRole('table', { name: /Confirmed deliveries/ });
    await expect(table.getByRole('row')).toHaveCount(3);
    for (const [format, file] of [
      ['CSV', /^deliveries.*\.csv$/],
      ['Excel', /^deliveries.*\.xlsx$/],
    ] as const) {
      const button = page.getByRole('button', { name: `Download the whole report as ${format}` });
      expect((await saved(page, () => button.click())).name).toMatch(file);
    }

    // Another fence, tried before it is applied.
    await go(`/locations?kind=delivery&location=${locationId}`);
    await expect(page.getByLabel('Radius to try (m)')).toBeVisible();
    await page.getByLabel('Radius to try (m)').fill('5');
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await expect(
      page.getByRole('status').filter({ hasText: /would get a different history|Nothing would change/ }),
    ).toBeVisible();
  });
});
