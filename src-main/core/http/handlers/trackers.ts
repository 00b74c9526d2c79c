import { getProductionRun } from '../../repositories/production-runs.ts';
import { moveTrackers } from '../../repositories/tracker-runs.ts';
import { countTrackers, getTracker, listTrackers } from '../../repositories/trackers.ts';
import { chosen } from '../../services/conflicts.ts';
import { refold } from '../../services/refolds.ts';
import { streamOf } from '../../services/stream-of.ts';
import { trackerCsv } from '../../services/tracker-export.ts';
import type { Handlers } from '../handler.ts';
import { refoldContext } from '../refold-context.ts';

/** Rows of one statement of an export: some hundred kilobytes, some tens of milliseconds. */
const EXPORT_PAGE = 2_000;

export const trackerHandlers = {
  listTrackers: ({ tx, now }, { query }) => listTrackers(tx, query, now),
  countTrackers: async ({ tx, now }, { query }) => ({ count: await countTrackers(tx, query, now) }),
  getTracker: ({ tx }, { params }) => getTracker(tx, params.trackerId),
  async exportTrackers(context, { query }) {
    const { columns, ...list } = query;
    await context.audit({ resourceType: 'tracker', details: list });
    const readPage = (cursor: string | undefined) =>
      context.transaction((tx) => listTrackers(tx, { ...list, limit: EXPORT_PAGE, cursor }, context.now));
    return {
      contentType: 'text/csv; charset=utf-8',
      fileName: 'trackers.csv',
      body: streamOf(trackerCsv(columns, readPage)),
    };
  },
  /** Trackers that are not there are left out; those that are in the run already aren't counted as moved. */
  async assignTrackers(context, { body }) {
    const { tx, now } = context;
    const { productionRunId } = body;
    const run =
      productionRunId === null
        ? null
        : await chosen(
            getProductionRun(tx, now, productionRunId),
            'productionRunId',
            'There is no such production run. Choose another.',
          );
    const moved = await moveTrackers(tx, body.trackerIds, body.productionRunId);
    await refold(tx, refoldContext(context), {
      target: { trackerIds: moved },
      reason: 'run changed',
      label: run?.name ?? 'Taken out of their runs',
      resource: run === null ? null : { type: 'production-run', id: run.id },
    });
    await context.audit({
      resourceType: 'production-run',
      ...(body.productionRunId === null ? {} : { resourceId: body.productionRunId }),
      details: { moved },
    });
    return { moved: moved.length };
  },
} satisfies Partial<Handlers>;
