import type { Place } from './motion/geo.ts';
import type { RoutePlanInput } from './motion/route-plan.ts';
import { seededRandom } from './random.ts';

/** A route for a key of which nothing else is known: a port, a depot on the way, a shop. */
const routes: readonly (readonly [Place, Place, Place])[] = [
  [
    { latitude: 53.504, longitude: 9.933 },
    { latitude: 52.5206, longitude: 9.7806 },
    { latitude: 50.1109, longitude: 8.6821 },
  ],
  [
    { latitude: 51.955, longitude: 4.027 },
    { latitude: 50.8467, longitude: 4.3525 },
    { latitude: 48.8566, longitude: 2.3522 },
  ],
  [
    { latitude: 41.33, longitude: 2.133 },
    { latitude: 41.635, longitude: -1.015 },
    { latitude: 40.4168, longitude: -3.7038 },
  ],
];

const HOUR_MS = 3_600_000;

/** It stood for up to three days, left two to four days ago, stopped at the depot over night, and is there or nearly so. */
export function usualPlan(advertisementKey: string, seed: string | number, now: number): RoutePlanInput {
  const random = seededRandom(seed, 'usual plan', advertisementKey);
  const [from, depot, to] = random.pick(routes);
  const atFirst = random.between(4, 72);
  const startAt = new Date(now - (atFirst + random.between(48, 96)) * HOUR_MS).toISOString();
  const stops = [
    { ...from, hours: atFirst },
    { ...depot, hours: random.between(8, 30) },
    { ...to, hours: null },
  ];
  return { startAt, stops };
}
