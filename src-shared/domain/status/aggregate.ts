import type { Status } from '../../contract/status.ts';
import { distanceM, type Position } from '../geo/distance.ts';
import { addToMean, type MeanSums, noSums } from '../geo/mean-position.ts';
import type { FoldResult } from './fold.ts';
import type { FoldReport } from './types.ts';

/** Milliseconds. Hours and days are those of UTC, which has no daylight saving. Screens show local time. */
export const HOUR_MS = 3_600_000;
export const hourStart = (at: number) => Math.floor(at / HOUR_MS) * HOUR_MS;

/**
 * A tracker's counted reports of one UTC hour. Times are epoch milliseconds. A day is the sum of its hours, in their
 * order.
 */
export interface HourBucket {
  startsAt: number;
  count: number;
  firstAt: number;
  lastAt: number;
  /** Sums of the mean position, weighted by 1 / accuracy². */
  sums: MeanSums;
  /** Metres along the track. A leg counts in the hour that it ends in, so that hours add up to days without a gap. */
  distanceM: number;
  /** The status after the hour's last report. */
  statusAtEnd: Status;
}

/**
 * Adds folded reports to their hours. `previous` is the position of the last report before them, and `seed` the hour of
 * that report with what it has so far; both are null when there is none. Returns the changed hours in order. However
 * the reports are split over calls, the result is the same to the last bit.
 */
export function addToHours(
  seed: HourBucket | null,
  previous: Position | null,
  reports: readonly FoldReport[],
  folded: Pick<FoldResult, 'leftOut' | 'statusAfter'>,
): HourBucket[] {
  const changed: HourBucket[] = [];
  let open = null as HourBucket | null;
  let before = previous;
  for (const [i, report] of reports.entries()) {
    if (folded.leftOut[i] !== null || report.position === null) continue;
    const startsAt = hourStart(report.at);
    if (open?.startsAt !== startsAt) {
      open = seed?.startsAt === startsAt ? { ...seed } : emptyHour(startsAt, report.at);
      changed.push(open);
    }
    open.count += 1;
    open.lastAt = report.at;
    // Accuracy 0 would give an infinite weight, and nothing is measured to better than a metre.
    open.sums = addToMean(open.sums, report.position, 1 / Math.max(1, report.accuracyM) ** 2);
    open.distanceM += before === null ? 0 : distanceM(before, report.position);
    open.statusAtEnd = folded.statusAfter[i]!;
    before = report.position;
  }
  return changed;
}

const emptyHour = (startsAt: number, firstAt: number): HourBucket => ({
  startsAt,
  count: 0,
  firstAt,
  lastAt: firstAt,
  sums: noSums,
  distanceM: 0,
  statusAtEnd: 'UNKNOWN',
});
