import type { Transaction } from '../platform/db/queryable.ts';
import { notFound } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { readTrack } from './track-store.ts';
import { locationReports, statusHistory, trackerAggregates, trackerIsVisible } from './tracker-history-store.ts';
import { deviceKeys } from './tracker-keys-store.ts';

/** An empty list would be misleading for a tracker that doesn't exist or that the person may not see. */
export async function requireTracker(tx: Transaction, trackerId: number): Promise<void> {
  if (!(await trackerIsVisible(tx, trackerId))) throw notFound('tracker', trackerId);
}

export const trackerHistoryHandlers = {
  async listLocationReports({ tx }, { params, query }) {
    await requireTracker(tx, params.trackerId);
    return locationReports(tx, params.trackerId, query);
  },
  async listDeviceKeys({ tx }, { params }) {
    await requireTracker(tx, params.trackerId);
    return { items: await deviceKeys(tx, params.trackerId) };
  },
  async listStatusHistory({ tx }, { params, query }) {
    await requireTracker(tx, params.trackerId);
    return statusHistory(tx, params.trackerId, query);
  },
  async listTrackerAggregates({ tx }, { params, query }) {
    await requireTracker(tx, params.trackerId);
    return trackerAggregates(tx, params.trackerId, query);
  },
  async getTrackerTrack({ tx }, { params, query }) {
    await requireTracker(tx, params.trackerId);
    return readTrack(tx, params.trackerId, query);
  },
} satisfies Partial<Handlers>;
