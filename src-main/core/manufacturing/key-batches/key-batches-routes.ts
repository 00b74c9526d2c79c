import { plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { getProductionRun } from '../../clients/production-runs-store.ts';
import { createDataKey } from '../../keys/data-keys.ts';
import type { RandomBytes } from '../../keys/envelope.ts';
import type { Keyring } from '../../keys/keyring.ts';
import { chosen, invalid } from '../../platform/db/conflicts.ts';
import type { Database, Transaction } from '../../platform/db/queryable.ts';
import { systemScope } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { getJob } from '../../platform/jobs/jobs-store.ts';
import type { JobQueue } from '../../platform/jobs/queue.ts';
import { forgetBatteries } from '../../status/new-reports-store.ts';
import { setFirmware } from '../../trackers/new-trackers-store.ts';
import { exportKeyBatch, repeatExport, requireExportable } from '../exports/export-downloads.ts';
import { requireFitting } from '../exports/export-formats.ts';
import type { ExportJobInput } from '../exports/export-job.ts';
import {
  getManufacturerExport,
  listManufacturerExports,
  updateDueDate,
} from '../exports/manufacturer-exports-store.ts';
import { howToRead, startImport } from '../imports/import-upload.ts';
import { listUnexpectedDevices } from '../imports/unexpected-devices-store.ts';
import { getManufacturer } from '../manufacturers/manufacturers-store.ts';
import {
  getKeyBatch,
  insertKeyBatch,
  listKeyBatches,
  reopenKeyBatch,
  setKeyBatchJob,
  updateFirmware,
} from './key-batches-store.ts';

export interface KeyBatchDeps {
  db: Database;
  events: EventBus;
  jobs: JobQueue;
  keyring: Keyring;
  now: () => Date;
  randomBytes: RandomBytes;
}

/** Adds the job that makes what the batch lacks. */
async function startGeneration(
  { jobs, events }: KeyBatchDeps,
  tx: Transaction,
  batch: { id: number; label: string; count: number },
  createdBy: number,
): Promise<number> {
  const jobId = await jobs.add(tx, {
    kind: 'key-generation',
    label: batch.label,
    unit: 'keys',
    total: batch.count,
    input: { keyBatchId: batch.id },
    resource: { type: 'key-batch', id: batch.id },
    createdBy,
  });
  await setKeyBatchJob(tx, batch.id, jobId);
  tx.afterCommit(() => events.publish({ type: 'changed', resource: 'key-batches' }));
  return jobId;
}

export const keyBatchHandlers = (deps: KeyBatchDeps) =>
  ({
    listKeyBatches: ({ tx, now }, { query }) => listKeyBatches(tx, now, query),

    getKeyBatch: ({ tx, now }, { params }) => getKeyBatch(tx, now, params.keyBatchId),

    async createKeyBatch(context, { body }) {
      const { tx, now } = context;
      const principal = requirePrincipal(context);
      // Refuses while this console has no key: it must not promise what it couldn't seal.
      deps.keyring.kek();
      const { count, keysPerDevice, label, productionRunId, firmware } = body;
      if (productionRunId !== null)
        await chosen(
          getProductionRun(tx, now, productionRunId),
          'productionRunId',
          'This production run does not exist.',
        );
      const createdBy = principal.userId;
      const keyBatchId = await insertKeyBatch(
        tx,
        { label, count, keysPerDevice, productionRunId, firmware, createdBy },
        now,
      );
      const jobId = await startGeneration(deps, tx, { id: keyBatchId, label, count: count * keysPerDevice }, createdBy);
      await context.audit({ resourceType: 'key-batch', resourceId: keyBatchId, details: { ...body, jobId } });
      return getJob(tx, jobId, now);
    },

    async restartKeyBatch(context, { params }) {
      const { tx, now } = context;
      deps.keyring.kek();
      const { id, label, counts, keysPerDevice, state } = await getKeyBatch(tx, now, params.keyBatchId);
      if (!(await reopenKeyBatch(tx, id)))
        throw new AppError(
          'conflict',
          state === 'ready'
            ? 'This batch already has all of its keys.'
            : 'The keys of this batch are still being made.',
        );
      const batch = { id, label, count: counts.requested * keysPerDevice };
      const jobId = await startGeneration(deps, tx, batch, requirePrincipal(context).userId);
      const details = { jobId, generated: counts.generated, requested: counts.requested };
      await context.audit({ resourceType: 'key-batch', resourceId: id, details });
      return getJob(tx, jobId, now);
    },

    async setBatchFirmware(context, { params, body }) {
      const { tx, now } = context;
      const before = await getKeyBatch(tx, now, params.keyBatchId);
      const { firmware } = body;
      await updateFirmware(tx, before.id, firmware);
      await setFirmware(tx, { keyBatchId: before.id }, firmware);
      await forgetBatteries(tx, before.id);
      await context.audit({
        resourceType: 'key-batch',
        resourceId: before.id,
        details: { from: before.firmware, to: firmware },
      });
      tx.afterCommit(() => deps.events.publish({ type: 'changed', resource: 'key-batches' }));
      return getKeyBatch(tx, now, before.id);
    },

    async setExportDueDate(context, { params, body }) {
      const { tx } = context;
      const before = await getManufacturerExport(tx, params.manufacturerExportId);
      await updateDueDate(tx, before.id, body.dueDate);
      await context.audit({
        resourceType: 'manufacturer-export',
        resourceId: before.id,
        details: { from: before.dueDate, to: body.dueDate },
      });
      tx.afterCommit(() => deps.events.publish({ type: 'changed', resource: 'key-batches' }));
      return getManufacturerExport(tx, before.id);
    },

    exportKeyBatch: (context, { params, query }) => exportKeyBatch(deps.events, context, params.keyBatchId, query),

    async listManufacturerExports({ tx, now }, { params, query }) {
      await getKeyBatch(tx, now, params.keyBatchId);
      return listManufacturerExports(tx, { keyBatchId: params.keyBatchId }, query);
    },

    async createManufacturerExport(context, { params, body }) {
      const { tx, now } = context;
      const batch = await getKeyBatch(tx, now, params.keyBatchId);
      requireExportable(batch);
      const { manufacturerId, count, keys } = body;
      const manufacturer =
        manufacturerId === null
          ? null
          : await chosen(getManufacturer(tx, manufacturerId), 'manufacturerId', 'This manufacturer does not exist.');
      if (manufacturer?.archivedAt)
        throw invalid('manufacturerId', 'This manufacturer is archived. Restore it first, or choose another.');
      requireFitting(manufacturer?.profile ?? plainProfile(body.format), batch.keysPerDevice);
      if (count !== null && keys === 'all')
        throw invalid('count', 'Give a count only with the next keys, not with all keys.');
      const input: ExportJobInput = {
        keyBatchId: batch.id,
        manufacturerId,
        format: manufacturer?.profile.format ?? body.format,
        profile: manufacturer?.profile ?? null,
        recipient: body.recipient || (manufacturer?.name ?? ''),
        keys,
        count,
        dueDate: body.dueDate,
      };
      const jobId = await deps.jobs.add(tx, {
        kind: 'manufacturer-export',
        label: batch.label,
        unit: 'keys',
        total: null,
        input,
        resource: { type: 'key-batch', id: batch.id },
        createdBy: requirePrincipal(context).userId,
      });
      const { profile, ...details } = input;
      await context.audit({ resourceType: 'key-batch', resourceId: batch.id, details: { ...details, jobId } });
      return getJob(tx, jobId, now);
    },

    getManufacturerExportFile: (context, { params }) => repeatExport(context, params.manufacturerExportId),

    async listUnexpectedDevices({ tx, now }, { params, query }) {
      await getKeyBatch(tx, now, params.keyBatchId);
      return listUnexpectedDevices(tx, params.keyBatchId, query);
    },

    async importManufacturedDevices(context, { params, query }) {
      const batch = await context.transaction((tx) => getKeyBatch(tx, context.now, params.keyBatchId));
      if (batch.state === 'generating')
        throw new AppError('conflict', 'This batch is still being generated. Import when it is ready.');
      return startImport(deps, context, {
        kind: 'manufactured-device-import',
        label: batch.label,
        resource: { type: 'key-batch', id: batch.id },
        input: {
          keyBatchId: batch.id,
          dryRun: query.dryRun ?? false,
          mode: query.mode,
          checkAddress: query.checkAddress ?? false,
          mixUpReason: query.mixUpReason ?? null,
          ...howToRead(query),
        },
      });
    },

    async importTrackers(context, { query }) {
      const run = await context.transaction((tx) =>
        chosen(
          getProductionRun(tx, context.now, query.productionRunId),
          'productionRunId',
          'This production run does not exist.',
        ),
      );
      const dataKey = await deps.db.transaction(systemScope, (tx) => createDataKey(tx, deps.keyring, deps));
      try {
        return await startImport(deps, context, {
          kind: 'tracker-import',
          label: run.name,
          resource: { type: 'production-run', id: run.id },
          input: {
            productionRunId: run.id,
            firmware: query.firmware ?? null,
            mixUpReason: query.mixUpReason ?? null,
            ...(query.keyBlocks ? { keyBlocks: query.keyBlocks } : {}),
            dataKeyId: dataKey.id,
            dryRun: query.dryRun ?? false,
            mode: query.mode,
            ...howToRead(query),
          },
          sealWith: dataKey.key,
        });
      } finally {
        dataKey.key.fill(0);
      }
    },
  }) satisfies Partial<Handlers>;
