import sql, { type Sql } from 'sql-template-tag';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { CustomerOrder, OrderSort, orderStates } from '../../../src-shared/contract/customer-orders.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { allOf, assignments, contains, ifGiven, iso, ownClient, pageOf, reference } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { ReferrersTo } from '../platform/db/references-store.ts';
import { type SortColumn, type Sorting, sortingBy } from '../platform/db/sorting.ts';
import { notFound } from '../platform/errors.ts';
import { isLate } from './late-orders-store.ts';
import { orderNumberSql } from './order-number-store.ts';
import { sharedIn, unpairedIn } from './pairings-store.ts';

export type OrderState = (typeof orderStates)[number];

interface Row {
  id: number;
  version: number;
  client_id: number;
  client_name: string;
  brand_id: number | null;
  brand_name: string | null;
  run_id: number | null;
  run_name: string | null;
  quantity: number;
  allocated_count: number;
  state: OrderState;
  due_date: string | null;
  due_time_zone: string;
  notes: string;
  pairs_goods: boolean;
  unpaired: number;
  shared: number;
  created_by: string;
  created_at: Date;
  sort_value: string | null;
}

const sortColumns = {
  number: { by: sql`o.id`, type: 'bigint' },
  due: { by: sql`o.due_date`, type: 'date' },
  client: { by: sql`lower(c.name)`, type: 'text' },
  brand: { by: sql`lower(b.name)`, type: 'text' },
  run: { by: sql`lower(r.name)`, type: 'text' },
  state: { by: sql`o.state`, type: 'text' },
  createdBy: { by: sql`lower(u.display_name)`, type: 'text' },
  progress: { by: sql`(o.allocated_count::float8 / o.quantity)`, type: 'float8' },
  createdAt: { by: sql`o.created_at`, type: 'timestamptz' },
} satisfies Record<string, SortColumn>;
const sorted = (sort: OrderSort, cursor?: string) => sortingBy(sortColumns, sql`o.id`, sort, cursor);

async function select(tx: Transaction, condition: Sql, sorting: Sorting, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    select o.id, o.version, o.client_id, c.name as client_name, o.brand_id, b.name as brand_name,
      o.production_run_id as run_id, r.name as run_name, o.quantity, o.allocated_count, o.state, o.due_date,
      coalesce(r.time_zone, 'UTC') as due_time_zone, o.notes,
      o.pairs_goods, case when o.pairs_goods then ${unpairedIn(sql`o.id`)} else 0 end as unpaired,
      case when o.pairs_goods then ${sharedIn(sql`o.id`)} else 0 end as shared,
      u.display_name as created_by, o.created_at, ${sorting.value}
    from customer_orders o
      join clients c on c.id = o.client_id
      join users u on u.id = o.created_by
      left join brands b on b.id = o.brand_id
      left join production_runs r on r.id = o.production_run_id
    where ${condition} and ${ownClient(tx, 'o.client_id')}
    ${sorting.order} limit ${limit}`);
  return rows;
}

export interface OrderQuery {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  includeArchived?: boolean | undefined;
  state?: OrderState | undefined;
  clientId?: number | undefined;
  late?: boolean | undefined;
  sort?: OrderSort | undefined;
}

/** A page of orders, newest first unless sorted otherwise. `search` looks in the number, the client's name and the notes. */
export async function listCustomerOrders(tx: Transaction, query: OrderQuery, now: Date): Promise<Page<CustomerOrder>> {
  const sorting = sorted(query.sort ?? '-number', query.cursor);
  const condition = allOf(
    query.includeArchived ? undefined : sql`o.archived_at is null`,
    ifGiven(query.state, (state) => sql`o.state = ${state}`),
    ifGiven(query.clientId, (id) => sql`o.client_id = ${id}::bigint`),
    ifGiven(
      query.search || undefined,
      (text) => sql`(${orderNumberSql('o.id')} || ' ' || c.name || ' ' || o.notes) ilike ${contains(text)}`,
    ),
    query.late ? isLate(now) : undefined,
    sorting.after,
  );
  const rows = await select(tx, condition, sorting, query.limit + 1);
  return pageOf(rows, query.limit, toOrder, sorting.key);
}

/** These orders, in any order; those that the person may not see are left out. */
export async function listOrdersById(tx: Transaction, ids: readonly number[]): Promise<CustomerOrder[]> {
  const rows = await select(tx, sql`o.id = any(${[...ids]}::bigint[])`, sorted('-number'), ids.length);
  return rows.map(toOrder);
}

/** Throws AppError `not-found`. */
export async function getCustomerOrder(tx: Transaction, id: number): Promise<CustomerOrder> {
  const [row] = await select(tx, sql`o.id = ${id}::bigint`, sorted('-number'), 1);
  if (!row) throw notFound('customer order', id);
  return toOrder(row);
}

export interface NewOrder {
  clientId: number;
  brandId: number | null;
  productionRunId: number | null;
  quantity: number;
  dueDate: string | null;
  notes: string;
  pairsGoods?: boolean | undefined;
}

/** Returns the new id. */
export async function insertCustomerOrder(
  tx: Transaction,
  order: NewOrder,
  userId: number,
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into customer_orders (client_id, brand_id, production_run_id, quantity, due_date, notes, pairs_goods, created_by, created_at)
    values (${order.clientId}::bigint, ${order.brandId}::bigint, ${order.productionRunId}::bigint, ${order.quantity}::int,
      ${order.dueDate}::date, ${order.notes}, ${order.pairsGoods ?? false}, ${userId}::bigint, ${now}::timestamptz) returning id`);
  return rows[0]!.id;
}

