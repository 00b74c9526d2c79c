import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { Brand } from '../../../src-shared/contract/clients.ts';
import type { Page } from '../../../src-shared/contract/common.ts';
import {
  allOf,
  assignments,
  contains,
  ifGiven,
  iso,
  isoOrNull,
  keyAfter,
  ownClient,
  pageOf,
} from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { notFound } from '../platform/errors.ts';
import { archiving } from './clients-store.ts';

interface Row {
  id: number;
  version: number;
  name: string;
  client_id: number;
  client_name: string;
  sort_name: string;
  production_run_count: number;
  archived_at: Date | null;
  created_at: Date;
}

const key = z.tuple([z.string(), z.number().int()]);

async function select(tx: Transaction, condition: Sql, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    select b.id, b.version, b.name, b.client_id, c.name as client_name, lower(b.name) as sort_name, b.archived_at, b.created_at,
      (select count(*) from production_runs r where r.brand_id = b.id and r.archived_at is null) as production_run_count
    from brands b join clients c on c.id = b.client_id
    where ${condition} and ${ownClient(tx, 'b.client_id')}
    order by lower(b.name), b.id limit ${limit}`);
  return rows;
}

/** A page of brands by name. */
export async function listBrands(
  tx: Transaction,
  query: {
    limit: number;
    cursor?: string | undefined;
    search?: string | undefined;
    includeArchived?: boolean | undefined;
    clientId?: number | undefined;
  },
): Promise<Page<Brand>> {
  const condition = allOf(
    query.includeArchived ? undefined : sql`b.archived_at is null`,
    ifGiven(query.clientId, (id) => sql`b.client_id = ${id}::bigint`),
    ifGiven(query.search || undefined, (text) => sql`b.name ilike ${contains(text)}`),
    ifGiven(keyAfter(key, query.cursor), ([name, id]) => sql`(lower(b.name), b.id) > (${name}, ${id}::bigint)`),
  );
  const rows = await select(tx, condition, query.limit + 1);
  return pageOf(rows, query.limit, toBrand, (row) => [row.sort_name, row.id]);
}

/** Throws AppError `not-found`. */
export async function getBrand(tx: Transaction, id: number): Promise<Brand> {
  const [row] = await select(tx, sql`b.id = ${id}::bigint`, 1);
  if (!row) throw notFound('brand', id);
  return toBrand(row);
}

/** Returns the new id. The unique index `brands_name` refuses a name that the client has in use. */
export async function insertBrand(tx: Transaction, body: { name: string; clientId: number }): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    sql`insert into brands (name, client_id) values (${body.name}, ${body.clientId}::bigint) returning id`,
  );
  return rows[0]!.id;
}

export async function updateBrand(
  tx: Transaction,
  id: number,
  body: { name?: string | undefined; clientId?: number | undefined; archived?: boolean | undefined },
  now: Date,
): Promise<void> {
  const set = assignments(
    ifGiven(body.name, (name) => sql`name = ${name}`),
    ifGiven(body.clientId, (id) => sql`client_id = ${id}::bigint`),
    ifGiven(body.archived, (archived) => archiving(archived, now)),
  );
  if (set) await tx.query(sql`update brands set ${set} where id = ${id}::bigint`);
}

/** What keeps a brand with its client: its runs and its orders. */
export async function heldByBrand(tx: Transaction, id: number): Promise<{ runs: number; orders: number }> {
  const { rows } = await tx.query<{ runs: number; orders: number }>(sql`
    select (select count(*) from production_runs where brand_id = ${id}::bigint) as runs,
      (select count(*) from customer_orders where brand_id = ${id}::bigint) as orders`);
  return rows[0]!;
}

/** Locks the row against new references. Returns its name; throws AppError `not-found`. */
export async function lockBrand(tx: Transaction, id: number): Promise<string> {
  const { rows } = await tx.query<{ name: string }>(
    sql`select name from brands where id = ${id}::bigint and ${ownClient(tx, 'client_id')} for update`,
  );
  if (!rows[0]) throw notFound('brand', id);
  return rows[0].name;
}

export const deleteBrand = (tx: Transaction, id: number) => tx.query(sql`delete from brands where id = ${id}::bigint`);

const toBrand = (row: Row): Brand => ({
  id: row.id,
  version: row.version,
  name: row.name,
  client: { id: row.client_id, name: row.client_name },
  productionRunCount: row.production_run_count,
  archivedAt: isoOrNull(row.archived_at),
  createdAt: iso(row.created_at),
});
