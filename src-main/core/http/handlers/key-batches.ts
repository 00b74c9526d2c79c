import { systemScope } from '../../db/queryable.ts';
import { AppError } from '../../errors.ts';
import { createDataKey } from '../../keys/data-keys.ts';
import { getJob } from '../../repositories/jobs.ts';
import { getKeyBatch, insertKeyBatch, listKeyBatches, setKeyBatchJob } from '../../repositories/key-batches.ts';
import { listManufacturerExports } from '../../repositories/key-batches-exports.ts';
import { getProductionRun } from '../../repositories/production-runs.ts';
import { chosen } from '../../services/conflicts.ts';
import { startImport } from '../../services/imports-upload.ts';
import { exportKeyBatch } from '../../services/key-batches-export.ts';
import type { Handlers } from '../handler.ts';
import { requirePrincipal } from '../principal.ts';

export const keyBatchHandlers = {
  listKeyBatches: ({ tx }, { query }) => listKeyBatches(tx, query),

  getKeyBatch: ({ tx }, { params }) => getKeyBatch(tx, params.keyBatchId),

  async createKeyBatch(context, { body }) {
    const { core, tx, now } = context;
    const principal = requirePrincipal(context);
    // Refuses while this console has no key; what it could not seal must not be promised.
    core.keyring.kek();
    const { count, label, productionRunId } = body;
    if (productionRunId !== null)
      await chosen(getProductionRun(tx, now, productionRunId), 'productionRunId', 'There is no such production run.');
    const createdBy = principal.userId;
    const keyBatchId = await insertKeyBatch(tx, { label, count, productionRunId, createdBy }, now);
    const jobId = await core.jobs.add(tx, {
      kind: 'key-generation',
      label,
      unit: 'keys',
      total: count,
      input: { keyBatchId },
      resource: { type: 'key-batch', id: keyBatchId },
      createdBy,
    });
    await setKeyBatchJob(tx, keyBatchId, jobId);
    await context.audit({ resourceType: 'key-batch', resourceId: keyBatchId, details: { ...body, jobId } });
    tx.afterCommit(() => core.events.publish({ type: 'changed', resource: 'key-batches' }));
    return getJob(tx, jobId, now);
  },

  exportKeyBatch: (context, { params, query }) => exportKeyBatch(context, params.keyBatchId, query),

  async listManufacturerExports({ tx }, { params, query }) {
    await getKeyBatch(tx, params.keyBatchId);
    return listManufacturerExports(tx, params.keyBatchId, query);
  },

  async importManufacturedDevices(context, { params, query }) {
    const batch = await context.transaction((tx) => getKeyBatch(tx, params.keyBatchId));
    if (batch.state === 'generating')
      throw new AppError('conflict', 'This batch is still being generated. Import when it is ready.');
    return startImport(context, {
      kind: 'manufactured-device-import',
      label: batch.label,
      resource: { type: 'key-batch', id: batch.id },
      input: {
        keyBatchId: batch.id,
        dryRun: query.dryRun ?? false,
        mode: query.mode,
        checkAddress: query.checkAddress ?? false,
      },
    });
  },

  async importTrackers(context, { query }) {
    const { core } = context;
    const run = await context.transaction((tx) =>
      chosen(
        getProductionRun(tx, context.now, query.productionRunId),
        'productionRunId',
        'There is no such production run.',
      ),
    );
    const dataKey = await core.db.transaction(systemScope, (tx) => createDataKey(tx, core.keyring, core));
    try {
      return await startImport(context, {
        kind: 'tracker-import',
        label: run.name,
        resource: { type: 'production-run', id: run.id },
        input: { productionRunId: run.id, dataKeyId: dataKey.id, dryRun: query.dryRun ?? false, mode: query.mode },
        sealWith: dataKey.key,
      });
    } finally {
      dataKey.key.fill(0);
    }
  },
} satisfies Partial<Handlers>;
