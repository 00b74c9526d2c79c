import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { exportProfileSchema, plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { type Database, systemScope, type Transaction } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { JobHandler, JobQueue } from '../../platform/jobs/queue.ts';
import { setFirmware } from '../../trackers/new-trackers-store.ts';
import { lockKeyBatch } from '../key-batches/batch-keys-store.ts';
import { countExported, getKeyBatch } from '../key-batches/key-batches-store.ts';
import { insertDelivery } from '../webhooks/webhooks-store.ts';
import {
  findExportOfJob,
  getManufacturerExport,
  insertManufacturerExport,
  rangeToExport,
} from './manufacturer-exports-store.ts';
import { digestOfExport } from './write-export.ts';

const inputSchema = z.object({
  keyBatchId: z.number().int(),
  manufacturerId: z.number().int().nullable(),
  format: z.enum(['csv', 'json', 'keyfile']),
  /** As it was when the export was asked for. */
  profile: exportProfileSchema.nullable(),
  recipient: z.string(),
  keys: z.enum(['all', 'next']),
  count: z.number().int().nullable(),
  /** Absent in jobs of former versions. */
  dueDate: z.string().nullable().default(null),
});
export type ExportJobInput = z.infer<typeof inputSchema>;

export interface ExportJobDeps {
  db: Database;
  events: EventBus;
  now: () => Date;
  jobs: Pick<JobQueue, 'add'>;
}

/**
 * The job `manufacturer-export`: chooses the keys, writes the file once for its SHA-256, and records it as a key order.
 * The file itself isn't kept, since it can be written again at any time, byte for byte.
 */
export function manufacturerExportJob(deps: ExportJobDeps): JobHandler<unknown> {
  const { db, events, now } = deps;
  const run = <T>(work: Parameters<typeof db.transaction<T>>[1]) => db.transaction(systemScope, work);
  return async ({ jobId, input: raw, createdBy, signal, progress }) => {
    const input = inputSchema.parse(raw);
    const { keyBatchId, keys, count } = input;
    const { keysPerDevice } = await run((tx) => getKeyBatch(tx, now(), keyBatchId));
    const profile = input.profile ?? plainProfile(input.format, keysPerDevice);
    const choice = { keys, count, skipSlashes: profile.skipSlashes };
    if (createdBy === null)
      throw new AppError('internal', 'An export needs a person to make it for, and this one has nobody.');
    for (;;) {
      const made = await run((tx) => findExportOfJob(tx, jobId));
      if (made !== null) return resultOf(await run((tx) => getManufacturerExport(tx, made)));
      const range = await run((tx) => rangeToExport(tx, keyBatchId, choice));
      if (!range) throw nothingLeft(keys);
      progress(0, range.keyCount);
      const sha256 = await digestOfExport(run, { keyBatchId, keysPerDevice, profile, ...range }, signal);
      const exportId = await run(async (tx) => {
        await lockKeyBatch(tx, keyBatchId);
        // Another export of this batch may have taken these keys meanwhile; the next ones are then different.
        const still = await rangeToExport(tx, keyBatchId, choice);
        if (still?.afterId !== range.afterId || still.throughId !== range.throughId) return null;
        const record = { ...input, ...range, sha256, exportedBy: createdBy, jobId };
        const id = await insertManufacturerExport(tx, record, now());
        if (profile.firmware) await setFirmware(tx, { keyBatchId, unknownIn: range }, profile.firmware);
        await countExported(tx, keyBatchId, now());
        await tellManufacturer(deps, tx, id, createdBy);
        return id;
      });
      if (exportId === null) continue;
      progress(range.keyCount, range.keyCount);
      events.publish({ type: 'changed', resource: 'key-batches' });
      return resultOf(await run((tx) => getManufacturerExport(tx, exportId)));
    }
  };
}

/** Where the manufacturer has a webhook, a message for it is queued in the transaction of the export. */
async function tellManufacturer(deps: ExportJobDeps, tx: Transaction, exportId: number, createdBy: number) {
  const deliveryId = await insertDelivery(tx, { exportId, messageId: randomUUID() }, deps.now());
  if (deliveryId === null) return;
  const { keyBatch, manufacturer } = await getManufacturerExport(tx, exportId);
  await deps.jobs.add(tx, {
    kind: 'webhook-delivery',
    label: `${manufacturer?.name ?? ''}: ${keyBatch.name}`,
    unit: '',
    total: null,
    input: { deliveryId },
    resource: { type: 'key-batch', id: keyBatch.id },
    createdBy,
  });
}

const nothingLeft = (keys: 'all' | 'next') =>
  new AppError(
    'conflict',
    keys === 'next'
      ? 'All keys of this batch have been exported. Repeat an earlier export, or export all keys.'
      : 'No key of the batch fits this profile. Make a larger batch.',
  );

const resultOf = ({ id, keyCount, sha256, fileName }: Awaited<ReturnType<typeof getManufacturerExport>>) => ({
  manufacturerExportId: id,
  keyCount,
  sha256,
  fileName,
});
