import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type {
  BoxDifference,
  DifferenceAction,
  DifferenceCounts,
  DifferenceReason,
} from '../../../src-shared/contract/box-differences.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { allOf, ifGiven, iso, keyAfter, pageOf } from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

interface Row {
  id: number;
  kind: BoxDifference['kind'];
  source: BoxDifference['source'];
  state: BoxDifference['state'];
  order_id: number;
  order_state: BoxDifference['order']['state'];
  mutation_id: string | null;
  tracker_id: number | null;
  mac: string | null;
  scanned: string;
  scanned_by: string | null;
  disabled: boolean;
  scanned_at: Date;
  console_id: number | null;
  console_name: string;
  reason: DifferenceReason;
  created_at: Date;
  decision: DifferenceAction | null;
  decided_by: string | null;
  decided_at: Date | null;
  note: string;
  moved_to: number | null;
  done_how: NonNullable<BoxDifference['done']>['how'] | null;
  done_by: string | null;
  done_at: Date | null;
}

const numbered = (id: number) => ({ id, number: orderNumber(id) });

const toDifference = (row: Row): BoxDifference => ({
  id: row.id,
  kind: row.kind,
  source: row.source,
  state: row.state,
  order: { ...numbered(row.order_id), state: row.order_state },
  mutationId: row.mutation_id,
  trackerId: row.tracker_id,
  macAddress: row.mac,
  scanned: row.scanned,
  scannedBy: { name: row.scanned_by ?? '', disabled: row.disabled },
  scannedAt: iso(row.scanned_at),
  console: row.console_id === null ? null : { id: row.console_id, name: row.console_name },
  reason: row.reason,
  createdAt: iso(row.created_at),
  decision:
    row.decision === null
      ? null
      : {
          action: row.decision,
          by: row.decided_by ?? '',
          at: iso(row.decided_at!),
          note: row.note,
          movedTo: row.moved_to === null ? null : numbered(row.moved_to),
        },
  done: row.done_how === null ? null : { how: row.done_how, by: row.done_by ?? '', at: iso(row.done_at!) },
});

async function select(db: Queryable, condition: Sql, limit: number): Promise<Row[]> {
  const { rows } = await db.query<Row>(sql`
    select d.id, d.kind, d.source, d.state, d.order_id, o.state as order_state, d.mutation_id, d.tracker_id,
      upper(d.mac_address::text) as mac, d.scanned, u.display_name as scanned_by, u.disabled_at is not null as disabled,
      d.scanned_at, c.id as console_id, coalesce(nullif(c.name, ''), c.host_name) as console_name, d.reason, d.created_at,
      d.decision, b.display_name as decided_by, d.decided_at, d.note, d.moved_to, d.done_how, e.display_name as done_by,
      d.done_at
    from box_differences d
      left join customer_orders o on o.id = d.order_id
      left join consoles c on c.console_key = d.console_key
      left join users u on u.id = d.scanned_by
      left join users b on b.id = d.decided_by
      left join users e on e.id = d.done_by
    where ${condition} order by d.id limit ${limit}`);
  return rows;
}

export interface DifferenceQuery {
  limit: number;
  cursor?: string | undefined;
  customerOrderId?: number | undefined;
  state: 'unfinished' | BoxDifference['state'];
}

const inState = (state: DifferenceQuery['state']) =>
  state === 'unfinished' ? sql`d.state <> 'done'` : sql`d.state = ${state}`;

/** A page of differences, oldest first, with how many there are. Plan: box_differences_unfinished or _order. */
export async function listDifferences(db: Queryable, query: DifferenceQuery) {
  const ofOrder = ifGiven(query.customerOrderId, (id) => sql`d.order_id = ${id}::bigint`);
  const condition = allOf(
    inState(query.state),
    ofOrder,
    ifGiven(keyAfter(z.number().int(), query.cursor), (id) => sql`d.id > ${id}::bigint`),
  );
  const rows = await select(db, condition, query.limit + 1);
  const { rows: counts } = await db.query<DifferenceCounts>(sql`
    select count(*) filter (where d.state = 'open') as "toSettle", count(*) filter (where d.kind = 'take-out') as "toTakeOut",
      count(*) filter (where d.kind = 'put-back') as "toPutBack"
    from box_differences d where ${allOf(sql`d.state <> 'done'`, ofOrder)}`);
  return { ...pageOf(rows, query.limit, toDifference, (row) => row.id), counts: counts[0]! };
}

export const differencesOf = async (db: Queryable, ids: readonly number[]): Promise<BoxDifference[]> =>
  (await select(db, sql`d.id = any(${[...ids]}::bigint[])`, ids.length)).map(toDifference);

/** Those of refused acts, by their mutation ids; ones that the database hasn't been told of are missing. */
export const differencesOfActs = async (db: Queryable, mutationIds: readonly string[]): Promise<BoxDifference[]> =>
  (await select(db, sql`d.mutation_id = any(${[...mutationIds]}::uuid[])`, mutationIds.length)).map(toDifference);

export interface NewDifference {
  kind: BoxDifference['kind'];
  mutationId: string;
  orderId: number;
  macAddress: string | null;
  scanned: string;
  scannedBy: number | null;
  scannedAt: Date;
  consoleKey: string | null;
  reason: DifferenceReason;
}

