import { getProductionRun } from '../clients/production-runs-store.ts';
import { chosen, invalid } from '../platform/db/conflicts.ts';
import { streamOf } from '../platform/files/stream-of.ts';
import type { Handlers } from '../platform/http/handler.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { refoldContext } from '../status/refold-context.ts';
import { refold } from '../status/refolds.ts';
import { extentOf, moveTrackers } from './move-trackers.ts';
import { markBroughtBack } from './retirement-store.ts';
import { trackerAudit } from './tracker-audit-store.ts';
import { trackerCsv } from './tracker-export.ts';
import { countTrackers, getTracker, listTrackers } from './trackers-store.ts';

/** Rows of one statement of an export: some hundred kilobytes, some tens of milliseconds. */
const EXPORT_PAGE = 2_000;

export const trackerHandlers = (deps: { jobs: JobQueue }) =>
  ({
    listTrackers: ({ tx, now }, { query }) => listTrackers(tx, query, now),
    countTrackers: async ({ tx, now }, { query }) => ({ count: await countTrackers(tx, query, now) }),
    getTracker: ({ tx }, { params }) => getTracker(tx, params.trackerId),
    listTrackerAudit: ({ tx }, { params, query }) => trackerAudit(tx, params.trackerId, query),
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
      const since = body.since === undefined || body.since === 'now' ? body.since : Date.parse(body.since);
      if (typeof since === 'number' && since > now.getTime())
        throw invalid('since', 'This is ahead of the clock. Choose a time that is over, or now.');
      const changed = await moveTrackers(tx, { trackerIds: body.trackerIds, productionRunId, since, now });
      const moved = changed.map(({ trackerId }) => trackerId);
      await refold(tx, refoldContext(deps, context), {
        target: { trackerIds: moved },
        extent: extentOf(changed),
        reason: 'run changed',
        label: run?.name ?? 'Taken out of their runs',
        resource: run === null ? null : { type: 'production-run', id: run.id },
      });
      await context.audit({
        resourceType: 'production-run',
        ...(body.productionRunId === null ? {} : { resourceId: body.productionRunId }),
        details: { moved, ...(body.since === undefined ? {} : { since: body.since }) },
      });
      return { moved: moved.length };
    },
    async bringBackTrackers(context, { body }) {
      const broughtBack = await markBroughtBack(context.tx, body.trackerIds, context.now);
      await context.audit({ resourceType: 'tracker', details: { broughtBack } });
      return { broughtBack: broughtBack.length };
    },
  }) satisfies Partial<Handlers>;
