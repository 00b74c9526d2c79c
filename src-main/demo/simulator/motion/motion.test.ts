import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batteryOf } from '../../../../src-shared/domain/find-my/battery.ts';
import { seededRandom } from '../random.ts';
import { along, bearing, destination, distanceM } from './geo.ts';
import { itineraryOf, placeAt, segmentAt } from './itinerary.ts';
import { lengthM, placeOn, winding } from './road.ts';
import { type RoutePlanInput, routePlanSchema } from './route-plan.ts';
import { sightingsOfHour } from './sightings.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-10T06:00:00Z');
const place = fc.record({
  latitude: fc.double({ min: -80, max: 80, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const planOf = (changes: Partial<RoutePlanInput> = {}) =>
  routePlanSchema.parse({
    startAt: new Date(START).toISOString(),
    stops: [
      { latitude: 53.5, longitude: 9.93, hours: 20 },
      { latitude: 50.1, longitude: 8.68, hours: 12 },
      { latitude: 41.39, longitude: 2.16, hours: null },
    ],
    ...changes,
  });

describe('great circles', () => {
  test('destination undoes bearing and distance', () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        const metres = distanceM(from, to);
        // Opposite points have every bearing.
        fc.pre(metres < 19_900_000);
        expect(distanceM(destination(from, bearing(from, to), metres), to)).toBeLessThan(10);
        expect(distanceM(from, along(from, to, 0.5))).toBeCloseTo(metres / 2, -1);
      }),
    );
  });
  test('Paris to London', () => {
    const metres = distanceM({ latitude: 48.8566, longitude: 2.3522 }, { latitude: 51.5074, longitude: -0.1278 });
    expect(metres / 1000).toBeCloseTo(343.6, 0);
  });
});

