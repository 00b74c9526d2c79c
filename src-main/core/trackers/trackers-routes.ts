import { getProductionRun } from '../clients/production-runs-store.ts';
import { chosen, invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { streamOf } from '../platform/files/stream-of.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { refoldContext } from '../status/refold-context.ts';
import { refold } from '../status/refolds.ts';
import { correctPeriod } from './correct-period.ts';
import { extentOf, moveTrackers } from './move-trackers.ts';
import { pastTrackers } from './past-trackers-store.ts';
import { runPeriodsOf } from './period-corrections-store.ts';
import { cancelPlanned, planTrackers } from './planned-periods.ts';
import { beginningOf } from './planned-periods-store.ts';
import { markBroughtBack } from './retirement-store.ts';
import { trackerAudit } from './tracker-audit-store.ts';
import { trackerCsv } from './tracker-export.ts';
import { requireTracker } from './tracker-history-routes.ts';
import { countTrackers, getTracker, listTrackers } from './trackers-store.ts';

/** Rows of one statement of an export: some hundred kilobytes, some tens of milliseconds. */
const EXPORT_PAGE = 2_000;

export const trackerHandlers = (deps: { jobs: JobQueue }) =>
  ({
    listTrackers: ({ tx, now }, { query }) => listTrackers(tx, query, now),
    listPastTrackers: ({ tx }, { query }) => pastTrackers(tx, query),
    countTrackers: ({ tx, now }, { query }) => countTrackers(tx, query, now),
    getTracker: ({ tx, now }, { params }) => getTracker(tx, params.trackerId, now),
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
              'This production run does not exist. Choose another.',
            );
      const since = await sinceOf(tx, body);
      if (typeof since === 'number' && since > now.getTime()) {
        const { trackerIds } = body;
        const planner = { userId: requirePrincipal(context).userId, now };
        const planned = await planTrackers(tx, { trackerIds, productionRunId, beginsAt: new Date(since), ...planner });
        await context.audit({
          resourceType: 'production-run',
          ...(productionRunId === null ? {} : { resourceId: productionRunId }),
          details: { planned: trackerIds, since: new Date(since).toISOString() },
        });
        return { moved: 0, planned };
      }
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
    async listRunPeriods({ tx }, { params }) {
      await requireTracker(tx, params.trackerId);
      return { items: await runPeriodsOf(tx, params.trackerId) };
    },
    async correctRunPeriod(context, { params, body }) {
      const { tx, now } = context;
      const { trackerId, periodId } = params;
      const { productionRunId, startsAt, endsAt, dryRun, reason } = body;
      const from = startsAt === undefined ? undefined : startsAt === null ? -Infinity : Date.parse(startsAt);
      const to = endsAt === undefined ? undefined : Date.parse(endsAt);
      const done = await correctPeriod(tx, { trackerId, periodId, productionRunId, from, to, dryRun, now });
      const details = { periodId, productionRunId, startsAt, endsAt, reason, dryRun, ...done };
      await context.audit({ resourceType: 'tracker', resourceId: trackerId, details });
      return { ...done, items: await runPeriodsOf(tx, trackerId) };
    },
    async cancelPlannedPeriods(context, { body }) {
      const cancelled = await cancelPlanned(context.tx, body.trackerIds, context.now);
      await context.audit({ resourceType: 'tracker', details: { cancelled } });
      return { cancelled: cancelled.length };
    },
    async bringBackTrackers(context, { body }) {
      const broughtBack = await markBroughtBack(context.tx, body.trackerIds, context.now);
      await context.audit({ resourceType: 'tracker', details: { broughtBack } });
      return { broughtBack: broughtBack.length };
    },
  }) satisfies Partial<Handlers>;

/** From when on an assignment counts: epoch milliseconds or now, or what the rules say. */
async function sinceOf(
  tx: Transaction,
  { since, productionRunId }: { since?: string | undefined; productionRunId: number | null },
): Promise<number | 'now' | undefined> {
  if (since === undefined || since === 'now') return since;
  if (since !== 'run-begins') return Date.parse(since);
  const begins = productionRunId === null ? null : await beginningOf(tx, productionRunId);
  if (begins === null) throw invalid('since', 'Only a production run has a beginning. Choose a time.');
  return begins.getTime();
}
