import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceM, type Position } from '../geo/distance.ts';
import { meanPosition } from '../geo/mean-position.ts';
import { addToBuckets, type Bucket, bucketStart, periodMs } from './aggregate.ts';
import { foldReports } from './fold.ts';
import { anyWorld, seen } from './testing/world.ts';
import { compareKeys, unknownState } from './types.ts';

const byPlace = (a: Bucket, b: Bucket) => a.period.localeCompare(b.period) || a.startsAt - b.startsAt;

describe('aggregates', () => {
  it('are what the reports of each hour and day say, recomputed by brute force', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const reports = world.reports.map((report) => seen(world, report)).sort(compareKeys);
        const folded = foldReports(unknownState, reports, world.run, world.rules);
        const buckets = addToBuckets([], null, reports, folded);
        const counted = reports.filter((_, i) => folded.leftOut[i] === null);
        const expected = (['hour', 'day'] as const).flatMap((period) => {
          const starts = new Set(counted.map((report) => report.at - (report.at % periodMs[period])));
          return [...starts].map((startsAt) => {
            const inside = counted.filter((r) => r.at >= startsAt && r.at < startsAt + periodMs[period]);
            const legs = inside.map((r) => {
              const before = counted[counted.indexOf(r) - 1];
              return before ? distanceM(before.position!, r.position!) : 0;
            });
            const last = inside.at(-1)!;
            const status = folded.entries.findLast((entry) => compareKeys(entry.cause, last) <= 0)?.status;
            return {
              period,
              startsAt,
              count: inside.length,
              firstAt: inside[0]!.at,
              lastAt: last.at,
              distanceM: legs.reduce((sum, leg) => sum + leg, 0),
              statusAtEnd: status,
            };
          });
        });
        expect([...buckets].sort(byPlace).map(({ sums: _, ...bucket }) => bucket)).toEqual(
          expected.sort((a, b) => a.period.localeCompare(b.period) || a.startsAt - b.startsAt),
        );
      }),
    );
  });

  it('are equal to the last bit however the reports are split', () => {
    fc.assert(
      fc.property(anyWorld, fc.array(fc.nat(40), { maxLength: 4 }), (world, cuts) => {
        const reports = world.reports.map((report) => seen(world, report)).sort(compareKeys);
        const folded = foldReports(unknownState, reports, world.run, world.rules);
        const whole = addToBuckets([], null, reports, folded);
        const stored = new Map<string, Bucket>();
        let previous: { at: number; position: Position } | null = null;
        let from = 0;
        for (const end of [...cuts, reports.length].sort((a, b) => a - b)) {
          const at = previous?.at;
          const seeds: Bucket[] = [];
          if (at !== undefined) {
            for (const period of ['hour', 'day'] as const)
              seeds.push(stored.get(`${period} ${bucketStart(period, at)}`)!);
          }
          const part = reports.slice(from, end);
          const leftOut = folded.leftOut.slice(from, end);
          const changed = addToBuckets(seeds, previous?.position ?? null, part, {
            leftOut,
            statusAfter: folded.statusAfter.slice(from, end),
          });
          for (const bucket of changed) stored.set(`${bucket.period} ${bucket.startsAt}`, bucket);
          const last = part.findLast((_, i) => leftOut[i] === null);
          if (last) previous = { at: last.at, position: last.position! };
          from = Math.max(from, end);
        }
        expect([...stored.values()].sort(byPlace)).toEqual([...whole].sort(byPlace));
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
    const [hour] = addToBuckets([], null, reports, folded);
    const mean = meanPosition(hour!.sums);
    expect(Math.abs(mean.longitude)).toBeCloseTo(180, 5);
    expect(hour!.distanceM).toBeCloseTo(2 * 22_263.9, 0);
  });
});
