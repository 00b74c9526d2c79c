import type { Queryable } from '../platform/db/queryable.ts';
import type { FoldPeriod } from './engine-store.ts';
import { type LoadedReports, type LoadOptions, loadReports } from './matching-store.ts';

/** A part of a tracker's time: in one run period, or in none. Epoch milliseconds. */
export interface Segment {
  period: FoldPeriod | null;
  from: number;
  until: number;
}
export type LoadedSegment = Segment & { loaded: LoadedReports };

export interface Stretch {
  trackerId: number;
  /** Its run periods, in the order of time. */
  periods: readonly FoldPeriod[];
  from: number;
  until: number;
}

/** A stretch of time cut at the bounds of periods, in order: state, legs and sums begin anew in each. */
function segmentsOf({ periods, from, until }: Omit<Stretch, 'trackerId'>): Segment[] {
  const segments: Segment[] = [];
  let at = from;
  for (const period of periods) {
    if (period.to <= from || period.from >= until) continue;
    if (period.from > at) segments.push({ period: null, from: at, until: period.from });
    at = Math.min(period.to, until);
    segments.push({ period, from: Math.max(period.from, from), until: at });
  }
  if (at < until || segments.length === 0) segments.push({ period: null, from: at, until });
  return segments;
}

/** The parts of each stretch with their reports, by one statement. Only the first part has reports before it. */
export async function loadSegments(
  tx: Queryable,
  stretches: readonly Stretch[],
  options: LoadOptions,
): Promise<LoadedSegment[][]> {
  const parts = stretches.map(segmentsOf);
  const wanted = parts.flatMap((segments, i) =>
    segments.map(({ period, from, until }, n) => ({
      trackerId: stretches[i]!.trackerId,
      productionRunId: period?.productionRunId ?? null,
      since: period === null || n > 0 ? from : period.from,
      from,
      until,
    })),
  );
  const loaded = (await loadReports(tx, wanted, options)).values();
  return parts.map((segments) =>
    segments.map((segment): LoadedSegment => ({ ...segment, loaded: loaded.next().value! })),
  );
}
