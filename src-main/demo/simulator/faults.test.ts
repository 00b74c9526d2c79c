import { afterEach, describe, expect, test } from 'vitest';
import { decryptReports } from '../../core/fetching/opening/report-cipher.ts';
import { p224Engine } from '../../core/keys/p224/load-engine.ts';
import { describeFaults, type FaultName, faultNames, noFaults, parseFault, usualFaults, withFaults } from './faults.ts';
import { distanceM } from './motion/geo.ts';
import type { Simulator } from './simulator.ts';
import {
  askHaystack,
  askNewer,
  askOlder,
  type RawAnswer,
  TEST_NOW,
  testKeys,
  testPlan,
  testSimulator,
} from './testing/console-and-simulator.ts';

const keys = testKeys(3);
const [key] = keys as [(typeof keys)[0]];
const DAY_MS = 86_400_000;
let simulator: Simulator;
afterEach(() => simulator?.close());

const start = async (faults: Partial<Record<FaultName, number>>, plan = testPlan(0.5)) => {
  simulator = await testSimulator(keys, { baseFaults: noFaults, faults }, plan);
};
const read = ({ json }: RawAnswer, privateKey = key.privateKey) =>
  decryptReports(
    p224Engine(),
    json.results.map((result: { payload: string }) => ({ privateKey, payload: Buffer.from(result.payload, 'base64') })),
  );

describe('single reports', () => {
  test('late: some are published hours or days after they were made, and only then answered', async () => {
    await start({ late: 0.5 });
    const { results } = (await askOlder(simulator, [key.id])).json;
    const all = simulator.reportsOf([key.id], { from: 0, now: TEST_NOW + 30 * DAY_MS }).get(key.id)!;
    const waiting = all.filter((report) => report.at < TEST_NOW && report.publishedAt > TEST_NOW);
    expect(waiting.length).toBeGreaterThan(0);
    const delays = results.map((result: { datePublished: number }, i: number) => {
      const report = read({ json: { results: [results[i]] } } as RawAnswer)[0]!;
      return report.ok ? result.datePublished - report.timestampMs : 0;
    });
    expect(Math.max(...delays)).toBeGreaterThan(4 * 3_600_000);
    expect(results.every((result: { datePublished: number }) => result.datePublished <= TEST_NOW)).toBe(true);
  });

  test('duplicate: the same payload twice in one answer', async () => {
    await start({ duplicate: 0.5 });
    const payloads = (await askOlder(simulator, [key.id])).json.results.map(
      (result: { payload: string }) => result.payload,
    );
    expect(new Set(payloads).size).toBeLessThan(payloads.length);
  });

  test('long and short payloads', async () => {
    await start({ longPayload: 0.5 });
    const { results } = (await askOlder(simulator, [key.id])).json;
    const lengths = results.map((result: { payload: string }) => Buffer.from(result.payload, 'base64').length);
    expect(new Set(lengths)).toEqual(new Set([88, 89]));
    expect(read({ json: { results } } as RawAnswer).every((report) => report.ok)).toBe(true);
  });

  test('corrupt: each kind is met, and the rest stays good', async () => {
    await start({ corrupt: 0.5, longPayload: 0.5 }, testPlan(1.5));
    const reports = read(await askOlder(simulator, [key.id]));
    const reasons = reports.map((report) => (report.ok ? 'good' : report.reason));
    expect(new Set(reasons)).toEqual(new Set(['good', 'bad-length', 'bad-point', 'bad-tag']));
    const told = simulator.reportsOf([key.id], { from: TEST_NOW - 7 * DAY_MS, now: TEST_NOW }).get(key.id)!;
    expect(reasons).toEqual(told.map((report) => report.corruption ?? 'good'));
  });

  test('empty positions and inaccurate ones', async () => {
    await start({ emptyPosition: 0.3, inaccurate: 1 });
    const reports = read(await askOlder(simulator, [key.id])).filter((report) => report.ok);
    expect(reports.some((report) => report.invalidPosition)).toBe(true);
    const truths = await positionsWithout(['inaccurate', 'emptyPosition']);
    const errors = reports
      .filter((report) => !report.invalidPosition)
      .map((report) => distanceM(report, truths.get(report.timestampMs)!));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeGreaterThan(150);
  });

  /** What the same reports say without a fault: switching one leaves the others as they are. */
  async function positionsWithout(names: FaultName[]) {
    simulator.setFaults(Object.fromEntries(names.map((name) => [name, 0])));
    const reports = read(await askOlder(simulator, [key.id])).filter((report) => report.ok);
    return new Map(reports.map((report) => [report.timestampMs, report]));
  }
});

