import type { periods, Status } from '../../contract/trackers.ts';
import { distanceM, type Position } from '../geo/distance.ts';
import { addToMean, type MeanSums, noSums } from '../geo/mean-position.ts';
import type { FoldResult } from './fold.ts';
import type { FoldReport } from './types.ts';

export type Period = (typeof periods)[number];
/** Milliseconds. Buckets are of UTC, which has no daylight saving; screens show them in local time. */
export const periodMs: Record<Period, number> = { hour: 3_600_000, day: 86_400_000 };

/** A tracker's reports that count, of one UTC hour or day. Times are epoch milliseconds. */
export interface Bucket {
  period: Period;
  startsAt: number;
  count: number;
  firstAt: number;
  lastAt: number;
  /** Sums of the mean position, weighted by 1 / accuracy². */
  sums: MeanSums;
  /** Metres along the track. A leg counts where it ends, so that hours add up to days and nothing is lost between. */
  distanceM: number;
  /** The status after the bucket's last report. */
  statusAtEnd: Status;
}

export const bucketStart = (period: Period, at: number) => Math.floor(at / periodMs[period]) * periodMs[period];

/**
 * Adds folded reports to their buckets. `seeds` are the buckets that the report before (`previous`, null when there is
 * none) lies in, with what is in them so far; new reports of the same hour or day are added to them. Returns the
 * buckets that reports were added to, in order; equal to the last bit however the reports are split over calls.
 */
export function addToBuckets(
  seeds: readonly Bucket[],
  previous: Position | null,
  reports: readonly FoldReport[],
  folded: Pick<FoldResult, 'leftOut' | 'statusAfter'>,
): Bucket[] {
  const changed: Bucket[] = [];
  const open: Record<Period, Bucket | undefined> = {
    hour: seeds.find((seed) => seed.period === 'hour'),
    day: seeds.find((seed) => seed.period === 'day'),
  };
  const touched = new Set<Bucket>();
  let before = previous;
  for (const [i, report] of reports.entries()) {
    if (folded.leftOut[i] !== null || report.position === null) continue;
    const leg = before === null ? 0 : distanceM(before, report.position);
    before = report.position;
    // Accuracy 0 would weigh infinitely; nothing is measured to better than a metre.
    const weight = 1 / Math.max(1, report.accuracyM) ** 2;
    for (const period of ['hour', 'day'] as const) {
      const startsAt = bucketStart(period, report.at);
      let bucket = open[period];
      if (bucket?.startsAt !== startsAt) bucket = emptyBucket(period, startsAt, report.at);
      else if (!touched.has(bucket)) bucket = { ...bucket };
      if (!touched.has(bucket)) {
        touched.add(bucket);
        changed.push(bucket);
        open[period] = bucket;
      }
      bucket.count += 1;
      bucket.lastAt = report.at;
      bucket.sums = addToMean(bucket.sums, report.position, weight);
      bucket.distanceM += leg;
      bucket.statusAtEnd = folded.statusAfter[i]!;
    }
  }
  return changed;
}

const emptyBucket = (period: Period, startsAt: number, firstAt: number): Bucket => ({
  period,
  startsAt,
  count: 0,
  firstAt,
  lastAt: firstAt,
  sums: noSums,
  distanceM: 0,
  statusAtEnd: 'UNKNOWN',
});
