import { type Random, seededRandom } from '../random.ts';
import { destination, distanceM, type Place } from './geo.ts';
import { lengthM, placeOn, type Road, winding } from './road.ts';
import type { RoutePlan } from './route-plan.ts';

/** A time in one place, or a part of a way at one speed. Times are epoch milliseconds; the last one may never end. */
export type Segment =
  | { kind: 'stay'; from: number; to: number; place: Place; spreadM: number }
  | { kind: 'drive'; from: number; to: number; road: Road; fromM: number; toM: number };

export interface Itinerary {
  from: number;
  to: number;
  segments: readonly Segment[];
}

const HOUR_MS = 3_600_000;
// Regulation (EC) 561/2006: 45 minutes of break after 4.5 hours at the wheel, 11 hours of rest after 9 hours.
const BREAK_AFTER_H = 4.5;
const BREAK_H = 0.75;
const REST_AFTER_H = 9;
const REST_H = 11;
/** A lorry park is beside the road and wide. */
const PARK_SPREAD_M = 120;

/** Works a plan out: ways, speeds, breaks. Equal plans of one shipment give equal journeys. */
export function itineraryOf(plan: RoutePlan, seed: string): Itinerary {
  const random = seededRandom(seed, 'journey', plan.shipment);
  const start = Date.parse(plan.startAt);
  const to = plan.endAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(plan.endAt);
  const segments: Segment[] = [];
  let clock = start;
  let atTheWheel = 0;
  for (const [i, stop] of plan.stops.entries()) {
    const before = plan.stops[i - 1];
    if (before) {
      const road = winding(before, stop, plan.detour, random);
      const driven = drive(road, clock, plan.speedKmh * random.between(0.88, 1.08), atTheWheel, random);
      segments.push(...driven.segments);
      clock = driven.clock;
      atTheWheel = driven.atTheWheel;
    }
    const last = i === plan.stops.length - 1;
    const until = last || stop.hours === null ? Number.POSITIVE_INFINITY : clock + stop.hours * HOUR_MS;
    if (until > clock) {
      segments.push({ kind: 'stay', from: clock, to: until, place: stop, spreadM: stop.spreadM });
      atTheWheel = 0;
    }
    clock = until;
    if (clock === Number.POSITIVE_INFINITY) break;
  }
  return { from: start, to, segments };
}

function drive(road: Road, startAt: number, speedKmh: number, hoursBefore: number, random: Random) {
  const segments: Segment[] = [];
  const end = lengthM(road);
  let clock = startAt;
  let metres = 0;
  let hours = hoursBefore;
  while (metres < end) {
    const toBreak = BREAK_AFTER_H - (hours % BREAK_AFTER_H);
    const reach = Math.min(end, metres + toBreak * speedKmh * 1000);
    const took = (reach - metres) / (speedKmh * 1000);
    const until = clock + took * HOUR_MS;
    if (until > clock) segments.push({ kind: 'drive', from: clock, to: until, road, fromM: metres, toM: reach });
    clock = until;
    metres = reach;
    hours += took;
    if (metres >= end) break;
    const long = hours >= REST_AFTER_H - 0.01;
    const pause = (long ? REST_H : BREAK_H) * random.between(1, 1.3) * HOUR_MS;
    segments.push({
      kind: 'stay',
      from: clock,
      to: clock + pause,
      place: placeOn(road, metres),
      spreadM: PARK_SPREAD_M,
    });
    clock += pause;
    if (long) hours = 0;
  }
  return { segments, clock, atTheWheel: hours };
}

/** The segment at an instant, or null before the start and after the end. */
export function segmentAt(itinerary: Itinerary, at: number): Segment | null {
  if (at < itinerary.from || at >= itinerary.to) return null;
  return itinerary.segments.find((segment) => at < segment.to) ?? null;
}

/** Where the tracker truly is. `seed` picks its spot within a stay, the same one for the whole stay. */
export function placeAt(segment: Segment, at: number, seed: string): Place {
  if (segment.kind === 'drive') {
    const share = (at - segment.from) / (segment.to - segment.from);
    return placeOn(segment.road, segment.fromM + (segment.toM - segment.fromM) * share);
  }
  const spot = seededRandom(seed, 'spot', segment.from);
  return destination(segment.place, spot.between(0, 360), segment.spreadM * Math.sqrt(spot.next()));
}

/** Metres to the nearer end of the road: phones are many there. */
export function metresFromTown(segment: Segment & { kind: 'drive' }, at: number): number {
  const here = placeAt(segment, at, '');
  const { points } = segment.road;
  return Math.min(distanceM(here, points[0]!), distanceM(here, points[points.length - 1]!));
}
