import type { FenceSuggestion } from '../../contract/fences.ts';

/** A report near a location, in metres. */
export interface NearReport {
  distanceM: number;
  accuracyM: number;
}

/** Fewer reports than this are too few to tell. */
const ENOUGH = 20;
const SMALLEST_M = 20;
/** A smaller change, as a share of the radius, is not worth folding history again. */
const WORTH_IT = 0.2;

/**
 * The radius that would hold nine in ten of the reports near a location, with room for the error of an ordinary one
 * (docs/domain-rules.md#geofences). `roomM` is the distance to the next fence of the same run.
 */
export function suggestRadius(
  reports: readonly NearReport[],
  currentRadiusM: number,
  roomM: number | null,
): FenceSuggestion {
  const distances = reports.map((report) => report.distanceM).sort((a, b) => a - b);
  const accuracies = reports.map((report) => report.accuracyM).sort((a, b) => a - b);
  const inside = reports.filter((report) => report.distanceM <= currentRadiusM).length;
  const outside = reports.filter((report) => report.distanceM > currentRadiusM + report.accuracyM).length;
  const seen = {
    currentRadiusM,
    reports: reports.length,
    inside,
    outside,
    undecided: reports.length - inside - outside,
    medianAccuracyM: percentile(accuracies, 0.5),
    medianDistanceM: percentile(distances, 0.5),
    p90DistanceM: percentile(distances, 0.9),
    roomM: roomM === null ? null : Math.round(roomM),
  };
  if (reports.length < ENOUGH) return { ...seen, verdict: 'too-few', suggestedRadiusM: null };
  const wanted = Math.ceil((seen.p90DistanceM! + seen.medianAccuracyM!) / 5) * 5;
  const most = roomM === null ? Infinity : Math.floor(roomM / 5) * 5;
  const suggestedRadiusM = Math.max(SMALLEST_M, Math.min(wanted, most));
  const change = suggestedRadiusM / currentRadiusM - 1;
  const verdict = Math.abs(change) < WORTH_IT ? 'fits' : change > 0 ? 'larger' : 'smaller';
  return { ...seen, verdict, suggestedRadiusM };
}

/** The nearest-rank percentile of sorted values; null when there are none. */
function percentile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]! * 10) / 10;
}
