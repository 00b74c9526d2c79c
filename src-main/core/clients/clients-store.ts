import sql, { type Sql } from 'sql-template-tag';
import type { Client, clientSorts } from '../../../src-shared/contract/clients.ts';
import type { Page } from '../../../src-shared/contract/common.ts';
import { allOf, assignments, contains, ifGiven, iso, isoOrNull, ownClient, pageOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { type SortColumn, type Sorting, sortingBy } from '../platform/db/sorting.ts';
import { notFound } from '../platform/errors.ts';

type ClientSort = (typeof clientSorts)[number];

interface Row {
  id: number;
  version: number;
  name: string;
  notes: string;
  sort_value: string | null;
  brand_count: number;
  tracker_count: number;
  archived_at: Date | null;
  created_at: Date;
}

/** All trackers of a client, of the CTE `counted`. */
const trackersOf = (clientId: Sql): Sql =>
  sql`coalesce((select n.trackers from counted n where n.client_id = ${clientId}), 0)`;

const sortColumns = {
  name: { by: sql`lower(c.name)`, type: 'text' },
  brands: {
    by: sql`(select count(*) from brands b where b.client_id = c.id and b.archived_at is null)`,
    type: 'bigint',
  },
  trackers: { by: trackersOf(sql`c.id`), type: 'bigint' },
  notes: { by: sql`nullif(lower(c.notes), '')`, type: 'text' },
} satisfies Record<string, SortColumn>;
const sorted = (sort: ClientSort, cursor?: string) => sortingBy(sortColumns, sql`c.id`, sort, cursor);

async function select(tx: Transaction, condition: Sql, sorting: Sorting, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    with counted as materialized (
      select client_id, sum(trackers)::bigint as trackers from tracker_counts where client_id is not null group by 1
    ), page as (
      select c.id, c.version, c.name, c.notes, c.archived_at, c.created_at, ${sorting.value}, ${sorting.place}
      from clients c where ${condition} and ${ownClient(tx, 'c.id')}
      ${sorting.order} limit ${limit})
    select page.*,
      (select count(*) from brands b where b.client_id = page.id and b.archived_at is null) as brand_count,
      ${trackersOf(sql`page.id`)} as tracker_count
    from page order by place`);
  return rows;
}

/** A page of clients, by name unless sorted otherwise. */
export async function listClients(
  tx: Transaction,
  query: {
    limit: number;
    cursor?: string | undefined;
    search?: string | undefined;
    includeArchived?: boolean | undefined;
    sort?: ClientSort | undefined;
  },
): Promise<Page<Client>> {
  const sorting = sorted(query.sort ?? 'name', query.cursor);
  const condition = allOf(
    query.includeArchived ? undefined : sql`c.archived_at is null`,
    ifGiven(query.search || undefined, (text) => sql`c.name ilike ${contains(text)}`),
    sorting.after,
  );
  const rows = await select(tx, condition, sorting, query.limit + 1);
  return pageOf(rows, query.limit, toClient, sorting.key);
}

/** Throws AppError `not-found`. */
export async function getClient(tx: Transaction, id: number): Promise<Client> {
  const [row] = await select(tx, sql`c.id = ${id}::bigint`, sorted('name'), 1);
  if (!row) throw notFound('client', id);
  return toClient(row);
}

/** Returns the new id. The unique index `clients_name` refuses a name that a client in use has. */
export async function insertClient(tx: Transaction, body: { name: string; notes: string }): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    sql`insert into clients (name, notes) values (${body.name}, ${body.notes}) returning id`,
  );
  return rows[0]!.id;
}

export async function updateClient(
  tx: Transaction,
  id: number,
  body: { name?: string | undefined; notes?: string | undefined; archived?: boolean | undefined },
  now: Date,
): Promise<void> {
  const set = assignments(
    ifGiven(body.name, (name) => sql`name = ${name}`),
    ifGiven(body.notes, (notes) => sql`notes = ${notes}`),
    ifGiven(body.archived, (archived) => archiving(archived, now)),
  );
  if (set) await tx.query(sql`update clients set ${set} where id = ${id}::bigint`);
}

/** Archiving twice keeps the first time. */
export const archiving = (archived: boolean, now: Date): Sql =>
  archived ? sql`archived_at = coalesce(archived_at, ${now}::timestamptz)` : sql`archived_at = null`;

/** Locks the row against new references. Returns its name; throws AppError `not-found`. */
export async function lockClient(tx: Transaction, id: number): Promise<string> {
  const { rows } = await tx.query<{ name: string }>(
    sql`select name from clients where id = ${id}::bigint and ${ownClient(tx, 'id')} for update`,
  );
  if (!rows[0]) throw notFound('client', id);
  return rows[0].name;
}

export const deleteClient = (tx: Transaction, id: number) =>
  tx.query(sql`delete from clients where id = ${id}::bigint`);

const toClient = (row: Row): Client => ({
  id: row.id,
  version: row.version,
  name: row.name,
  notes: row.notes,
  brandCount: row.brand_count,
  trackerCount: row.tracker_count,
  archivedAt: isoOrNull(row.archived_at),
  createdAt: iso(row.created_at),
});
