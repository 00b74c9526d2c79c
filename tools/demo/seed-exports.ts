import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Transaction } from '../../src-main/core/db/queryable.ts';
import { markExported } from '../../src-main/core/repositories/key-batches.ts';
import { insertManufacturerExport } from '../../src-main/core/repositories/key-batches-exports.ts';
import { publicKeys } from '../../src-main/core/repositories/key-batches-trackers.ts';
import { exportFormats, publicKeyPages } from '../../src-main/core/services/key-batches-formats.ts';

const HOUR_MS = 3_600_000;
const RECIPIENT = 'Kestrel Devices, Shenzhen';

/** One export a batch, a few hours after its keys were made, with the SHA-256 of the file that the product writes. */
export async function insertExports(tx: Transaction, exportedBy: number): Promise<void> {
  const { rows } = await tx.query<{ id: number; count: number; created_at: Date }>(sql`
    select b.id, b.requested_count as count, b.created_at from key_batches b order by b.id`);
  for (const batch of rows) {
    const at = new Date(batch.created_at.getTime() + 3 * HOUR_MS);
    const digest = createHash('sha256');
    const pages = publicKeyPages((afterId, limit) => publicKeys(tx, batch.id, afterId, limit));
    for await (const part of exportFormats.csv.write(pages)) digest.update(part);
    await insertManufacturerExport(
      tx,
      {
        keyBatchId: batch.id,
        format: 'csv',
        recipient: RECIPIENT,
        keyCount: batch.count,
        sha256: digest.digest(),
        exportedBy,
      },
      at,
    );
    await markExported(tx, batch.id, at);
  }
}