describe('answers', () => {
  test.each([
    ['status401', 401],
    ['status429', 429],
    ['status500', 500],
    ['status503', 503],
    ['status504', 504],
    ['status541', 541],
  ] as const)('%s, on every form', async (fault, status) => {
    await start({ [fault]: 1, retryAfter: 17 });
    for (const answer of [
      await askOlder(simulator, [key.id]),
      await askNewer(simulator, [key.id]),
      await askHaystack(simulator, [key.id]),
    ]) {
      expect(answer.status).toBe(status);
      expect(answer.headers.get('retry-after')).toBe(status === 429 || status === 503 ? '17' : null);
    }
    expect(simulator.stats().mishaps).toEqual({ [fault]: 3 });
  });

  test('empty 200, and a body that is not JSON', async () => {
    await start({ emptyAnswer: 1 });
    expect(await askOlder(simulator, [key.id])).toMatchObject({ status: 200, text: '' });
    simulator.setFaults({ emptyAnswer: 0, notJson: 1 });
    const answer = await askOlder(simulator, [key.id]);
    expect(answer.status).toBe(200);
    expect(answer.json).toBeUndefined();
    expect(answer.text).not.toBe('');
  });

  test('without datePublished', async () => {
    await start({ noDatePublished: 1 });
    const { results } = (await askOlder(simulator, [key.id])).json;
    expect(results[0]).not.toHaveProperty('datePublished');
  });

  test('a missing tracker is absent from a complete answer for a while, the others are not', async () => {
    await start({ missing: 0.5 });
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const { results } = (
        await askOlder(
          simulator,
          keys.map(({ id }) => id),
        )
      ).json;
      seen.add([...new Set(results.map((result: { id: string }) => result.id))].sort().join());
    }
    expect(seen.size).toBe(1);
    simulator.setFaults({ missing: 1 });
    expect((await askOlder(simulator, [key.id])).json.results).toEqual([]);
  });

  test('the cap is filled by the busiest key; asked in smaller requests, the others are there', async () => {
    await start({ cap: 30 });
    simulator.registerTrackers([{ advertisementKey: key.advertisementKey, plan: testPlan(5) }]);
    const ids = keys.map(({ id }) => id);
    const { results } = (await askOlder(simulator, ids)).json;
    expect(results).toHaveLength(30);
    expect(new Set(results.map((result: { id: string }) => result.id))).toEqual(new Set([key.id]));
    const newer = (await askNewer(simulator, ids)).json.acsnLocations.locationPayload;
    expect(newer.map((entry: { id: string }) => entry.id)).toEqual([key.id]);
    const quietOne = (await askOlder(simulator, [ids[1]!])).json.results;
    expect(quietOne.length).toBeGreaterThan(0);
  });

  test('idLimit, firstEntryOnly and dates', async () => {
    await start({ idLimit: 1 });
    const ids = keys.map(({ id }) => id);
    const idsOf = (answer: RawAnswer) => new Set(answer.json.results.map((result: { id: string }) => result.id));
    expect(idsOf(await askOlder(simulator, ids))).toEqual(new Set([ids[0]]));
    simulator.setFaults({ idLimit: 0, firstEntryOnly: 1 });
    const entries = (await askNewer(simulator, ids)).json.acsnLocations.locationPayload;
    expect(entries.map((entry: { id: string }) => entry.id)).toEqual([ids[0]]);
    const before = (await askOlder(simulator, [key.id], TEST_NOW - DAY_MS)).json.results.length;
    simulator.setFaults({ dates: 1 });
    expect((await askOlder(simulator, [key.id], TEST_NOW - DAY_MS)).json.results.length).toBeLessThan(before);
  });

  test('haystack keeps one report a second over all keys together', async () => {
    await start({ haystackMerge: 1 }, testPlan(30, 2));
    const ids = keys.map(({ id }) => id);
    const one = (await askHaystack(simulator, ids)).json.results;
    const each = await Promise.all(ids.map((id) => askHaystack(simulator, [id])));
    const separately = each.reduce((sum, answer) => sum + answer.json.results.length, 0);
    expect(one.length).toBeLessThan(separately);
  });
});

describe('the switches', () => {
  test('are read as the command line writes them', () => {
    expect(parseFault('late=0.25')).toEqual({ late: 0.25 });
    expect(parseFault('cap')).toEqual({ cap: 40 });
    expect(parseFault('status429=off')).toEqual({ status429: 0 });
    for (const wrong of ['late=2', 'cap=1.5', 'dates=0.5', 'late=', 'nothing=1', 'late=-1', 'toString=1']) {
      expect(() => parseFault(wrong)).toThrow();
    }
  });
  test('are all listed', () => {
    expect(describeFaults(usualFaults)).toHaveLength(faultNames.length);
    expect(withFaults(noFaults, { late: 0.5 })).toEqual({ ...noFaults, late: 0.5 });
  });
});
