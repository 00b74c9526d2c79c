import type { LocationKind, leftOutReasons, Status } from '../../contract/status.ts';

/** A report's place in the order of the fold: its time in epoch milliseconds, then its payload's SHA-256 in hex. */
export interface ReportKey {
  at: number;
  hash: string;
}

/** A fence of the tracker's run, in its shape at the report's time, that the report is inside of, or not surely outside of: d <= r + a. */
export interface FenceMatch {
  locationId: number;
  kind: LocationKind;
  /** d: geodesic metres from the report to the fence's point, or to its outline, 0 inside of that. */
  distanceM: number;
  /** r: the radius, greater than 0, or the margin of an outline. */
  radiusM: number;
  isOutline: boolean;
  /** Of a circle pi r², of an outline its own without the margin. */
  areaM2: number;
}

/** A stored report with the fences that it may be inside of, in any order. None is farther away than r + a. */
export interface FoldReport extends ReportKey {
  /** WGS 84 degrees, or null when the report has no valid position. */
  position: { longitude: number; latitude: number } | null;
  /** a, in metres. */
  accuracyM: number;
  matches: readonly FenceMatch[];
}

/** The run's dates as instants, epoch milliseconds: start_date 00:00 to the end of end_date in the run's zone, half-open. */
export interface RunWindow {
  startsAt: number;
  endsAt: number;
}

/**
 * When fences of a run count, by location: half-open stretches of epoch milliseconds. A location that isn't named here
 * always counts.
 */
export type FenceTimes = ReadonlyMap<number, readonly { from: number; to: number }[]>;

export interface StatusRules {
  /** How many reports in a row must be surely outside of the held fence before it counts as left; at least 1. */
  exitConfirmations: number;
  /** Reports less accurate than this many metres don't count; null counts all. */
  maxAccuracyM: number | null;
}
/** One report that is surely outside is an exit, and no accuracy is too bad. */
export const defaultStatusRules: StatusRules = { exitConfirmations: 1, maxAccuracyM: null };

export type LeftOutReason = (typeof leftOutReasons)[number];

/** All that the fold remembers between two reports. Going on from it gives the same as starting at the first report. */
export interface FoldState {
  status: Status;
  locationId: number | null;
  /** When the present status and location were entered; null while UNKNOWN. */
  since: number | null;
  /** How many reports in a row were surely outside of the held fence; `exitSince` is the time of the first. */
  exitStreak: number;
  exitSince: number | null;
  /** The last report that counted. */
  last: ReportKey | null;
}
/** The state before the first report that counts. */
export const unknownState: FoldState = {
  status: 'UNKNOWN',
  locationId: null,
  since: null,
  exitStreak: 0,
  exitSince: null,
  last: null,
};

/** One stay: a status at a location (null in transit) from `enteredAt` until the next entry's. */
export interface HistoryEntry {
  status: Exclude<Status, 'UNKNOWN'>;
  locationId: number | null;
  cause: ReportKey;
  enteredAt: number;
}

/** The order of the fold. All hashes are hex of the same length, so comparing the text compares the bytes. */
export function compareKeys(a: ReportKey, b: ReportKey): number {
  return a.at - b.at || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0);
}
