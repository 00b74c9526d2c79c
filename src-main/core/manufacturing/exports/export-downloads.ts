import { type ManufacturerExportFormat, plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { exportFileName } from '../../../../src-shared/domain/export-file-name.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import { streamOf } from '../../platform/files/stream-of.ts';
import type { FileAnswer, RequestContext } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { countExported, getKeyBatch } from '../key-batches/key-batches-store.ts';
import { exportFormats, requireFitting } from './export-formats.ts';
import { getManufacturerExport, insertManufacturerExport, rangeToExport } from './manufacturer-exports-store.ts';
import { digestOfExport, type RunTransaction, writeExport } from './write-export.ts';

/** Throws AppError `conflict` while the batch has no complete set of keys. */
export function requireExportable(batch: { state: string; counts: { generated: number } }): void {
  if (batch.state === 'generating')
    throw new AppError('conflict', 'This batch is still being generated. Export it when it is ready.');
  if (batch.counts.generated === 0)
    throw new AppError('conflict', 'This batch was cancelled before it had any key. Start it again first.');
}

/**
 * All public keys of a batch in the plain form of a format, at once. It is written twice: once for its SHA-256, which is
 * recorded and audited before the first byte leaves, and once for the reader.
 */
export async function exportKeyBatch(
  events: EventBus,
  context: RequestContext,
  keyBatchId: number,
  query: { format: ManufacturerExportFormat; recipient: string },
): Promise<FileAnswer> {
  const { format, recipient } = query;
  const principal = requirePrincipal(context);
  const batch = await context.transaction((tx) => getKeyBatch(tx, context.now, keyBatchId));
  requireExportable(batch);
  const choice = { keys: 'all', count: null, skipSlashes: false } as const;
  const range = await context.transaction((tx) => rangeToExport(tx, keyBatchId, choice));
  if (!range) throw new AppError('conflict', 'This batch has no keys.');
  const { keysPerDevice } = batch;
  const profile = plainProfile(format, keysPerDevice);
  requireFitting(profile, keysPerDevice);
  const source = { keyBatchId, keysPerDevice, profile, ...range };
  const run: RunTransaction = (work) => context.transaction(work);
  const sha256 = await digestOfExport(run, source);
  await context.transaction(async (tx) => {
    const owner = { manufacturerId: null, profile: null, jobId: null, exportedBy: principal.userId };
    const record = { keyBatchId, format, recipient, ...range, ...owner, sha256 };
    const exportId = await insertManufacturerExport(tx, record, context.now);
    await countExported(tx, keyBatchId, context.now);
    const details = { exportId, format, recipient, keyCount: range.keyCount, sha256: sha256.toString('hex') };
    await context.audit({ resourceType: 'key-batch', resourceId: keyBatchId, details }, tx);
    tx.afterCommit(() => events.publish({ type: 'changed', resource: 'key-batches' }));
  });
  context.responseHeaders.set('x-content-sha256', sha256.toString('hex'));
  const { contentType } = exportFormats[format];
  const fileName = exportFileName(batch.label, `key-batch-${keyBatchId}`, format);
  return { contentType, fileName, body: streamOf(writeExport(run, source)) };
}

/**
 * A recorded export again, with the profile that it had. It is held against the recorded SHA-256 before the first byte
 * leaves. Throws AppError `not-found`, also for an export of another manufacturer than the one given.
 */
export async function repeatExport(
  context: RequestContext,
  exportId: number,
  manufacturerId?: number,
): Promise<FileAnswer> {
  const run: RunTransaction = (work) => context.transaction(work);
  const record = await run((tx) => getManufacturerExport(tx, exportId, manufacturerId));
  const profile = record.profile ?? plainProfile(record.format, record.keysPerDevice);
  const source = { ...record, keyBatchId: record.keyBatch.id, profile };
  const sha256 = (await digestOfExport(run, source)).toString('hex');
  if (sha256 !== record.sha256)
    throw new AppError(
      'corrupt-data',
      `Export ${exportId} can’t be repeated: its keys are not what they were when it was made. Restore the database from a backup.`,
    );
  await context.audit({ resourceType: 'manufacturer-export', resourceId: exportId, details: { sha256 } });
  context.responseHeaders.set('x-content-sha256', sha256);
  const { contentType } = exportFormats[record.format];
  return { contentType, fileName: record.fileName, body: streamOf(writeExport(run, source)) };
}
