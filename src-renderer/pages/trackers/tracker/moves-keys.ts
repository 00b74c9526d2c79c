import type { Tracker } from '../../../../src-shared/contract/trackers.ts';

/** What is out of date when keys have moved from one tracker to another. */
export const movesKeys = [
  'getTracker',
  'listTrackers',
  'listDeviceKeys',
  'listStatusHistory',
  'listTrackerAudit',
  'listLocationReports',
] as const;

/** What a tracker is called where it is about labels. */
export const labelOf = (tracker: Pick<Tracker, 'id' | 'macAddress'> | null | undefined): string =>
  tracker ? (tracker.macAddress ?? `#${tracker.id}`) : '';
