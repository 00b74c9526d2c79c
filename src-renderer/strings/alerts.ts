import type { Alert, AlertKind, AlertState, Severity, Thresholds } from '../../src-shared/contract/alerts.ts';
import { count, distance, duration } from './format.ts';

const kinds: Record<AlertKind, string> = {
  'impossible-speed': 'Impossible speed',
  silent: 'Silent too long',
  'left-delivery': 'Left its delivery location',
  'unexpected-stop': 'Unexpected stop',
  'off-route': 'Far from its run’s locations',
  'battery-low': 'Battery low',
  'silent-cluster': 'Many silent trackers in a run',
  login: 'Login of a report source',
};
const severities: Record<Severity, string> = { info: 'Notice', warning: 'Warning', critical: 'Critical' };
const states: Record<AlertState | 'unresolved', string> = {
  unresolved: 'Not resolved',
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
};
const batteries: Record<string, string> = { low: 'low', 'very-low': 'very low' };

export const alerts = {
  title: 'Alerts',
  description: 'What is out of the ordinary. An alert goes away by itself when it no longer holds.',
  table: 'Alerts, newest first',
  kinds,
  severities,
  states,
  columns: {
    severity: 'Severity',
    kind: 'What',
    about: 'About',
    run: 'Production run',
    client: 'Client',
    evidence: 'Evidence',
    at: 'Seen at',
    raised: 'Raised',
    state: 'State',
  },
  any: { state: 'Any state', severity: 'Any severity', kind: 'Any kind', run: 'Any run', client: 'Any client' },
  tracker: (mac: string | null, id: number) => mac ?? `Tracker ${id}`,
  onlyTracker: (id: string) => `Tracker ${id}`,
  empty: 'No alerts',
  emptyHint: 'Everything that reports is as it should be.',
  look: 'Look at it',
  selected: (n: number) => `${count(n)} selected`,
  acknowledge: 'Acknowledge',
  acknowledgeTitle: (n: number) => (n === 1 ? 'Acknowledge this alert' : `Acknowledge ${count(n)} alerts`),
  acknowledgeHint: 'Says that somebody has seen it and deals with it. It stays listed until it no longer holds.',
  note: 'Note',
  notePlaceholder: 'What is being done about it',
  acknowledged: (n: number) => `${count(n)} ${n === 1 ? 'alert' : 'alerts'} acknowledged`,
  by: (name: string, note: string) => (note ? `${name}: ${note}` : name),
  thresholds: 'Thresholds',
  thresholdsHint: 'For all runs. Deliveries and alerts are worked out again when they change.',
  threshold: {
    minimumDwellMinutes: ['Minimum dwell of a delivery', 'minutes; proven by a report after it'],
    silentHours: ['Silent after', 'hours without a report'],
    maxSpeedKmh: ['Impossible above', 'km/h between two reports'],
    stopHours: ['Unexpected stop after', 'hours in one place, in transit'],
    stopRadiusM: ['One place is', 'metres around'],
    offRouteKm: ['Off the run beyond', 'km from all its locations'],
    clusterCount: ['Cluster from', 'silent trackers in a run'],
    clusterShare: ['and from a share of', 'its trackers (0.1 is a tenth)'],
  } satisfies Record<keyof Thresholds, [string, string]>,
  thresholdsSaved: 'Thresholds changed',
  seeAll: 'All alerts of this tracker',
} as const;

function loginEvidence({ refusedAt, expiresAt }: Alert['evidence'], warnedAt: string): string {
  if (refusedAt) return 'Refused: log in again, or nothing is fetched by this source';
  const left = expiresAt ? (Date.parse(expiresAt) - Date.parse(warnedAt)) / 1000 : 0;
  return `Expires within ${duration(left)} of this time: log in again before`;
}

/** What was seen, in a line. */
export function evidenceOf({ kind, evidence, evidenceAt, location, raisedAt }: Alert): string {
  const hours = (n: number | undefined) => duration((n ?? 0) * 3600);
  switch (kind) {
    case 'impossible-speed':
      return `${count(evidence.speedKmh ?? 0)} km/h over ${distance(evidence.distanceM ?? 0)}`;
    case 'silent':
      return evidence.lastReportedAt
        ? `Silent for ${duration((Date.parse(raisedAt) - Date.parse(evidence.lastReportedAt)) / 1000)} when raised`
        : 'Has never reported';
    case 'left-delivery':
      return location ? `Left ${location.name}` : 'Left where it was delivered';
    case 'unexpected-stop':
      return `In one place for ${hours(evidence.hours)}, none of its run’s`;
    case 'off-route':
      return `${distance(evidence.distanceM ?? 0)} from the nearest location of its run`;
    case 'battery-low':
      return `Battery ${batteries[evidence.batteryLevel ?? 'low'] ?? evidence.batteryLevel}`;
    case 'login':
      return loginEvidence(evidence, evidenceAt);
    case 'silent-cluster':
      return `${count(evidence.silent ?? 0)} of ${count(evidence.of ?? 0)} silent${evidence.place ? `, most near ${evidence.place}` : ''}`;
  }
}
