import { expect, test } from '@playwright/test';
import { noFaults } from '../src-main/demo/simulator/faults.ts';
import { createSimulator, type Simulator } from '../src-main/demo/simulator/simulator.ts';
import { jobDone, signIn, until } from './support/api.ts';
import { startConsole, type TestConsole, temporaryDataDir } from './support/console.ts';

/** The main job through the REST API alone: from a key batch to DELIVERED, on a console of its own. */
test.describe('the life of a tracker, over the API', () => {
  const warehouse = { latitude: 53.504, longitude: 9.933 };
  const shop = { latitude: 50.1109, longitude: 8.6821 };
  const hours = (count: number) => new Date(Date.now() - count * 3_600_000);
  let simulator: Simulator;
  let running: TestConsole;
  let data: Awaited<ReturnType<typeof temporaryDataDir>>;

  test.beforeAll(async () => {
    data = await temporaryDataDir();
    [simulator, running] = await Promise.all([
      createSimulator({ baseFaults: noFaults, seed: 7, appleCredentials: { username: '1234', password: 'token' } }),
      startConsole({ dataDir: data.dataDir }),
    ]);
  });
  test.afterAll(async () => {
    await running?.stop();
    await simulator?.close();
    await data?.remove();
  });

  test('key batch, export, import, order, scan, fetch, status, map', async () => {
    const { api, get, send } = await signIn(running.url);
    const client = await api.createClient({ body: { name: 'Northwind' } });
    const brand = await api.createBrand({ body: { name: 'Trail', clientId: client.id } });
    const day = (date: Date) => date.toISOString().slice(0, 10);
    const run = await api.createProductionRun({
      body: { name: 'Autumn', brandId: brand.id, startDate: day(hours(24 * 10)), endDate: day(hours(-24 * 10)) },
    });
    const place = (at: typeof shop) => ({
      type: 'Point' as const,
      coordinates: [at.longitude, at.latitude] as [number, number],
    });
    const storage = await api.createStorageLocation({
      body: { name: 'Port', position: place(warehouse), geofenceRadiusM: 400, productionRunId: run.id },
    });
    const delivery = await api.createDeliveryLocation({
      body: { name: 'Shop', position: place(shop), geofenceRadiusM: 400, productionRunIds: [run.id] },
    });

    // Keys, and what the manufacturer gets and gives back.
    const job = await api.createKeyBatch({ body: { count: 5, label: 'First batch' } });
    await jobDone(api, job.id);
    const keyBatchId = job.resource!.id;
    const exported = `/api/v1/key-batches/${keyBatchId}/exports?format=csv&recipient=Factory`;
    const file = await (await get(exported)).text();
    expect(await (await get(exported)).text()).toBe(file);
    expect(file.toLowerCase()).not.toContain('private');
    const [header, ...rows] = file
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    const column = header!.indexOf('advertisement_key');
    const keys = rows.map((row) => row[column]!);
    expect(keys).toHaveLength(5);
    const mac = (index: number) => `C0:FF:EE:00:00:0${index}`;
    const returned = [
      'mac_address,advertisement_key',
      ...keys.map((key, i) => `${mac(i)},${key}`),
      'not-a-mac,AAAA',
    ].join('\n');
    const devices = `/api/v1/key-batches/${keyBatchId}/manufactured-devices`;
    const dryRun = await (await send(`${devices}?dryRun=true`, 'text/csv', returned)).json();
    expect((await jobDone(api, dryRun.id)).result).toMatchObject({ accepted: 5, rejected: 1, stored: 0 });
    const imported = await (await send(`${devices}?mode=good-rows`, 'text/csv', returned)).json();
    expect((await jobDone(api, imported.id)).result).toMatchObject({ accepted: 5, rejected: 1, stored: 5 });

    // An order, filled by scanning.
    const order = await api.createCustomerOrder({
      body: { clientId: client.id, brandId: brand.id, productionRunId: run.id, quantity: 2 },
    });
    const scan = async (text: string) =>
      (await api.allocate({ params: { customerOrderId: order.id }, body: { scan: text } })).outcome;
    expect(await scan('c0ffee000000')).toBe('allocated');
    expect(await scan(mac(0))).toBe('already-in-this-order');
    expect(await scan('C0-FF-EE-00-00-0')).toBe('malformed');
    expect(await scan('AA:BB:CC:DD:EE:FF')).toBe('unknown-mac');
    expect(await scan(mac(1))).toBe('allocated');
    expect(await scan(mac(2))).toBe('order-full');

    // The network sees the two: both left the port and stand at the shop.
    const stops = [
      { ...warehouse, hours: 20 },
      { ...shop, hours: null },
    ];
    simulator.registerTrackers(
      keys.slice(0, 2).map((advertisementKey) => ({
        advertisementKey,
        // So often that none is unheard between the two by chance.
        plan: { startAt: hours(72).toISOString(), stops, reportsPerHour: { atStops: 3, onTheWay: 6 } },
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

    const { items } = await until(async () => {
      const page = await api.listTrackers({ query: { productionRunId: run.id, status: 'DELIVERED' } });
      return page.items.length === 2 && page;
    }, 'both trackers to be delivered');
    const tracker = items[0]!;
    expect(tracker).toMatchObject({ location: { id: delivery.id, kind: 'delivery' }, stage: 'allocated' });
    expect(tracker.lastReport!.nearestCity!.name).toMatch(/Frankfurt/);
    const history = await api.listStatusHistory({ params: { trackerId: tracker.id } });
    expect(history.items.map((entry) => entry.status)).toEqual(['DELIVERED', 'IN_TRANSIT', 'IN_STORAGE']);
    expect(history.items.at(-1)!.location!.id).toBe(storage.id);
    const reports = await api.listLocationReports({ params: { trackerId: tracker.id }, query: { limit: 500 } });
    const id = tracker.hashedAdvertisementKey;
    const sent = simulator.reportsOf([id], { from: Date.now() - 7 * 86_400_000, now: Date.now() }).get(id) ?? [];
    expect(reports.items.length).toBeGreaterThan(10);
    expect(reports.items.length).toBeLessThanOrEqual(sent.length);

    const map = await api.getMapTrackers({ query: { bbox: '5,47,15,55', zoom: '18' as never } });
    expect(map.total).toBe(2);
    const track = await api.getTrackerTrack({ params: { trackerId: tracker.id } });
    expect(track.points.length).toBe(reports.items.filter((report) => report.position !== null).length);

    // A stop and a start later everything is as it was, and nothing is fetched twice.
    await running.stop();
    running = await startConsole({ dataDir: data.dataDir });
    const again = await signIn(running.url);
    expect((await again.api.getTracker({ params: { trackerId: tracker.id } })).status).toBe('DELIVERED');
    const { totals } = await again.api.getFetcher();
    expect(totals.stored).toBeGreaterThanOrEqual(reports.items.length);
    expect((await again.api.verifyAuditLog()).ok).toBe(true);
  });
});
