import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { ManufacturerExport, ManufacturerExportFormat } from '../../../src-shared/contract/key-batches.ts';
import type { Queryable } from '../db/queryable.ts';
import { after, iso, pageOf } from './listing.ts';

interface Row {
  id: number;
  format: ManufacturerExportFormat;
  recipient: string;
  key_count: number;
  sha256: string;
  exported_by: string;
  exported_at: Date;
}

/** Returns the id. `sha256` has 32 bytes. */
export async function insertManufacturerExport(
  tx: Queryable,
  record: {
    keyBatchId: number;
    format: ManufacturerExportFormat;
    recipient: string;
    keyCount: number;
    sha256: Uint8Array;
    exportedBy: number;
  },
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into manufacturer_exports (key_batch_id, format, recipient, key_count, sha256, exported_by, exported_at)
    values (${record.keyBatchId}, ${record.format}, ${record.recipient}, ${record.keyCount}, ${record.sha256},
      ${record.exportedBy}, ${now}) returning id`);
  return rows[0]!.id;
}

/** A page of a batch's exports, newest first. */
export async function listManufacturerExports(
  tx: Queryable,
  keyBatchId: number,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<ManufacturerExport>> {
  const before = after(z.number().int(), query.cursor) ?? Number.MAX_SAFE_INTEGER;
  const { rows } = await tx.query<Row>(sql`
    select e.id, e.format, e.recipient, e.key_count, encode(e.sha256, 'hex') as sha256, u.username as exported_by, e.exported_at
    from manufacturer_exports e join users u on u.id = e.exported_by
    where e.key_batch_id = ${keyBatchId} and e.id < ${before} order by e.id desc limit ${query.limit + 1}`);
  return pageOf(
    rows,
    query.limit,
    (row) => ({
      id: row.id,
      format: row.format,
      recipient: row.recipient,
      keyCount: row.key_count,
      sha256: row.sha256,
      exportedBy: row.exported_by,
      exportedAt: iso(row.exported_at),
    }),
    (row) => row.id,
  );
}
