import { bends, type DemoRun, type Lane } from './company.ts';
import { placeNamed } from './places.ts';
import { destination } from './simulator/motion/geo.ts';
import type { RoutePlanInput } from './simulator/motion/route-plan.ts';
import { type Random, seededRandom } from './simulator/random.ts';

/** Trackers that travel together. `count` of them follow one another in the order of their ids. */
export interface Shipment {
  count: number;
  plan: RoutePlanInput;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** History reaches back this far. */
export const HISTORY_DAYS = 14;
/** Days that a level of the battery lasts: one load in twenty has bad cells. */
const BATTERIES = [4, ...[30, 45, 60].flatMap((days) => Array.from({ length: 7 }, () => days))].slice(0, 20);
const MEAN_REPORTS_PER_HOUR = { atStops: 0.3, onTheWay: 0.3 };

/**
 * The journeys of a run's trackers: when each load leaves, by which lane, with which depots. Of those under way, a
 * third leave around now, so that something is always on the road. A few go wrong: silent, sent back, put down elsewhere.
 */
export function shipmentsOf(run: DemoRun, seed: string | number, epoch: number): Shipment[] {
  const random = seededRandom(seed, 'shipments', run.name);
  const shipments: Shipment[] = [];
  for (let left = run.trackers; left > 0; ) {
    const count = Math.min(left, random.chance(0.12) ? 1 + random.below(2) : 8 + random.below(16));
    shipments.push({ count, plan: planOf(run, `${run.name} ${shipments.length + 1}`, count, epoch, random) });
    left -= count;
  }
  return shipments;
}

function planOf(run: DemoRun, name: string, count: number, epoch: number, random: Random): RoutePlanInput {
  const today = Math.floor(epoch / DAY_MS) * DAY_MS;
  // Trackers are switched on a little before their run begins: such reports are stored, and left out.
  const runStart = today + run.start * DAY_MS;
  const startAt =
    Math.max(runStart - random.between(0, 2) * DAY_MS, epoch - HISTORY_DAYS * DAY_MS) + random.between(0, 12) * HOUR_MS;
  const leaveAt = departure(run, startAt, epoch, today, random);
  const lane = random.pick(run.lanes);
  const stops = stopsOf(lane, Math.max(2, (leaveAt - startAt) / HOUR_MS), random);
  const last = stops[stops.length - 1]!;
  const fate = random.next();
  if (fate < 0.04) {
    last.hours = random.between(12, 40);
    stops.push({ ...pointOf(lane[0]!), hours: null });
  } else if (fate < 0.08) {
    Object.assign(last, destination(last, random.between(0, 360), random.between(1500, 6000)));
  }
  return {
    startAt: new Date(startAt).toISOString(),
    ...(count <= 2 ? { endAt: new Date(silentFrom(startAt, epoch, random)).toISOString() } : {}),
    stops,
    shipment: name,
    speedKmh: Math.round(random.between(62, 82)),
    detour: 1.2,
    reportsPerHour: { ...MEAN_REPORTS_PER_HOUR },
    batteryDaysPerLevel: random.chance(0.15) ? null : random.pick(BATTERIES),
  };
}

const silentFrom = (startAt: number, epoch: number, random: Random) =>
  startAt + (epoch - startAt) * random.between(0.3, 0.95);

function departure(run: DemoRun, startAt: number, epoch: number, today: number, random: Random): number {
  if (run.start > 0) return today + (run.start + random.between(1, 10)) * DAY_MS;
  if (run.end < 0) return random.between(startAt, Math.max(startAt + 6 * HOUR_MS, today + (run.end - 2) * DAY_MS));
  if (random.chance(0.35)) return epoch + random.between(-2, 0.6) * DAY_MS;
  return random.between(startAt, epoch + 4 * DAY_MS);
}

interface Stop {
  latitude: number;
  longitude: number;
  hours: number | null;
  spreadM?: number;
}

function pointOf(key: string): { latitude: number; longitude: number; spreadM: number } {
  const bend = bends[key];
  if (bend) return { ...bend, spreadM: 0 };
  const { latitude, longitude, radiusM } = placeNamed(key);
  return { latitude, longitude, spreadM: radiusM * 0.35 };
}

/** A bend takes no time, a depot a day or so; the last place keeps what it got. */
function stopsOf(lane: Lane, hoursBeforeLeaving: number, random: Random): Stop[] {
  return lane.map((key, i) => {
    if (i === 0) return { ...pointOf(key), hours: hoursBeforeLeaving };
    if (i === lane.length - 1) return { ...pointOf(key), hours: null };
    return { ...pointOf(key), hours: key.startsWith('bend:') ? 0 : random.between(6, 40) };
  });
}

/**
 * A short errand for a tracker that joins a run while the demo is running: it has lain for half an hour where it was
 * scanned, leaves in a minute, and goes to the nearest delivery location, so that its whole way can be watched. Reports come every minute or two.
 */
export function errand(
  from: { latitude: number; longitude: number },
  to: { latitude: number; longitude: number },
  name: string,
  now: number,
): RoutePlanInput {
  return {
    startAt: new Date(now - 30 * 60_000).toISOString(),
    stops: [
      { ...from, hours: 31 / 60, spreadM: 20 },
      { ...to, hours: null, spreadM: 15 },
    ],
    shipment: name,
    speedKmh: 70,
    detour: 1.2,
    reportsPerHour: { atStops: 60, onTheWay: 60 },
    batteryDaysPerLevel: 60,
  };
}
