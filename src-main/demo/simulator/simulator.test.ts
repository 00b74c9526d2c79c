import { afterEach, describe, expect, test } from 'vitest';
import { decryptReports, type OpenedReport } from '../../core/fetching/opening/report-cipher.ts';
import { p224Engine } from '../../core/keys/p224/load-engine.ts';
import { noFaults } from './faults.ts';
import { distanceM } from './motion/geo.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';
import {
  askHaystack,
  askNewer,
  askOlder,
  post,
  TEST_NOW,
  testKeys,
  testPlan,
  testSimulator,
} from './testing/console-and-simulator.ts';

const keys = testKeys(3);
const [key] = keys as [(typeof keys)[0]];
const DAY_MS = 86_400_000;
const quiet = { baseFaults: noFaults };
let running: Simulator[] = [];
const start = async (options: SimulatorOptions = quiet, plan = testPlan(0.3)) => {
  const simulator = await testSimulator(keys, options, plan);
  running.push(simulator);
  return simulator;
};
afterEach(async () => {
  await Promise.all(running.map((simulator) => simulator.close()));
  running = [];
});

function opened(payloads: readonly string[], privateKey = key.privateKey): OpenedReport[] {
  const items = payloads.map((payload) => ({ privateKey, payload: new Uint8Array(Buffer.from(payload, 'base64')) }));
  return decryptReports(p224Engine(), items).map((report) => {
    if (!report.ok) throw new Error(report.reason);
    return report;
  });
}

