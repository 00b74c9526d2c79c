import type { Transaction } from '../../db/queryable.ts';
import { notFound } from '../../errors.ts';
import {
  locationReports,
  statusHistory,
  type TimeRange,
  trackerAggregates,
  visibleTimes,
} from '../../repositories/tracker-history.ts';
import { track } from '../../repositories/tracker-track.ts';
import type { Handlers } from '../handler.ts';

/** An empty list of a tracker that isn't there, or isn't the asker's, would be a lie. */
async function visible(tx: Transaction, trackerId: number): Promise<TimeRange> {
  const times = await visibleTimes(tx, trackerId);
  if (times === null) throw notFound('tracker', trackerId);
  return times;
}

export const trackerHistoryHandlers = {
  async listLocationReports({ tx }, { params, query }) {
    return locationReports(tx, params.trackerId, query, await visible(tx, params.trackerId));
  },
  async listStatusHistory({ tx }, { params, query }) {
    await visible(tx, params.trackerId);
    return statusHistory(tx, params.trackerId, query);
  },
  async listTrackerAggregates({ tx }, { params, query }) {
    await visible(tx, params.trackerId);
    return trackerAggregates(tx, params.trackerId, query);
  },
  async getTrackerTrack({ tx }, { params, query }) {
    return track(tx, params.trackerId, query, await visible(tx, params.trackerId));
  },
} satisfies Partial<Handlers>;
