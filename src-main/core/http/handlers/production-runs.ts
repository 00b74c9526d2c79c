import { getBrand } from '../../repositories/brands.ts';
import { productionRunReferrers } from '../../repositories/production-run-referrers.ts';
import {
  deleteProductionRun,
  getProductionRun,
  insertProductionRun,
  knowsTimeZone,
  listProductionRuns,
  lockProductionRun,
  updateProductionRun,
} from '../../repositories/production-runs.ts';
import { changes, chosen, invalid, orNameTaken } from '../../services/conflicts.ts';
import { refuseIfReferenced } from '../../services/references.ts';
import { queueRefold } from '../../status/refold.ts';
import type { Handlers } from '../handler.ts';

const nameTaken = {
  index: 'production_runs_name',
  field: 'name',
  message: 'This brand has another production run of this name. Choose a different one.',
};
const unknownZone = () => invalid('timeZone', 'Use an IANA time zone name such as Europe/Zurich.');

export const productionRunHandlers = {
  listProductionRuns: ({ tx, now }, { query }) => listProductionRuns(tx, now, query),
  getProductionRun: ({ tx, now }, { params }) => getProductionRun(tx, now, params.productionRunId),
  async createProductionRun(context, { body }) {
    const { tx, now } = context;
    const brand = await chosen(getBrand(tx, body.brandId), 'brandId', 'There is no such brand. Choose another.');
    if (brand.archivedAt !== null) throw invalid('brandId', 'This brand is archived. Restore it first.');
    if (!(await knowsTimeZone(tx, body.timeZone))) throw unknownZone();
    const id = await orNameTaken(insertProductionRun(tx, body), nameTaken);
    await context.audit({ resourceType: 'production-run', resourceId: id, details: body });
    return getProductionRun(tx, now, id);
  },
  async updateProductionRun(context, { params, body }) {
    const { tx, now } = context;
    await lockProductionRun(tx, params.productionRunId);
    const before = await getProductionRun(tx, now, params.productionRunId);
    if ((body.startDate ?? before.startDate) > (body.endDate ?? before.endDate)) {
      throw invalid('endDate', 'The end date must not be before the start date.');
    }
    if (body.timeZone !== undefined && !(await knowsTimeZone(tx, body.timeZone))) throw unknownZone();
    await orNameTaken(updateProductionRun(tx, before.id, body, now), nameTaken);
    const run = await getProductionRun(tx, now, before.id);
    const moved =
      run.startDate !== before.startDate || run.endDate !== before.endDate || run.timeZone !== before.timeZone;
    if (moved) await queueRefold(tx, { productionRunId: run.id }, 'run dates changed', now);
    const { trackerCount: _count, statusCounts: _counts, phase: _phase, ...was } = before;
    const { trackerCount, statusCounts, phase, ...is } = run;
    await context.audit({ resourceType: 'production-run', resourceId: run.id, details: changes(was, is) });
    return run;
  },
  async deleteProductionRun(context, { params }) {
    const { tx } = context;
    const name = await lockProductionRun(tx, params.productionRunId);
    await refuseIfReferenced(tx, `The production run “${name}”`, productionRunReferrers(params.productionRunId));
    await deleteProductionRun(tx, params.productionRunId);
    await context.audit({ resourceType: 'production-run', resourceId: params.productionRunId, details: { name } });
  },
} satisfies Partial<Handlers>;
