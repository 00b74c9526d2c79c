import { randomBytes } from 'node:crypto';
import { hashedAdvertisementKey } from '../../../core/keys/hashed-key.ts';
import { nobleEngine, randomScalars } from '../../../core/keys/p224/p224.ts';
import type { RoutePlanInput } from '../motion/route-plan.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../simulator.ts';

/** A key pair as a test knows it; the simulator gets the public half. */
export interface TestKey {
  privateKey: Uint8Array;
  advertisementKey: string;
  id: string;
}

export function testKeys(count: number): TestKey[] {
  return Array.from({ length: count }, () => {
    const privateKey = randomScalars(1, randomBytes);
    const x = nobleEngine.derivePublicX(privateKey);
    return { privateKey, advertisementKey: Buffer.from(x).toString('base64'), id: hashedAdvertisementKey(x) };
  });
}

export const TEST_NOW = Date.parse('2026-11-23T12:00:00Z');
const DAY_MS = 86_400_000;

/** Ten days in Hamburg, a day's drive to Munich, and there since. About `perHour` reports an hour. */
export const testPlan = (perHour = 0.5, startDaysAgo = 10): RoutePlanInput => ({
  startAt: new Date(TEST_NOW - startDaysAgo * DAY_MS).toISOString(),
  stops: [
    { latitude: 53.5, longitude: 9.93, hours: 24 * Math.max(0, startDaysAgo - 3) },
    { latitude: 52.38, longitude: 9.96, hours: 10 },
    { latitude: 48.14, longitude: 11.57, hours: null },
  ],
  reportsPerHour: { atStops: perHour, onTheWay: perHour },
});

/** A simulator at a fixed time, whose keys all travel by `plan`. */
export function testSimulator(
  keys: readonly TestKey[],
  options: SimulatorOptions = {},
  plan: RoutePlanInput = testPlan(),
): Promise<Simulator> {
  const trackers = keys.map(({ advertisementKey }) => ({ advertisementKey, plan }));
  return createSimulator({ trackers, anisette: 'off', now: () => TEST_NOW, ...options });
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of several forms
  json: any;
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<RawAnswer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: answer.status, headers: answer.headers, text, json };
}

export const askOlder = (simulator: Simulator, ids: readonly string[], startDate = 1) =>
  post(`${simulator.url}/acsnservice/fetch`, { search: [{ startDate, ids }] });

export const askNewer = (simulator: Simulator, ids: readonly string[]) =>
  post(`${simulator.url}/findmyservice/v2/fetch`, {
    clientContext: { clientBundleIdentifier: 'com.apple.icloud.searchpartyuseragent', policy: 'foregroundClient' },
    fetch: ids.map((id) => ({
      ownedDeviceIds: [],
      keyType: 1,
      startDate: 1,
      startDateSecondary: 1,
      endDate: TEST_NOW,
      primaryIds: [id],
      secondaryIds: [],
    })),
  });

export const askHaystack = (simulator: Simulator, ids: readonly string[], days = 7) =>
  post(`${simulator.url}/`, { ids, days });
