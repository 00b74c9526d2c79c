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
const states: Record<AlertState | 'unresolved' | 'snoozed', string> = {
  unresolved: 'Not resolved',
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  snoozed: 'Snoozed',
};
const batteries: Record<string, string> = { low: 'low', 'very-low': 'very low' };

export const alerts = {
  title: 'Alerts',
  description: 'Anything unusual. An alert closes by itself when its cause is gone.',
  table: 'Alerts',
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
    place: 'Place',
    assignee: 'Assigned to',
  },
  any: {
    state: 'Any state',
    severity: 'Any severity',
    kind: 'Any kind',
    run: 'Any run',
    client: 'Any client',
    assignee: 'Anybody',
  },
  groupBy: 'Group by',
  groupings: { none: 'No groups', client: 'Client', productionRun: 'Run', place: 'Place' },
  groupsOf: (by: string) => `Alerts by ${by.toLowerCase()}`,
  allGroups: 'All',
  noGroup: { client: 'No client', productionRun: 'No run', place: 'Place not known' },
  criticalOf: (n: number) => `${count(n)} critical`,
  assignees: { me: 'Assigned to me', none: 'Assigned to nobody' },
  assign: 'Assign',
  assignNobody: 'To nobody',
  assignee: 'Who deals with it',
  assignTitle: (n: number) => (n === 1 ? 'Assign this alert' : `Assign ${count(n)} alerts`),
  assigned: (n: number, name: string | null) =>
    `${count(n)} ${n === 1 ? 'alert' : 'alerts'} assigned to ${name ?? 'nobody'}`,
  assignedBy: (name: string, at: string) => `Assigned by ${name}, ${at}`,
  snooze: 'Snooze',
  snoozeTitle: (n: number) => (n === 1 ? 'Snooze this alert' : `Snooze ${count(n)} alerts`),
  snoozeHint: 'It comes back at that time, or as soon as it becomes more severe.',
  snoozeUntil: 'Until another time',
  snoozes: {
    hours: (at: string) => `For 4 hours (${at})`,
    tomorrow: (at: string) => `Until tomorrow morning (${at})`,
    monday: (at: string) => `Until Monday morning (${at})`,
  },
  snoozed: (n: number, until: string | null) =>
    until
      ? `${count(n)} ${n === 1 ? 'alert' : 'alerts'} snoozed until ${until}`
      : `${count(n)} ${n === 1 ? 'alert' : 'alerts'} no longer snoozed`,
  snoozedUntil: (at: string, by: string) => `Snoozed until ${at} by ${by}`,
  wake: 'End the snooze',
  keysHint: 'Press ? for the keys',
  keys: {
    title: 'Alerts',
    next: 'Next alert',
    previous: 'Previous alert',
    acknowledge: 'Acknowledge, and go to the next',
    snooze: 'Snooze: then 1 for 4 hours, 2 until tomorrow, 3 until Monday',
    mine: 'Assign to me, and go to the next',
    assign: 'Assign to somebody',
    select: 'Select; the keys then act on all that are selected',
    undo: 'Undo the last of these',
  },
  tracker: (mac: string | null, id: number) => mac ?? `Tracker ${id}`,
  onlyTracker: (id: string) => `Tracker ${id}`,
  empty: 'No alerts',
  emptyHint: 'All trackers that report are fine.',
  look: 'Open it',
  selected: (n: number) => `${count(n)} selected`,
  acknowledge: 'Acknowledge',
  acknowledgeTitle: (n: number) => (n === 1 ? 'Acknowledge this alert' : `Acknowledge ${count(n)} alerts`),
  acknowledgeHint:
    'Shows that someone has seen it and is dealing with it. It stays in the list until its cause is gone.',
  note: 'Note',
  notePlaceholder: 'What is being done about it',
  acknowledged: (n: number) => `${count(n)} ${n === 1 ? 'alert' : 'alerts'} acknowledged`,
  by: (name: string, note: string) => (note ? `${name}: ${note}` : name),
  thresholds: 'Thresholds',
  thresholdsHint: 'For all runs. A change recalculates deliveries and alerts.',
  /** The name, the unit that stands in the field, and what it means. */
  threshold: {
    minimumDwellMinutes: ['Shortest stay of a delivery', ' minutes', 'A later report must confirm it.'],
    silentHours: ['Silent after', ' hours', 'Without a report.'],
    maxSpeedKmh: ['Impossible speed above', ' km/h', 'Between two reports.'],
    stopHours: ['Unexpected stop after', ' hours', 'In one place, in transit.'],
    stopRadiusM: ['One place is within', ' m', 'Of the first report there.'],
    offRouteKm: ['Far from its run above', ' km', 'From all locations of the run.'],
    clusterCount: ['Many silent: at least', ' trackers', 'Of one production run.'],
    clusterShare: ['Many silent: and at least', ' %', 'Of the trackers of the run.'],
  } satisfies Record<keyof Thresholds, [name: string, unit: string, hint: string]>,
  thresholdsSaved: 'Thresholds changed',
  seeAll: 'All alerts of this tracker',
} as const;

function loginEvidence({ refusedAt, expiresAt }: Alert['evidence'], warnedAt: string): string {
  if (refusedAt) return 'Refused. Log in again: until then this source fetches nothing';
  const left = expiresAt ? (Date.parse(expiresAt) - Date.parse(warnedAt)) / 1000 : 0;
  return `Expires within ${duration(left)} of this time. Log in again before that`;
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
      return location ? `Left ${location.name}` : 'Left its delivery location';
    case 'unexpected-stop':
      return `In one place for ${hours(evidence.hours)}, not at a location of its run`;
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