/** Once for each act, however often it is told. */
export const insertDifference = (tx: Queryable, made: NewDifference, now: Date) =>
  tx.query(sql`
    insert into box_differences (kind, source, state, mutation_id, order_id, tracker_id, mac_address, scanned, scanned_by,
      scanned_at, console_key, reason, created_at)
    select ${made.kind}, 'refused', 'open', ${made.mutationId}::uuid, ${made.orderId}::bigint,
      (select id from trackers where mac_address = ${made.macAddress}::macaddr), ${made.macAddress}::macaddr, ${made.scanned},
      (select id from users where id = ${made.scannedBy}::bigint), ${made.scannedAt}::timestamptz, ${made.consoleKey}::uuid,
      ${JSON.stringify(made.reason)}::jsonb, ${now}::timestamptz
    on conflict (mutation_id) do nothing`);

/** Devices that were taken out of an order at a desk are still in its box. Those that were returned are not among them. */
export const leftInBox = (
  tx: Transaction,
  orderId: number,
  allocationIds: readonly number[],
  { code, userId }: { code: DifferenceReason['code']; userId: number },
  now: Date,
) =>
  tx.query(sql`
    insert into box_differences (kind, source, state, allocation_id, order_id, tracker_id, mac_address, scanned, scanned_by,
      scanned_at, reason, created_at)
    select 'take-out', 'cancelled', 'accepted', a.id, ${orderId}::bigint, t.id, t.mac_address, upper(t.mac_address::text),
      a.allocated_by, a.allocated_at,
      jsonb_build_object('code', ${code}::text, 'by', (select display_name from users where id = ${userId}::bigint),
        'at', ${now.toISOString()}::text, 'otherOrder', null, 'detail', null), ${now}::timestamptz
    from device_allocations a join trackers t on t.id = a.tracker_id
    where a.id = any(${[...allocationIds]}::bigint[]) order by a.id
    on conflict (allocation_id) do nothing`);

/** What is not done about a device, locked. Plan: box_differences_device. */
export async function lockUnfinished(
  tx: Transaction,
  macAddress: string,
): Promise<{ id: number; kind: BoxDifference['kind']; orderId: number }[]> {
  const { rows } = await tx.query<{ id: number; kind: BoxDifference['kind']; orderId: number }>(sql`
    select id, kind, order_id as "orderId" from box_differences
    where mac_address = ${macAddress}::macaddr and state <> 'done' order by id for update`);
  return rows;
}

type End = NonNullable<BoxDifference['done']>['how'];

export const finishDifference = (tx: Queryable, id: number, how: End, userId: number | null, now: Date) =>
  tx.query(sql`
    update box_differences set state = 'done', done_how = ${how}, done_by = ${userId}::bigint, done_at = ${now}::timestamptz
    where id = ${id}::bigint and state <> 'done'`);

/** Ends that of a refused act; returns whether there was one. */
export async function finishOfAct(tx: Queryable, mutationId: string, how: End, userId: number | null, now: Date) {
  const { rowCount } = await tx.query(sql`
    update box_differences set state = 'done', done_how = ${how}, done_by = ${userId}::bigint, done_at = ${now}::timestamptz
    where mutation_id = ${mutationId}::uuid and state <> 'done'`);
  return rowCount > 0;
}

export interface Decision {
  action: DifferenceAction;
  userId: number;
  note: string;
  movedTo: number | null;
}

export const decideDifference = (tx: Transaction, id: number, decision: Decision, now: Date) =>
  tx.query(sql`
    update box_differences set state = case state when 'open' then 'accepted' else state end, decision = ${decision.action},
      decided_by = ${decision.userId}::bigint, decided_at = ${now}::timestamptz, note = ${decision.note},
      moved_to = ${decision.movedTo}::bigint
    where id = ${id}::bigint`);

export const giveReason = (tx: Transaction, id: number, reason: DifferenceReason) =>
  tx.query(sql`update box_differences set reason = ${JSON.stringify(reason)}::jsonb where id = ${id}::bigint`);

/** Removes up to a small step of what was put right before an instant; returns how many. Plan: box_differences_done. */
export async function deleteDoneDifferences(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from box_differences where id in (
      select id from box_differences where state = 'done' and done_at < ${before}::timestamptz order by done_at limit 500)`);
  return rowCount;
}

/** Who last did one of these to an order, and when: closed, cancelled, filled or made it smaller. */
export async function lastOrderEvent(
  tx: Queryable,
  orderId: number,
  kinds: readonly string[],
): Promise<{ kind: string; by: string; at: Date } | null> {
  const { rows } = await tx.query<{ kind: string; by: string; at: Date }>(sql`
    select e.kind, u.display_name as by, e.at from customer_order_events e join users u on u.id = e.by_user_id
    where e.customer_order_id = ${orderId}::bigint and e.kind = any(${[...kinds]})
      and (e.kind <> 'changed' or e.details ? 'quantity')
    order by e.id desc limit 1`);
  return rows[0] ?? null;
}

/** Who last did something that no other record names, as the audit log has it. */
export async function lastDeed(
  tx: Queryable,
  action: string,
  resourceType: string,
  resourceId: number,
): Promise<{ by: string; at: Date } | null> {
  const { rows } = await tx.query<{ by: string; at: Date }>(sql`
    select coalesce(u.display_name, l.actor, '') as by, l.at from audit_entries l left join users u on u.id = l.actor_user_id
    where l.resource_type = ${resourceType} and l.resource_id = ${String(resourceId)} and l.action = ${action}
    order by l.sequence desc limit 1`);
  return rows[0] ?? null;
}
