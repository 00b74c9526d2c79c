import type { LocationKind } from '../../contract/locations.ts';
import type { LocationReport, Status } from '../../contract/trackers.ts';

/** Place of a report in the order of the fold: its time (epoch milliseconds), then the payload's SHA-256 in lower-case hex. */
export interface ReportKey {
  at: number;
  hash: string;
}

/** A fence of the tracker's run that a report is inside of, or not surely outside of: d <= r + a. */
export interface FenceMatch {
  locationId: number;
  kind: LocationKind;
  /** d: geodesic metres from the report to the fence's point. */
  distanceM: number;
  /** r, greater than 0. */
  radiusM: number;
}

/** A stored report with the fences that it may be inside of, in any order. Fences farther than r + a are left out. */
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

export interface StatusRules {
  /** How many reports in a row must be surely outside of the held fence before it is left; 1 or more. */
  exitConfirmations: number;
  /** Reports less accurate than this many metres don't count; null counts all. */
  maxAccuracyM: number | null;
}
/** One report that is surely outside is an exit, and no accuracy is too bad. */
export const defaultStatusRules: StatusRules = { exitConfirmations: 1, maxAccuracyM: null };

export type LeftOutReason = NonNullable<LocationReport['leftOutReason']>;

/** Everything the fold remembers between two reports; folding on from it equals folding from the first report. */
export interface FoldState {
  status: Status;
  locationId: number | null;
  /** When the present status and location were entered; null while UNKNOWN. */
  since: number | null;
  /** Reports in a row that were surely outside of the held fence, and the time of the first of them. */
  exitStreak: number;
  exitSince: number | null;
  /** The last report that counted. */
  last: ReportKey | null;
}
/** Before the first report that counts. */
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

/** Order of the fold. Hashes are hex of one length, so that comparing text is comparing bytes. */
export function compareKeys(a: ReportKey, b: ReportKey): number {
  return a.at - b.at || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0);
}
