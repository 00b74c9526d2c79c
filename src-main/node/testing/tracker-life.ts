import assert from 'node:assert/strict';
import type { ApiClient } from '../../../src-shared/contract/api-client.ts';
import type { Job } from '../../../src-shared/contract/jobs.ts';
import type { Simulator } from '../../demo/simulator/simulator.ts';

/** A running console as a program sees it that is signed in as an administrator. */
export interface SignedInProgram {
  api: ApiClient;
  get(path: string): Promise<Response>;
  send(path: string, contentType: string, body: string): Promise<Response>;
}

const warehouse = { latitude: 53.504, longitude: 9.933 };
const shop = { latitude: 50.1109, longitude: 8.6821 };
const hours = (count: number) => new Date(Date.now() - count * 3_600_000);
const day = (date: Date) => date.toISOString().slice(0, 10);
const point = (at: typeof shop) => ({
  type: 'Point' as const,
  coordinates: [at.longitude, at.latitude] as [number, number],
});

/** Asks again until there is an answer. */
async function until<T>(ask: () => Promise<T | null | undefined | false>, what: string, seconds = 90): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Waits until a job has ended; throws with its reason when it did not succeed. */
const jobDone = (api: ApiClient, jobId: number): Promise<Job> =>
  until(async () => {
    const job = await api.getJob({ params: { jobId } });
    if (job.state === 'failed' || job.state === 'cancelled')
      throw new Error(`job ${job.label}: ${job.error?.message ?? job.state}`);
    return job.state === 'succeeded' ? job : null;
  }, 'a job to end');

/**
 * The main job over the API alone: a key batch, its export, the returned file with a bad row, an order filled by scans, and
 * two trackers that are fetched and folded until they are DELIVERED. Throws where anything is not as it should be.
 */
export async function liveTrackers({ api, get, send }: SignedInProgram, simulator: Simulator) {
  const client = await api.createClient({ body: { name: 'Northwind' } });
  const brand = await api.createBrand({ body: { name: 'Trail', clientId: client.id } });
  const run = await api.createProductionRun({
    body: { name: 'Autumn', brandId: brand.id, startDate: day(hours(24 * 10)), endDate: day(hours(-24 * 10)) },
  });
  const storage = await api.createStorageLocation({
    body: { name: 'Port', position: point(warehouse), geofenceRadiusM: 400, productionRunId: run.id },
  });
  const delivery = await api.createDeliveryLocation({
    body: { name: 'Shop', position: point(shop), geofenceRadiusM: 400, productionRunIds: [run.id] },
  });

  // Keys, and what the manufacturer gets and gives back.
  const job = await api.createKeyBatch({ body: { count: 5, label: 'First batch' } });
  await jobDone(api, job.id);
  const keyBatchId = job.resource!.id;
  const exported = `/api/v1/key-batches/${keyBatchId}/exports?format=csv&recipient=Factory`;
  const file = await (await get(exported)).text();
  assert.equal(await (await get(exported)).text(), file);
  assert.doesNotMatch(file, /private/i);
  const [header, ...rows] = file
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const column = header!.indexOf('advertisement_key');
  const keys = rows.map((row) => row[column]!);
  assert.equal(keys.length, 5);
  const mac = (index: number) => `C0:FF:EE:00:00:0${index}`;
  const returned = ['mac_address,advertisement_key', ...keys.map((key, i) => `${mac(i)},${key}`), 'not-a-mac,AAAA'];
  const imported = async (how: string) => {
    const answer = await send(
      `/api/v1/key-batches/${keyBatchId}/manufactured-devices?${how}`,
      'text/csv',
      returned.join('\n'),
    );
    const { accepted, rejected, stored } = (await jobDone(api, ((await answer.json()) as Job).id)).result as Record<
      string,
      number
    >;
    return { accepted, rejected, stored };
  };
  assert.deepEqual(await imported('dryRun=true'), { accepted: 5, rejected: 1, stored: 0 });
  assert.deepEqual(await imported('mode=good-rows'), { accepted: 5, rejected: 1, stored: 5 });

  // An order, filled by scanning.
  const order = await api.createCustomerOrder({
    body: { clientId: client.id, brandId: brand.id, productionRunId: run.id, quantity: 2 },
  });
  for (const [text, outcome] of [
    ['c0ffee000000', 'allocated'],
    [mac(0), 'already-in-this-order'],
    ['C0-FF-EE-00-00-0', 'malformed'],
    ['AA:BB:CC:DD:EE:FF', 'unknown-mac'],
    [mac(1), 'allocated'],
    [mac(2), 'order-full'],
  ] as const) {
    const scanned = await api.allocate({ params: { customerOrderId: order.id }, body: { scan: text } });
    assert.equal(scanned.outcome, outcome, text);
  }

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
  const delivered = await until(async () => {
    const page = await api.listTrackers({ query: { productionRunId: run.id, status: 'DELIVERED' } });
    return page.items.length === 2 && page.items;
  }, 'both trackers to be delivered');
  return { run, storage, delivery, tracker: delivered[0]! };
}

/** The network that `liveTrackers` asks. */
export const simulatorOptions = { seed: 7, appleCredentials: { username: '1234', password: 'token' } };