describe('roads', () => {
  test('lead from one end to the other, as much longer as asked for, without a jump', () => {
    fc.assert(
      fc.property(
        place,
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 2_000, max: 900_000, noNaN: true }),
        fc.nat(),
        (from, course, metres, seed) => {
          const to = destination(from, course, metres);
          const road = winding(from, to, 1.25, seededRandom(seed));
          expect(distanceM(road.points[0]!, from)).toBeLessThan(1);
          expect(distanceM(road.points[road.points.length - 1]!, to)).toBeLessThan(1);
          expect(lengthM(road) / metres).toBeGreaterThan(0.99);
          expect(lengthM(road) / metres).toBeLessThan(1.35);
          const share = seededRandom(seed, 'share').next();
          const here = placeOn(road, lengthM(road) * share);
          const on = placeOn(road, lengthM(road) * share + 100);
          expect(distanceM(here, on)).toBeLessThan(101);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('journeys', () => {
  test('follow on without a gap, end at the last stop, and rest as drivers must', () => {
    const plan = planOf();
    const { segments } = itineraryOf(plan, 'seed');
    for (const [i, segment] of segments.entries()) {
      expect(segment.to).toBeGreaterThan(segment.from);
      if (i > 0) expect(segment.from).toBe(segments[i - 1]!.to);
      if (segment.kind === 'drive') expect(segment.to - segment.from).toBeLessThanOrEqual(4.5 * HOUR_MS + 1000);
    }
    expect(segments[0]!.from).toBe(START);
    const last = segments[segments.length - 1]!;
    expect(last).toMatchObject({ kind: 'stay', to: Number.POSITIVE_INFINITY });
    expect(last.kind === 'stay' && last.place).toMatchObject({ latitude: 41.39 });
    // Frankfurt to Barcelona takes more than a day's driving: one long rest at least.
    expect(segments.some((segment) => segment.kind === 'stay' && segment.to - segment.from >= 11 * HOUR_MS)).toBe(true);
  });

  test('never move faster than their vehicle', () => {
    const plan = planOf({ speedKmh: 70 });
    const itinerary = itineraryOf(plan, 'seed');
    for (let at = START; at < START + 80 * HOUR_MS; at += 600_000) {
      const [before, after] = [segmentAt(itinerary, at)!, segmentAt(itinerary, at + 60_000)!];
      const moved = distanceM(placeAt(before, at, 'x'), placeAt(after, at + 60_000, 'x'));
      // A minute at full speed; on arrival also to the spot within the site.
      expect(moved).toBeLessThan((70_000 * 1.08) / 60 + 300);
    }
  });

  test('of one shipment are the same, of two are not', () => {
    const one = itineraryOf(planOf({ shipment: 'a' }), 's');
    expect(itineraryOf(planOf({ shipment: 'a' }), 's')).toEqual(one);
    expect(itineraryOf(planOf({ shipment: 'b' }), 's')).not.toEqual(one);
  });
});

describe('sightings', () => {
  const all = (plan = planOf(), seed = 's', hours = 24 * 14) => {
    const itinerary = itineraryOf(plan, seed);
    const first = Math.floor(START / HOUR_MS) - 5;
    return Array.from({ length: hours }, (_, i) => sightingsOfHour(plan, itinerary, seed, first + i)).flat();
  };

  test('are told the same however often and in whatever order they are asked for', () => {
    const plan = planOf();
    const itinerary = itineraryOf(plan, 's');
    const hour = Math.floor(START / HOUR_MS) + 7;
    expect(sightingsOfHour(plan, itinerary, 's', hour)).toEqual(sightingsOfHour(plan, itinerary, 's', hour));
    expect(new Set(all().map((one) => one.id)).size).toBe(all().length);
  });

  test('have whole seconds, plausible accuracies and confidences, and come when the tracker is on', () => {
    const endAt = new Date(START + 200 * HOUR_MS).toISOString();
    for (const one of all(planOf({ endAt, batteryDaysPerLevel: 2 }))) {
      expect(one.at % 1000).toBe(0);
      expect(one.at).toBeGreaterThanOrEqual(START);
      expect(one.at).toBeLessThan(START + 200 * HOUR_MS);
      expect(one.uploadedAt).toBeGreaterThan(one.at);
      expect(one.accuracyM).toBeGreaterThanOrEqual(5);
      expect(one.accuracyM).toBeLessThanOrEqual(255);
      expect([1, 2, 3]).toContain(one.confidence);
      expect(batteryOf(one.statusByte, 'flagged')).not.toBeNull();
    }
  });

  test('are as many as the plan says, fewer on the open road and by night', () => {
    const rates = { atStops: 4, onTheWay: 0.5 };
    const still = all(planOf({ stops: [{ latitude: 50, longitude: 0, hours: null }], reportsPerHour: rates }));
    // The mean over a day is 0.8 of the rate.
    expect(still.length / (24 * 14 - 11)).toBeCloseTo(3.2, 0);
    const night = still.filter((one) => new Date(one.at).getUTCHours() < 5).length;
    const day = still.filter((one) => Math.abs(new Date(one.at).getUTCHours() - 13) <= 2).length;
    expect(night).toBeLessThan(day / 2);
  });

  test('draw from streams that do not depend on each other', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (name, n) => {
        const [one, other] = [seededRandom(name, n), seededRandom(name, n)];
        expect(one.next()).toBe(other.next());
        expect(seededRandom(name, n).next()).not.toBe(seededRandom(name, n + 1).next());
      }),
    );
    const random = seededRandom('moments');
    const draws = Array.from({ length: 20_000 }, () => random.normal());
    expect(draws.reduce((sum, x) => sum + x, 0) / draws.length).toBeCloseTo(0, 1);
    expect(draws.reduce((sum, x) => sum + x * x, 0) / draws.length).toBeCloseTo(1, 1);
    const counts = Array.from({ length: 20_000 }, () => random.poisson(1.5));
    expect(counts.reduce((sum, x) => sum + x, 0) / counts.length).toBeCloseTo(1.5, 1);
  });
});
