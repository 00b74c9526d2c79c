import type { Status } from '../../contract/status.ts';
import type {
  FenceMatch,
  FenceTimes,
  FoldReport,
  FoldState,
  HistoryEntry,
  LeftOutReason,
  ReportKey,
  RunWindow,
  StatusRules,
} from './types.ts';

export interface FoldResult {
  state: FoldState;
  /** Entries that these reports caused, oldest first. */
  entries: HistoryEntry[];
  /** For each report: why it doesn't count, or null. */
  leftOut: (LeftOutReason | null)[];
  /** For each report: the status after it. */
  statusAfter: Status[];
}

/** Rule 1 of docs/domain-rules.md#status: why a report doesn't count, or null when it does. */
export function leftOutReason(report: FoldReport, run: RunWindow | null, rules: StatusRules): LeftOutReason | null {
  if (report.position === null) return 'invalid';
  if (run === null) return 'no-run';
  if (report.at < run.startsAt || report.at >= run.endsAt) return 'outside-run-dates';
  if (rules.maxAccuracyM !== null && report.accuracyM > rules.maxAccuracyM) return 'inaccurate';
  return null;
}

/**
 * The status fold (docs/domain-rules.md#status). `reports` are in the order of `compareKeys`, each once, and all come
 * after `start.last`. `run` is null for a tracker without a production run. `times` tells which fences begin or cease
 * to count. Pure: the clock is never read.
 */
export function foldReports(
  start: FoldState,
  reports: readonly FoldReport[],
  run: RunWindow | null,
  rules: StatusRules,
  times: FenceTimes = alwaysCounting,
): FoldResult {
  let state = start;
  const entries: HistoryEntry[] = [];
  const leftOut: (LeftOutReason | null)[] = [];
  const statusAfter: Status[] = [];
  for (const report of reports) {
    const reason = leftOutReason(report, run, rules);
    if (reason === null) state = step(state, report, rules.exitConfirmations, times, entries);
    leftOut.push(reason);
    statusAfter.push(state.status);
  }
  return { state, entries, leftOut, statusAfter };
}

const alwaysCounting: FenceTimes = new Map();

/** Whether a fence that is held doesn't count any more: archived, or detached from the run. */
const hasCeased = (times: FenceTimes, locationId: number, at: number) =>
  times.get(locationId)?.every(({ from, to }) => at < from || at >= to) ?? false;

function step(
  state: FoldState,
  report: FoldReport,
  exitConfirmations: number,
  times: FenceTimes,
  entries: HistoryEntry[],
): FoldState {
  const last: ReportKey = { at: report.at, hash: report.hash };
  const candidates = report.matches.filter(isInside);
  const held = report.matches.find(({ locationId }) => locationId === state.locationId) ?? null;
  let exitStreak = 0;
  let exitSince: number | null = null;
  let exited = false;
  // A fence that ceased is left at this report, whatever it says.
  if (state.locationId !== null && !hasCeased(times, state.locationId, report.at)) {
    if (held === null || held.distanceM > held.radiusM + report.accuracyM) {
      exitStreak = state.exitStreak + 1;
      exitSince = state.exitSince ?? report.at;
      exited = exitStreak >= exitConfirmations;
    }
    if (!exited && (held === null || !isInside(held))) candidates.push(held ?? farAway(state.locationId, state.status));
  }
  const best = bestOf(candidates);
  const status = best === null ? 'IN_TRANSIT' : statusOf(best.kind);
  const locationId = best === null ? null : best.locationId;
  if (status === state.status && locationId === state.locationId) return { ...state, exitStreak, exitSince, last };
  const enteredAt = exited && exitSince !== null ? exitSince : report.at;
  entries.push({ status, locationId, cause: last, enteredAt });
  return { status, locationId, since: enteredAt, exitStreak: 0, exitSince: null, last };
}

const statusOf = (kind: FenceMatch['kind']) => (kind === 'delivery' ? 'DELIVERED' : 'IN_STORAGE');

/**
 * Stands in for the held fence when matching did not return it. The report isn't inside of it, so it is chosen only where
 * no other of its kind is left.
 */
const farAway = (locationId: number, status: Status): FenceMatch => ({
  locationId,
  kind: status === 'DELIVERED' ? 'delivery' : 'storage',
  distanceM: Number.POSITIVE_INFINITY,
  radiusM: 1,
  isOutline: false,
  areaM2: 0,
});

/** Rule 4, over the whole set: which kind comes first depends on two, but what is compared then depends on all. */
function bestOf(candidates: readonly FenceMatch[]): FenceMatch | null {
  const deliveries = candidates.filter(({ kind }) => kind === 'delivery');
  const ofKind = deliveries.length > 0 ? deliveries : candidates;
  const around = ofKind.filter(isInside);
  const left = around.length > 0 ? around : ofKind;
  const byArea = left.some(({ isOutline }) => isOutline);
  const share = (match: FenceMatch) => (byArea ? 0 : match.distanceM / match.radiusM);
  const isBetter = (a: FenceMatch, b: FenceMatch) => {
    const difference = share(a) - share(b) || a.areaM2 - b.areaM2 || a.locationId - b.locationId;
    return difference < 0;
  };
  return left.reduce<FenceMatch | null>((best, one) => (best === null || isBetter(one, best) ? one : best), null);
}

const isInside = ({ distanceM, radiusM }: FenceMatch) => distanceM <= radiusM;
