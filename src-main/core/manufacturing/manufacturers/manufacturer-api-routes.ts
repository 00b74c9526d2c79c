import type { KeyOrder } from '../../../../src-shared/contract/manufacturer-api.ts';
import type { RandomBytes } from '../../keys/envelope.ts';
import { notFound } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { Handlers, RequestContext } from '../../platform/http/handler.ts';
import { requireCaller } from '../../platform/http/principal.ts';
import { getJob } from '../../platform/jobs/jobs-store.ts';
import type { JobQueue } from '../../platform/jobs/queue.ts';
import { repeatExport } from '../exports/export-downloads.ts';
import {
  acknowledgeExport,
  type ExportWithRange,
  getManufacturerExport,
  listManufacturerExports,
} from '../exports/manufacturer-exports-store.ts';
import { howToRead, startImport } from '../imports/import-upload.ts';
import { rejectedRowsFile } from '../imports/rejected-rows.ts';

/** The manufacturer whose token the request came with; the router lets nobody else in. */
function manufacturerOf(context: RequestContext): { id: number; name: string } {
  const { party, displayName } = requireCaller(context);
  if (party?.kind !== 'manufacturer') throw new Error('a route of the manufacturer API was opened to somebody else');
  return { id: party.id, name: displayName };
}

const keyOrderOf = (record: Omit<ExportWithRange, 'afterId' | 'throughId'>): KeyOrder => ({
  id: record.id,
  label: record.keyBatch.name,
  format: record.format,
  fileName: record.fileName,
  sha256: record.sha256,
  keyCount: record.keyCount,
  manufacturedCount: record.manufacturedCount,
  createdAt: record.exportedAt,
  acknowledgedAt: record.acknowledgedAt,
});

/** A job of this manufacturer; AppError `not-found` for every other job. */
async function requireOwnJob(context: RequestContext, jobId: number) {
  const { id } = manufacturerOf(context);
  const job = await context.transaction((tx) => getJob(tx, jobId, context.now));
  if (job.resource?.type !== 'manufacturer-export') throw notFound('job', jobId);
  const exportId = job.resource.id;
  await context.transaction((tx) => getManufacturerExport(tx, exportId, id));
  return job;
}

export interface ManufacturerApiDeps {
  events: EventBus;
  jobs: JobQueue;
  now: () => Date;
  randomBytes: RandomBytes;
}

export const manufacturerApiHandlers = (deps: ManufacturerApiDeps) =>
  ({
    async listKeyOrders(context, { query }) {
      const { id } = manufacturerOf(context);
      const found = await listManufacturerExports(context.tx, { manufacturerId: id }, query);
      return { ...found, items: found.items.map(keyOrderOf) };
    },

    async getKeyOrder(context, { params }) {
      return keyOrderOf(await getManufacturerExport(context.tx, params.keyOrderId, manufacturerOf(context).id));
    },

    getKeyOrderFile: (context, { params }) => repeatExport(context, params.keyOrderId, manufacturerOf(context).id),

    async acknowledgeKeyOrder(context, { params }) {
      const { tx, now } = context;
      const { id, name } = manufacturerOf(context);
      const { id: exportId } = await getManufacturerExport(tx, params.keyOrderId, id);
      await acknowledgeExport(tx, exportId, name, now);
      await context.audit({ resourceType: 'manufacturer-export', resourceId: exportId });
      tx.afterCommit(() => deps.events.publish({ type: 'changed', resource: 'key-batches' }));
      return keyOrderOf(await getManufacturerExport(tx, exportId, id));
    },

    async sendManufacturedDevices(context, { params, query }) {
      const { id } = manufacturerOf(context);
      const order = await context.transaction((tx) => getManufacturerExport(tx, params.keyOrderId, id));
      const { afterId, throughId } = order;
      return startImport(deps, context, {
        kind: 'manufactured-device-import',
        label: order.keyBatch.name,
        resource: { type: 'manufacturer-export', id: order.id },
        input: {
          keyBatchId: order.keyBatch.id,
          keyOrder: { afterId, throughId, skipSlashes: order.profile?.skipSlashes ?? false },
          dryRun: query.dryRun ?? false,
          mode: query.mode,
          checkAddress: query.checkAddress,
          ...howToRead(query),
        },
      });
    },

    getKeyOrderJob: (context, { params }) => requireOwnJob(context, params.jobId),

    async getKeyOrderRejectedRows(context, { params }) {
      await requireOwnJob(context, params.jobId);
      return rejectedRowsFile(context, params.jobId);
    },
  }) satisfies Partial<Handlers>;
