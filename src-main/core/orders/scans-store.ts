import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { ScanOutcome, ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import { allOf, ifGiven, iso, keyAfter, ownClient, pageOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/** Records a scan with its result, as it was answered. Scans are never changed; those of orders long over are forgotten. */
export const insertScan = (
  tx: Transaction,
  scan: { result: ScanResult; mutationId: string | null; userId: number; now: Date },
) =>
  tx.query(sql`
    insert into scans (customer_order_id, mutation_id, scanned, mac_address, tracker_id, outcome, result, allocation_id,
      scanned_by, scanned_at)
    values (${scan.result.order.id}::bigint, ${scan.mutationId}::uuid, ${scan.result.scanned},
      ${scan.result.macAddress}::macaddr, ${scan.result.trackerId}::bigint, ${scan.result.outcome},
      ${JSON.stringify(scan.result)}::jsonb, ${scan.result.allocationId}::bigint, ${scan.userId}::bigint,
      ${scan.now}::timestamptz)`);

/** The answer that a scan of this mutation id got before, and the order it was for. */
export async function findScanByMutation(
  tx: Transaction,
  mutationId: string,
): Promise<{ orderId: number; result: ScanResult } | null> {
  const { rows } = await tx.query<{ orderId: number; result: ScanResult }>(
    sql`select customer_order_id as "orderId", result from scans where mutation_id = ${mutationId}::uuid`,
  );
  return rows[0] ?? null;
}

/** How the undo or the return of an allocation was answered. */
export async function findLeft(tx: Transaction, orderId: number, allocationId: number): Promise<ScanResult | null> {
  const { rows } = await tx.query<{ result: ScanResult }>(sql`
    select result from scans
    where customer_order_id = ${orderId}::bigint and allocation_id = ${allocationId}::bigint and outcome in ('undone', 'returned')
    order by id desc limit 1`);
  return rows[0]?.result ?? null;
}

const key = z.number().int();

/** A page of the scans of an order, newest first. Plan: scans_order, read in order. */
export async function listScans(
  tx: Transaction,
  orderId: number,
  query: { limit: number; cursor?: string | undefined },
) {
  const condition = allOf(
    sql`s.customer_order_id = ${orderId}::bigint`,
    ifGiven(keyAfter(key, query.cursor), (id) => sql`s.id < ${id}::bigint`),
  );
  const { rows } = await tx.query<{
    id: number;
    outcome: ScanOutcome;
    scanned: string;
    mac: string | null;
    allocation_id: number | null;
    scanned_by: string;
    scanned_at: Date;
  }>(sql`
    select s.id, s.outcome, s.scanned, upper(s.mac_address::text) as mac, s.allocation_id, u.display_name as scanned_by, s.scanned_at
    from scans s join customer_orders o on o.id = s.customer_order_id join users u on u.id = s.scanned_by
    where ${condition} and ${ownClient(tx, 'o.client_id')}
    order by s.id desc limit ${query.limit + 1}`);
  const item = (row: (typeof rows)[number]) => ({
    id: row.id,
    outcome: row.outcome,
    scanned: row.scanned,
    macAddress: row.mac,
    allocationId: row.allocation_id,
    scannedBy: row.scanned_by,
    scannedAt: iso(row.scanned_at),
  });
  const page: Page<ReturnType<typeof item>> = pageOf(rows, query.limit, item, (row) => row.id);
  return page;
}
