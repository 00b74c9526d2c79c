import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../../src-shared/contract/common.ts';
import type { UnexpectedDevice } from '../../../../src-shared/contract/key-batches.ts';
import { iso, keyAfter, pageOf } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';

export interface NewUnexpectedDevice {
  /** What the row gave to tell the key by: the hashed key, or SHA-256 of the serial number. 32 bytes. */
  identity: Uint8Array;
  macAddress: string | null;
  reason: UnexpectedDevice['reason'];
  row: number;
}

/** Remembers devices of a returned file that don't belong to the batch; one that is known already stays as it was. */
export async function rememberUnexpected(
  tx: Queryable,
  of: { keyBatchId: number; jobId: number; now: Date },
  devices: readonly NewUnexpectedDevice[],
): Promise<void> {
  if (devices.length === 0) return;
  await tx.query(sql`
    insert into unexpected_devices (key_batch_id, identity, mac_address, reason, job_id, row_number, found_at)
    select ${of.keyBatchId}, d.identity, d.mac, d.reason, ${of.jobId}, d.row, ${of.now}
    from unnest(${devices.map((d) => d.identity)}::bytea[], ${devices.map((d) => d.macAddress)}::macaddr[],
      ${devices.map((d) => d.reason)}::text[], ${devices.map((d) => d.row)}::int[]) as d(identity, mac, reason, row)
    on conflict do nothing`);
}

/** A device whose row was corrected is not unexpected any more. Plan: unexpected_devices_mac. */
export async function forgetUnexpected(tx: Queryable, macs: readonly string[]): Promise<void> {
  if (macs.length === 0) return;
  await tx.query(sql`delete from unexpected_devices where mac_address = any(${macs}::macaddr[])`);
}

interface Row {
  id: number;
  mac_address: string | null;
  reason: UnexpectedDevice['reason'];
  job_id: number;
  row_number: number;
  found_at: Date;
}

/** A page of a batch's unexpected devices, newest first. */
export async function listUnexpectedDevices(
  tx: Queryable,
  keyBatchId: number,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<UnexpectedDevice>> {
  const before = keyAfter(z.number().int(), query.cursor) ?? Number.MAX_SAFE_INTEGER;
  const { rows } = await tx.query<Row>(sql`
    select id, upper(mac_address::text) as mac_address, reason, job_id, row_number, found_at from unexpected_devices
    where key_batch_id = ${keyBatchId} and id < ${before} order by id desc limit ${query.limit + 1}`);
  return pageOf(
    rows,
    query.limit,
    (row) => ({
      id: row.id,
      macAddress: row.mac_address,
      reason: row.reason,
      jobId: row.job_id,
      row: row.row_number,
      foundAt: iso(row.found_at),
    }),
    (row) => row.id,
  );
}
