import { createHash } from 'node:crypto';
import type { ManufacturerExportFormat } from '../../../src-shared/contract/key-batches.ts';
import { AppError } from '../errors.ts';
import type { FileAnswer, RequestContext } from '../http/handler.ts';
import { requirePrincipal } from '../http/principal.ts';
import { getKeyBatch, markExported } from '../repositories/key-batches.ts';
import { insertManufacturerExport } from '../repositories/key-batches-exports.ts';
import { publicKeys } from '../repositories/key-batches-trackers.ts';
import { exportFormats, publicKeyPages } from './key-batches-formats.ts';
import { streamOf } from './stream-of.ts';

/**
 * The public keys of a batch as a file. It is written twice: once for its SHA-256, which is recorded and audited before
 * the first byte leaves, and once for the reader. Keys never change once a batch is made, so both are the same bytes,
 * as is every later export in the same format.
 */
export async function exportKeyBatch(
  context: RequestContext,
  keyBatchId: number,
  query: { format: ManufacturerExportFormat; recipient: string },
): Promise<FileAnswer> {
  const principal = requirePrincipal(context);
  const batch = await context.transaction((tx) => getKeyBatch(tx, keyBatchId));
  if (batch.state === 'generating')
    throw new AppError('conflict', 'This batch is still being generated. Export it when it is ready.');
  if (batch.counts.generated === 0) throw new AppError('conflict', 'This batch was cancelled before it had any key.');
  const format = exportFormats[query.format];
  // Each page in a short transaction of its own: a slow reader must not keep one open.
  const read = (afterId: number, limit: number) =>
    context.transaction((tx) => publicKeys(tx, keyBatchId, afterId, limit));
  const write = () => format.write(publicKeyPages(read));

  const digest = createHash('sha256');
  for await (const part of write()) digest.update(part);
  const sha256 = digest.digest();
  await context.transaction(async (tx) => {
    const record = { keyBatchId, ...query, keyCount: batch.counts.generated, sha256, exportedBy: principal.userId };
    const exportId = await insertManufacturerExport(tx, record, context.now);
    await markExported(tx, keyBatchId, context.now);
    const details = { exportId, ...query, keyCount: record.keyCount, sha256: sha256.toString('hex') };
    await context.audit({ resourceType: 'key-batch', resourceId: keyBatchId, details }, tx);
    tx.afterCommit(() => context.core.events.publish({ type: 'changed', resource: 'key-batches' }));
  });
  context.responseHeaders.set('x-content-sha256', sha256.toString('hex'));
  return {
    contentType: format.contentType,
    fileName: fileNameOf(batch.label, keyBatchId, format.extension),
    body: streamOf(write()),
  };
}

const fileNameOf = (label: string, id: number, extension: string) =>
  `key-batch-${id}-${label
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)}.${extension}`;