/** What the rules of allocation read of an order. */
export interface LockedOrder {
  id: number;
  clientId: number;
  brandId: number | null;
  productionRunId: number | null;
  quantity: number;
  allocatedCount: number;
  state: OrderState;
  dueDate: string | null;
  notes: string;
  pairsGoods: boolean;
}

/** Locks the order's row: from here on nobody else changes its count or state. Throws AppError `not-found`. */
export async function lockCustomerOrder(tx: Transaction, id: number): Promise<LockedOrder> {
  const { rows } = await tx.query<LockedOrder>(sql`
    select id, client_id as "clientId", brand_id as "brandId", production_run_id as "productionRunId", quantity,
      allocated_count as "allocatedCount", state, due_date as "dueDate", notes,
      pairs_goods as "pairsGoods"
    from customer_orders where id = ${id}::bigint and ${ownClient(tx, 'client_id')} for update`);
  if (!rows[0]) throw notFound('customer order', id);
  return rows[0];
}

export interface OrderChange {
  quantity?: number | undefined;
  allocatedCount?: number | undefined;
  state?: OrderState | undefined;
  dueDate?: string | null | undefined;
  notes?: string | undefined;
  pairsGoods?: boolean | undefined;
  brandId?: number | null | undefined;
  productionRunId?: number | null | undefined;
}

export async function updateCustomerOrder(tx: Transaction, id: number, change: OrderChange): Promise<void> {
  const set = assignments(
    ifGiven(change.quantity, (quantity) => sql`quantity = ${quantity}::int`),
    ifGiven(change.allocatedCount, (count) => sql`allocated_count = ${count}::int`),
    ifGiven(change.state, (state) => sql`state = ${state}`),
    ifGiven(change.dueDate, (day) => sql`due_date = ${day}::date`),
    ifGiven(change.notes, (notes) => sql`notes = ${notes}`),
    ifGiven(change.pairsGoods, (pairs) => sql`pairs_goods = ${pairs}`),
    ifGiven(change.brandId, (brand) => sql`brand_id = ${brand}::bigint`),
    ifGiven(change.productionRunId, (run) => sql`production_run_id = ${run}::bigint`),
  );
  if (set) await tx.query(sql`update customer_orders set ${set} where id = ${id}::bigint`);
}

export const deleteCustomerOrder = (tx: Transaction, id: number) =>
  tx.query(sql`delete from customer_orders where id = ${id}::bigint`);

/** What keeps an order from being deleted: scans into it, which are a record. */
export const scansOfOrder: ReferrersTo = (id) => ({
  type: 'scan',
  plural: 'scans',
  select: sql`select id, coalesce(upper(mac_address::text), scanned) as name from scans
    where customer_order_id = ${id}::bigint`,
});

const toOrder = (row: Row): CustomerOrder => ({
  id: row.id,
  version: row.version,
  number: orderNumber(row.id),
  client: { id: row.client_id, name: row.client_name },
  brand: reference(row.brand_id, row.brand_name),
  productionRun: reference(row.run_id, row.run_name),
  quantity: row.quantity,
  allocatedCount: row.allocated_count,
  state: row.state,
  dueDate: row.due_date,
  dueTimeZone: row.due_time_zone,
  notes: row.notes,
  pairsGoods: row.pairs_goods,
  unpairedCount: row.unpaired,
  sharedGoodsCount: row.shared,
  createdBy: row.created_by,
  createdAt: iso(row.created_at),
});
