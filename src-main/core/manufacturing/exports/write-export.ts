import { createHash } from 'node:crypto';
import type { ExportProfile } from '../../../../src-shared/contract/export-profile.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { publicKeys } from '../key-batches/batch-keys-store.ts';
import { exportFormats } from './export-formats.ts';
import type { KeyRange } from './manufacturer-exports-store.ts';
import { publicKeyPages } from './public-key-pages.ts';

export interface ExportSource extends KeyRange {
  keyBatchId: number;
  keysPerDevice: number;
  profile: ExportProfile;
}

export type RunTransaction = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/**
 * The bytes of an export. Keys of a finished batch never change, nor does a recorded profile, so the same source is the
 * same bytes whenever it is written. Each page is read in a short transaction: a slow reader must not keep one open.
 */
export function writeExport(transaction: RunTransaction, source: ExportSource) {
  const { keyBatchId, keysPerDevice, profile, afterId, throughId } = source;
  const read = (last: number, limit: number) =>
    transaction((tx) => publicKeys(tx, keyBatchId, { afterId: last, throughId, limit }));
  return exportFormats[profile.format].write(profile, publicKeyPages(read, profile, afterId, keysPerDevice));
}

/** SHA-256 of an export: 32 bytes. */
export async function digestOfExport(transaction: RunTransaction, source: ExportSource, signal?: AbortSignal) {
  const digest = createHash('sha256');
  for await (const part of writeExport(transaction, source)) {
    signal?.throwIfAborted();
    digest.update(part);
  }
  return digest.digest();
}
