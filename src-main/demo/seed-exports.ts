import sql from 'sql-template-tag';
import { plainProfile } from '../../src-shared/contract/export-profile.ts';
import { insertManufacturerExport, rangeToExport } from '../core/manufacturing/exports/manufacturer-exports-store.ts';
import { digestOfExport } from '../core/manufacturing/exports/write-export.ts';
import { countExported } from '../core/manufacturing/key-batches/key-batches-store.ts';
import type { Transaction } from '../core/platform/db/queryable.ts';

const HOUR_MS = 3_600_000;
const RECIPIENT = 'Kestrel Devices, Shenzhen';

/** One export a batch, a few hours after its keys were made, with the SHA-256 of the file that the product writes. */
export async function insertExports(tx: Transaction, exportedBy: number): Promise<void> {
  const { rows } = await tx.query<{ id: number; created_at: Date }>(sql`
    select b.id, b.created_at from key_batches b order by b.id`);
  for (const batch of rows) {
    const at = new Date(batch.created_at.getTime() + 3 * HOUR_MS);
    const range = await rangeToExport(tx, batch.id, { keys: 'all', count: null, skipSlashes: false });
    if (!range) continue;
    const source = { keyBatchId: batch.id, keysPerDevice: 1, profile: plainProfile('csv'), ...range };
    const sha256 = await digestOfExport((work) => work(tx), source);
    const record = { keyBatchId: batch.id, format: 'csv' as const, recipient: RECIPIENT, ...range, sha256, exportedBy };
    await insertManufacturerExport(tx, { ...record, manufacturerId: null, profile: null, jobId: null }, at);
    await countExported(tx, batch.id, at);
  }
}
