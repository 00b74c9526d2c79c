import type { Brand } from '../../../src-shared/contract/clients.ts';
import type { RunWindow } from '../../../src-shared/domain/status/types.ts';
import { changes, chosen, invalid, orNameTaken } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { Handlers } from '../platform/http/handler.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { takeUpPresentFences } from '../status/fences-in-time.ts';
import { fencesKept } from '../status/fences-in-time-store.ts';
import { refoldContext } from '../status/refold-context.ts';
import { refold } from '../status/refolds.ts';
import { readStatusRules, takeUpPresentRules } from '../status/rules.ts';
import { rulesKept } from '../status/rules-store.ts';
import { runAggregates } from '../status/run-aggregates-store.ts';
import { getBrand } from './brands-store.ts';
import { getClient } from './clients-store.ts';
import {
  getProductionRun,
  insertProductionRun,
  knowsTimeZone,
  listProductionRuns,
  lockProductionRun,
  runWindow,
  updateProductionRun,
} from './production-runs-store.ts';

const nameTaken = {
  index: 'production_runs_name',
  field: 'name',
  message: 'This brand already has a production run with this name. Choose a different one.',
};
const unknownZone = () => invalid('timeZone', 'Use an IANA time zone name such as Europe/Zurich.');

/** An archived client takes no new run, whatever its brands are; nor does one come back to it. */
async function refuseArchived(tx: Transaction, brand: Brand): Promise<void> {
  if (brand.archivedAt !== null) throw invalid('brandId', 'This brand is archived. Restore it first.');
  const client = await getClient(tx, brand.client.id);
  if (client.archivedAt !== null) throw invalid('brandId', 'The client of this brand is archived. Restore it first.');
}

/** The instant from which the change makes reports count that didn't, or the other way round. */
const firstDifference = (before: RunWindow, after: RunWindow) =>
  before.startsAt === after.startsAt
    ? Math.min(before.endsAt, after.endsAt)
    : Math.min(before.startsAt, after.startsAt);

export interface ProductionRunDeps {
  jobs: JobQueue;
}

export const productionRunHandlers = (deps: ProductionRunDeps) =>
  ({
    listProductionRuns: ({ tx, now }, { query }) => listProductionRuns(tx, now, query),
    getProductionRun: ({ tx, now }, { params }) => getProductionRun(tx, now, params.productionRunId),
    async createProductionRun(context, { body }) {
      const { tx, now } = context;
      const brand = await chosen(getBrand(tx, body.brandId), 'brandId', 'This brand does not exist. Choose another.');
      await refuseArchived(tx, brand);
      if (!(await knowsTimeZone(tx, body.timeZone))) throw unknownZone();
      const id = await orNameTaken(insertProductionRun(tx, body), nameTaken);
      await context.audit({ resourceType: 'production-run', resourceId: id, details: body });
      return getProductionRun(tx, now, id);
    },
    async getRunReopening({ tx, now }, { params }) {
      const run = await getProductionRun(tx, now, params.productionRunId);
      if (run.phase !== 'over') return { isOver: false, fences: [], rules: null };
      const kept = await rulesKept(tx, run.id);
      const present = await readStatusRules(tx);
      const isOther = kept !== null && JSON.stringify({ ...present, ...kept }) !== JSON.stringify(present);
      return { isOver: true, fences: await fencesKept(tx, run.id), rules: isOther ? { kept, present } : null };
    },
    async updateProductionRun(context, { params, body }) {
      const { tx, now } = context;
      await lockProductionRun(tx, params.productionRunId);
      const before = await getProductionRun(tx, now, params.productionRunId);
      if ((body.startDate ?? before.startDate) > (body.endDate ?? before.endDate)) {
        throw invalid('endDate', 'The end date must not be before the start date.');
      }
      if (body.timeZone !== undefined && !(await knowsTimeZone(tx, body.timeZone))) throw unknownZone();
      if (body.archived === false && before.archivedAt !== null)
        await refuseArchived(tx, await getBrand(tx, before.brand.id));
      const windowBefore = await runWindow(tx, before.id);
      await orNameTaken(updateProductionRun(tx, before.id, body, now), nameTaken);
      const run = await getProductionRun(tx, now, before.id);
      const moved =
        run.startDate !== before.startDate || run.endDate !== before.endDate || run.timeZone !== before.timeZone;
      if (moved) {
        const window = await runWindow(tx, run.id);
        const isOpen = window.endsAt > now.getTime();
        const rulesTaken = isOpen && (await takeUpPresentRules(tx, run.id));
        const fencesTaken = isOpen && (await takeUpPresentFences(tx, run.id)) !== null;
        await refold(tx, refoldContext(deps, context), {
          target: { productionRunIds: [run.id] },
          reason: 'run dates changed',
          label: run.name,
          resource: { type: 'production-run', id: run.id },
          extent: { from: rulesTaken || fencesTaken ? -Infinity : firstDifference(windowBefore, window) },
        });
      }
      const { trackerCount: _count, statusCounts: _counts, phase: _phase, ...was } = before;
      const { trackerCount, statusCounts, phase, ...is } = run;
      await context.audit({ resourceType: 'production-run', resourceId: run.id, details: changes(was, is) });
      return run;
    },
    async listRunAggregates({ tx, now }, { params, query }) {
      await getProductionRun(tx, now, params.productionRunId);
      return { items: await runAggregates(tx, params.productionRunId, query) };
    },
  }) satisfies Partial<Handlers>;
