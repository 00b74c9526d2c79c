import sql from 'sql-template-tag';
import type { ScanOutcome, ScanResult } from '../../src-shared/contract/customer-orders.ts';
import { orderNumber } from '../../src-shared/domain/order-number.ts';
import type { Transaction } from '../core/platform/db/queryable.ts';
import { demoRuns } from './company.ts';
import { type DemoOrder, ordersOf, unfilledOrders } from './orders.ts';
import type { CompanyIds } from './seed-company.ts';
import { dateFrom, daysFrom, type SeedContext } from './seed-context.ts';
import type { SeededTracker } from './seed-keys.ts';
import { seededRandom } from './simulator/random.ts';

interface Scan {
  orderId: number;
  tracker: SeededTracker | null;
  scanned: string;
  outcome: ScanOutcome;
  result: ScanResult;
  at: Date;
}

/** Seconds from one scan to the next, at the pace of someone who has done this before. */
const PACE_S = 3;

/** Orders in every state, the devices that were scanned into them, and every scan, the refused ones too. */
export async function insertOrders(
  tx: Transaction,
  context: SeedContext,
  ids: CompanyIds,
  trackers: Map<string, SeededTracker[]>,
): Promise<number> {
  const orders = demoRuns.flatMap((run) => ordersOf(run, trackers.get(run.name)?.length ?? 0));
  const scans: Scan[] = [];
  const next = new Map<string, number>();
  for (const order of [...orders, ...unfilledOrders].sort((one, other) => one.placed - other.placed)) {
    const orderId = await insertOrder(tx, context, ids, order);
    const from = next.get(order.run) ?? 0;
    const scanned = (trackers.get(order.run) ?? []).slice(from, from + order.allocated);
    next.set(order.run, from + scanned.length);
    scans.push(...scansOf(context, order, orderId, scanned));
  }
  await storeScans(tx, ids.users.get('warehouse')!, scans);
  return orders.length + unfilledOrders.length;
}

async function insertOrder(tx: Transaction, { now }: SeedContext, ids: CompanyIds, order: DemoOrder): Promise<number> {
  const run = demoRuns.find((candidate) => candidate.name === order.run)!;
  const brand = ids.brands.get(run.brand)!;
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into customer_orders (client_id, brand_id, production_run_id, quantity, allocated_count, state, due_date, notes,
      created_by, created_at)
    values (${brand.clientId}::bigint, ${brand.id}::bigint, ${ids.runs.get(order.run)!}::bigint, ${order.quantity}::int,
      ${order.allocated}::int, ${order.state}, ${dateFrom(now, order.due)}::date, ${order.notes},
      ${ids.users.get('ops')!}::bigint, ${daysFrom(now, order.placed)})
    returning id`);
  return rows[0]!.id;
}

function scansOf(context: SeedContext, order: DemoOrder, orderId: number, scanned: readonly SeededTracker[]): Scan[] {
  const random = seededRandom(context.seed, 'scans', order.run, order.placed);
  const scans: Scan[] = [];
  let at = daysFrom(context.now, order.scanned).getTime();
  const record = (outcome: ScanOutcome, tracker: SeededTracker | null, text: string, count: number) => {
    at += Math.round(PACE_S * 1000 * random.between(0.6, 2.5));
    const result: ScanResult = {
      outcome,
      scanned: text,
      macAddress: tracker?.mac ?? (outcome === 'malformed' ? null : text),
      trackerId: tracker?.id ?? null,
      allocationId: null,
      otherOrder: null,
      order: {
        id: orderId,
        number: orderNumber(orderId),
        quantity: order.quantity,
        allocatedCount: count,
        state: count === order.quantity ? 'filled' : 'open',
      },
      scannedAt: new Date(at).toISOString(),
    };
    scans.push({ orderId, tracker, scanned: text, outcome, result, at: new Date(at) });
  };
  for (const [i, tracker] of scanned.entries()) {
    record('allocated', tracker, tracker.mac, i + 1);
    if (random.chance(0.015)) record('already-in-this-order', tracker, tracker.mac, i + 1);
    if (random.chance(0.008)) record('malformed', null, random.pick(['4006381333931', 'C0:4F:1', 'GLIMPSE']), i + 1);
    if (random.chance(0.006))
      record('unknown-mac', null, `F${random.below(10)}:DE:AD:0${random.below(10)}:BE:EF`, i + 1);
  }
  return scans;
}

async function storeScans(tx: Transaction, userId: number, scans: readonly Scan[]): Promise<void> {
  const allocated = scans.filter((scan) => scan.outcome === 'allocated');
  const { rows } = await tx.query<{ id: number; tracker_id: number }>(sql`
    insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
    select customer_order_id, tracker_id, ${userId}::bigint, at
    from unnest(${allocated.map((scan) => scan.orderId)}::bigint[], ${allocated.map((scan) => scan.tracker!.id)}::bigint[],
      ${allocated.map((scan) => scan.at)}::timestamptz[]) with ordinality as a (customer_order_id, tracker_id, at, place)
    order by place
    returning id, tracker_id`);
  const allocationOf = new Map(rows.map((row) => [row.tracker_id, row.id]));
  const idOf = (scan: Scan) => (scan.outcome === 'allocated' ? (allocationOf.get(scan.tracker!.id) ?? null) : null);
  await tx.query(sql`
    insert into scans (customer_order_id, scanned, mac_address, tracker_id, outcome, result, allocation_id, scanned_by, scanned_at)
    select customer_order_id, scanned, mac, tracker_id, outcome, result, allocation_id, ${userId}::bigint, at
    from unnest(${scans.map((scan) => scan.orderId)}::bigint[], ${scans.map((scan) => scan.scanned)}::text[],
      ${scans.map((scan) => scan.result.macAddress)}::macaddr[], ${scans.map((scan) => scan.tracker?.id ?? null)}::bigint[],
      ${scans.map((scan) => scan.outcome)}::text[],
      ${scans.map((scan) => JSON.stringify({ ...scan.result, allocationId: idOf(scan) }))}::jsonb[],
      ${scans.map(idOf)}::bigint[], ${scans.map((scan) => scan.at)}::timestamptz[]) with ordinality
      as s (customer_order_id, scanned, mac, tracker_id, outcome, result, allocation_id, at, place)
    order by place`);
}