describe('the forms', () => {
  test('older: decrypts, newest first, within the last 7 days, whatever startDate says', async () => {
    const simulator = await start();
    const { status, json } = await askOlder(simulator, [key.id]);
    expect(status).toBe(200);
    expect(json.statusCode).toBe('200');
    expect(json.results.length).toBeGreaterThan(10);
    for (const result of json.results)
      expect(result).toMatchObject({ id: key.id, description: 'found', statusCode: 0 });
    const reports = opened(json.results.map((result: { payload: string }) => result.payload));
    const times = reports.map((report) => report.timestampMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(TEST_NOW - 7 * DAY_MS);
    expect(Math.max(...times)).toBeLessThanOrEqual(TEST_NOW);
    for (const report of reports) {
      expect(report.confidence).toBeGreaterThanOrEqual(1);
      expect(report.confidence).toBeLessThanOrEqual(3);
      expect(report.horizontalAccuracyM).toBeGreaterThanOrEqual(5);
      // Between Hamburg and Munich.
      expect(distanceM(report, { latitude: 51, longitude: 10.7 })).toBeLessThan(400_000);
    }
    for (const [i, result] of json.results.entries()) {
      expect(result.datePublished).toBeGreaterThan(times[i]!);
      expect(result.datePublished).toBeLessThanOrEqual(TEST_NOW);
    }
  });

  test('newer and haystack tell the same payloads', async () => {
    const simulator = await start();
    const older = await askOlder(simulator, [key.id]);
    const payloads = older.json.results.map((result: { payload: string }) => result.payload);
    const newer = await askNewer(simulator, [key.id]);
    expect(newer.json.acsnLocations).toEqual({
      statusCode: '200',
      locationPayload: [{ id: key.id, locationInfo: payloads }],
    });
    const haystack = await askHaystack(simulator, [key.id]);
    expect(haystack.json.results.map((result: { payload: string }) => result.payload)).toEqual(payloads);
    const oneDay = await askHaystack(simulator, [key.id], 1);
    expect(oneDay.json.results.length).toBeLessThan(payloads.length);
  });

  test('an id that is not known is missing, and a request of another form is refused', async () => {
    const simulator = await start();
    const unknown = Buffer.alloc(32).toString('base64');
    expect((await askOlder(simulator, [unknown])).json).toEqual({ results: [], statusCode: '200' });
    expect((await post(`${simulator.url}/acsnservice/fetch`, { ids: [key.id] })).status).toBe(400);
    expect((await post(`${simulator.url}/`, { search: [] })).status).toBe(501);
    expect((await post(`${simulator.url}/elsewhere`, {})).status).toBe(404);
  });

  test('the same seed, world and requests give the same answers; another seed other ones', async () => {
    const answers = async (seed: number) => {
      const simulator = await start({ seed });
      const texts: string[] = [];
      for (let i = 0; i < 40; i++) texts.push((await askOlder(simulator, [keys[i % 3]!.id])).text);
      return texts;
    };
    const [one, same, other] = [await answers(7), await answers(7), await answers(8)];
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });
});

describe('access', () => {
  const credentials = { username: '123', password: 'token' };
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const body = { search: [{ startDate: 1, ids: [key.id] }] };

  test('Basic credentials are checked, each form by its own', async () => {
    const simulator = await start({
      ...quiet,
      appleCredentials: credentials,
      haystackCredentials: { ...credentials, username: 'h' },
    });
    const url = `${simulator.url}/acsnservice/fetch`;
    expect((await post(url, body)).status).toBe(401);
    expect((await post(url, body, basic('123:wrong'))).status).toBe(401);
    expect((await post(url, body, basic('123:token'))).status).toBe(200);
    expect((await post(`${simulator.url}/`, { ids: [key.id] }, basic('123:token'))).status).toBe(401);
    expect((await post(`${simulator.url}/`, { ids: [key.id] }, basic('h:token'))).status).toBe(200);
  });

  test('anisette: headers must be there, and issued a moment ago where that is asked for', async () => {
    let now = TEST_NOW;
    const simulator = await start({ ...quiet, anisette: 'issued', now: () => now });
    const url = `${simulator.url}/acsnservice/fetch`;
    expect((await post(url, body)).status).toBe(401);
    expect((await post(url, body, { 'x-apple-i-md': 'made up', 'x-apple-i-md-m': 'too' })).status).toBe(401);
    const headers = (await (await fetch(`${simulator.url}/`)).json()) as Record<string, string>;
    expect(Object.keys(headers).sort()).toEqual(['X-Apple-I-MD', 'X-Apple-I-MD-M']);
    expect((await post(url, body, headers)).status).toBe(200);
    now += 60_000;
    expect((await post(url, body, headers)).status).toBe(401);
  });
});

describe('control', () => {
  test('trackers join by public key, with a plan; private keys are refused', async () => {
    const simulator = await start();
    const [late] = testKeys(1) as [(typeof keys)[0]];
    const entry = { advertisementKey: late.advertisementKey, plan: testPlan(2) };
    const url = `${simulator.url}/simulator/trackers`;
    expect((await post(url, { trackers: [entry] })).json).toEqual({ registered: 1, trackers: 4 });
    expect((await askOlder(simulator, [late.id])).json.results.length).toBeGreaterThan(50);
    const leaked = { ...entry, privateKey: Buffer.from(late.privateKey).toString('base64') };
    expect((await post(url, { trackers: [leaked] })).status).toBe(422);
    const nonsense = { ...entry, advertisementKey: Buffer.alloc(28, 255).toString('base64') };
    expect((await post(url, { trackers: [nonsense] })).status).toBe(422);
    expect((await post(url, { trackers: [entry] }, { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('faults are switched and the state told while it runs', async () => {
    const simulator = await start();
    expect((await post(`${simulator.url}/simulator/faults`, { status503: 'on', cap: 3 })).json.faults).toMatchObject({
      status503: 0.3,
      cap: 3,
    });
    expect((await post(`${simulator.url}/simulator/faults`, { nonsense: 1 })).status).toBe(422);
    const state = (await (await fetch(`${simulator.url}/simulator/state`)).json()) as {
      trackers: number;
      seed: number;
    };
    expect(state).toMatchObject({ trackers: 3, seed: 42 });
  });
});
