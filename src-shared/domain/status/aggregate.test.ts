import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceM, type Position } from '../geo/distance.ts';
import { addToHours, HOUR_MS, type HourBucket, hourStart } from './aggregate.ts';
import { foldReports } from './fold.ts';
import { anyWorld, seen, timesOf } from './testing/world.ts';
import { compareKeys, unknownState } from './types.ts';

describe('aggregates', () => {
  it('are what the reports of each hour say, recomputed by brute force', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const reports = world.reports.map((report) => seen(world, report)).sort(compareKeys);
        const folded = foldReports(unknownState, reports, world.run, world.rules, timesOf(world));
        const hours = addToHours(null, null, reports, folded);
        const counted = reports.filter((_, i) => folded.leftOut[i] === null);
        const starts = [...new Set(counted.map((report) => report.at - (report.at % HOUR_MS)))];
        const expected = starts.map((startsAt) => {
          const inside = counted.filter((r) => r.at >= startsAt && r.at < startsAt + HOUR_MS);
          const legs = inside.map((r) => {
            const before = counted[counted.indexOf(r) - 1];
            return before ? distanceM(before.position!, r.position!) : 0;
          });
          const last = inside.at(-1)!;
          return {
            startsAt,
            count: inside.length,
            firstAt: inside[0]!.at,
            lastAt: last.at,
            distanceM: legs.reduce((sum, leg) => sum + leg, 0),
            statusAtEnd: folded.entries.findLast((entry) => compareKeys(entry.cause, last) <= 0)?.status,
          };
        });
        expect(hours.map(({ sums: _, ...hour }) => hour)).toEqual(expected);
      }),
    );
  });

  it('are equal to the last bit however the reports are split', () => {
    fc.assert(
      fc.property(anyWorld, fc.array(fc.nat(40), { maxLength: 4 }), (world, cuts) => {
        const reports = world.reports.map((report) => seen(world, report)).sort(compareKeys);
        const folded = foldReports(unknownState, reports, world.run, world.rules, timesOf(world));
        const whole = addToHours(null, null, reports, folded);
        const stored = new Map<number, HourBucket>();
        let previous: { at: number; position: Position } | null = null;
        let from = 0;
        for (const end of [...cuts, reports.length].sort((a, b) => a - b)) {
          const seed = previous === null ? null : stored.get(hourStart((previous as { at: number }).at))!;
          const part = reports.slice(from, end);
          const leftOut = folded.leftOut.slice(from, end);
          const statusAfter = folded.statusAfter.slice(from, end);
          const position = (previous as { position: Position } | null)?.position ?? null;
          for (const hour of addToHours(seed, position, part, { leftOut, statusAfter }))
            stored.set(hour.startsAt, hour);
          const last = part.findLast((_, i) => leftOut[i] === null);
          if (last) previous = { at: last.at, position: last.position! };
          from = Math.max(from, end);
        }
        expect([...stored.values()]).toEqual(whole);
      }),
    );
  });

  it('weigh by accuracy, across the antimeridian', () => {
    const reports = [
      { longitude: 179.9, accuracyM: 10 },
      { longitude: -179.9, accuracyM: 10 },
      { longitude: 179.9, accuracyM: 10_000 },
    ].map(({ longitude, accuracyM }, at) => ({
      at,
      hash: '00',
      position: { longitude, latitude: 0 },
      accuracyM,
      matches: [],
    }));
    const run = { startsAt: 0, endsAt: 10 };
    const folded = foldReports(unknownState, reports, run, { exitConfirmations: 1, maxAccuracyM: null });
    const [hour] = addToHours(null, null, reports, folded);
    const { x, y } = hour!.sums;
    expect(Math.abs(Math.atan2(y, x))).toBeCloseTo(Math.PI, 6);
    expect(hour!.distanceM).toBeCloseTo(2 * 22_263.9, 0);
  });
});
