import { type BatteryLevel, batteryLevels, statusByteOf } from '../../../../src-shared/domain/find-my/battery.ts';
import { type Random, seededRandom } from '../random.ts';
import { destination, type Place } from './geo.ts';
import { type Itinerary, metresFromTown, placeAt, type Segment, segmentAt } from './itinerary.ts';
import type { RoutePlan } from './route-plan.ts';

/** One time that a phone passed by and told where it believed to be. */
export interface Sighting {
  /** Unique for the tracker, and the same however often it is asked for. */
  id: string;
  /** Epoch milliseconds, whole seconds. */
  at: number;
  /** When the phone found a network to upload it by: seconds to an hour later. */
  uploadedAt: number;
  place: Place;
  /** 5 to 255 */
  accuracyM: number;
  /** 1 to 3 */
  confidence: number;
  statusByte: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Within this distance of either end, a road is in town. */
const TOWN_M = 12_000;
const MAX_ACCURACY_M = 255;
const MIN_ACCURACY_M = 5;

/**
 * What phones report of a tracker in the hour that begins at `hour * HOUR_MS`. Each hour is a stream of its own, so any
 * part of a history can be told without the rest, and a later look tells the same.
 */
export function sightingsOfHour(plan: RoutePlan, itinerary: Itinerary, seed: string, hour: number): Sighting[] {
  const start = hour * HOUR_MS;
  if (start + HOUR_MS <= itinerary.from || start >= itinerary.to) return [];
  const random = seededRandom(seed, 'hour', hour);
  const found: Sighting[] = [];
  const count = random.poisson(highestRate(plan));
  for (let i = 0; i < count; i++) {
    const at = Math.floor((start + random.next() * HOUR_MS) / 1000) * 1000;
    const keep = random.next();
    const segment = segmentAt(itinerary, at);
    // Thinning: candidates come at the highest rate, and are kept by the rate of where the tracker is then.
    const kept = segment && keep * highestRate(plan) < rateAt(plan, segment, at);
    const truth = kept ? placeAt(segment, at, seed) : null;
    const draw = seededRandom(seed, 'sighting', hour, i);
    if (truth) found.push(sighting(plan, itinerary, `${hour}.${i}`, at, truth, draw));
  }
  return found.sort((one, other) => one.at - other.at);
}

const highestRate = (plan: RoutePlan) => Math.max(plan.reportsPerHour.atStops, plan.reportsPerHour.onTheWay) * 1.3;

function rateAt(plan: RoutePlan, segment: Segment, at: number): number {
  const { atStops, onTheWay } = plan.reportsPerHour;
  if (segment.kind === 'stay') return atStops * crowd(at, segment.place.longitude);
  return metresFromTown(segment, at) < TOWN_M ? Math.max(atStops, onTheWay) : onTheWay;
}

/** People are about by day: 1.3 at two in the afternoon, 0.3 at two in the morning, by the sun. */
function crowd(at: number, longitude: number): number {
  const localHour = (at / HOUR_MS + longitude / 15) % 24;
  return 0.8 - 0.5 * Math.cos(((localHour - 2) / 24) * 2 * Math.PI);
}

function sighting(
  plan: RoutePlan,
  itinerary: Itinerary,
  id: string,
  at: number,
  truth: Place,
  random: Random,
): Sighting {
  // Log-normal with a median of 22 m: most between 8 and 65, a tail to the end of the byte.
  const accuracyM = clampAccuracy(22 * Math.exp(0.55 * random.normal()));
  return {
    id,
    at,
    uploadedAt: at + 1000 * Math.round(20 + random.exponential(420)),
    place: misplaced(truth, accuracyM, random),
    accuracyM,
    confidence: accuracyM < 30 ? 3 : accuracyM < 90 ? 2 : 1,
    statusByte: statusByteAt(plan, itinerary, at),
  };
}

export const clampAccuracy = (metres: number) => Math.round(Math.min(MAX_ACCURACY_M, Math.max(MIN_ACCURACY_M, metres)));

/** Off by as much as the phone admits: two in three errors are within half of the accuracy it states. */
function misplaced(truth: Place, accuracyM: number, random: Random): Place {
  const error = Math.hypot(random.normal(), random.normal()) * accuracyM * 0.33;
  return destination(truth, random.between(0, 360), error);
}

function statusByteAt(plan: RoutePlan, itinerary: Itinerary, at: number): number {
  if (plan.batteryDaysPerLevel === null) return 0;
  const level = Math.floor((at - itinerary.from) / DAY_MS / plan.batteryDaysPerLevel);
  const name: BatteryLevel = batteryLevels[Math.max(0, Math.min(batteryLevels.length - 1, level))]!;
  return statusByteOf(name);
}
