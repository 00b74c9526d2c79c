import { getProductionRun } from '../../repositories/production-runs.ts';
import { moveTrackers } from '../../repositories/tracker-runs.ts';
import { countTrackers, getTracker, listTrackers } from '../../repositories/trackers.ts';
import { chosen } from '../../services/conflicts.ts';
import { queueRefold } from '../../status/refold.ts';
import type { Handlers } from '../handler.ts';

export const trackerHandlers = {
  listTrackers: ({ tx, now }, { query }) => listTrackers(tx, query, now),
  countTrackers: async ({ tx, now }, { query }) => ({ count: await countTrackers(tx, query, now) }),
  getTracker: ({ tx }, { params }) => getTracker(tx, params.trackerId),
  /** Trackers that are not there are left out; those that are in the run already aren't counted as moved. */
  async assignTrackers(context, { body }) {
    const { tx, now } = context;
    if (body.productionRunId !== null) {
      const run = getProductionRun(tx, now, body.productionRunId);
      await chosen(run, 'productionRunId', 'There is no such production run. Choose another.');
    }
    const moved = await moveTrackers(tx, body.trackerIds, body.productionRunId);
    await queueRefold(tx, { trackerIds: moved }, 'run changed', now);
    await context.audit({
      resourceType: 'production-run',
      ...(body.productionRunId === null ? {} : { resourceId: body.productionRunId }),
      details: { moved },
    });
    return { moved: moved.length };
  },
} satisfies Partial<Handlers>;
