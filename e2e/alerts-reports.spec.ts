import { noFaults } from '../src-main/demo/simulator/faults.ts';
import { createSimulator, type Simulator } from '../src-main/demo/simulator/simulator.ts';
import { asPerson, jobDone, until } from './support/api.ts';
import { expect, type Page, test } from './support/own-console.ts';
import { saved } from './support/saved.ts';

/** Two trackers are delivered, and one of them goes on: an alert to deal with, and reports to take along. */
test.describe('alerts and reports', () => {
  const warehouse = { latitude: 53.504, longitude: 9.933 };
  const shop = { latitude: 50.1109, longitude: 8.6821 };
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
    const job = await api.createKeyBatch({ body: { count: 2, label: 'Batch', productionRunId: run.id } });
    await jobDone(api, job.id);
    const keyBatchId = job.resource!.id;
    const file = await (await get(`/api/v1/key-batches/${keyBatchId}/exports?format=csv&recipient=Factory`)).text();
    const [header, ...rows] = file
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    const keys = rows.map((row) => row[header!.indexOf('advertisement_key')]!);
    const returned = ['mac_address,advertisement_key', ...keys.map((key, i) => `C0:FF:EE:00:00:0${i},${key}`)].join(
      '\n',
    );
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
          startAt: ago(90).toISOString(),
          stops: i === 0 ? [...stops, { ...elsewhere, hours: null }] : [stops[0]!, { ...shop, hours: null }],
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

  test('an alert leads to its evidence and is acknowledged; reports are looked at and downloaded', async ({
    page,
    go,
    enter,
  }) => {
    test.setTimeout(180_000);
    await enter();
    const locationId = await prepare(page);

    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
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
    await page.getByRole('tab', { name: 'Dwell' }).click();
    const delivery = page.getByRole('region', { name: 'Confirmed delivery' });
    await expect(delivery).toContainText('Shop');
    await expect(page.getByRole('table', { name: /Dwell by location/ })).toContainText('Port');

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
