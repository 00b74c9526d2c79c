import sql, { type Sql } from 'sql-template-tag';
import type { Page } from '../../../../src-shared/contract/common.ts';
import { type ExportProfile, wholeProfile } from '../../../../src-shared/contract/export-profile.ts';
import type { Manufacturer, manufacturerSorts } from '../../../../src-shared/contract/manufacturers.ts';
import { archiving } from '../../clients/clients-store.ts';
import { allOf, assignments, contains, ifGiven, iso, isoOrNull, pageOf } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { ReferrersTo } from '../../platform/db/references-store.ts';
import { type SortColumn, type Sorting, sortingBy } from '../../platform/db/sorting.ts';
import { notFound } from '../../platform/errors.ts';

type ManufacturerSort = (typeof manufacturerSorts)[number];

interface Row {
  id: number;
  version: number;
  name: string;
  contact: string;
  notes: string;
  profile: ExportProfile;
  mac_identifier: string;
  sort_value: string | null;
  key_orders: number;
  open: number;
  keys: number;
  webhook_url: string | null;
  archived_at: Date | null;
  created_at: Date;
}

const countOf = (what: Sql): SortColumn => ({
  by: sql`(select ${what} from manufacturer_exports e where e.manufacturer_id = m.id)`,
  type: 'bigint',
});
const sortColumns = {
  name: { by: sql`lower(m.name)`, type: 'text' },
  contact: { by: sql`nullif(lower(m.contact), '')`, type: 'text' },
  format: { by: sql`(m.profile ->> 'format')`, type: 'text' },
  orders: countOf(sql`count(*)`),
  open: countOf(sql`count(*) filter (where e.acknowledged_at is null)`),
  keys: countOf(sql`coalesce(sum(e.key_count), 0)`),
} satisfies Record<string, SortColumn>;
const sorted = (sort: ManufacturerSort, cursor?: string) => sortingBy(sortColumns, sql`m.id`, sort, cursor);

async function select(tx: Queryable, condition: Sql, sorting: Sorting, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    with page as (
      select m.*, ${sorting.value}, ${sorting.place} from manufacturers m where ${condition}
      ${sorting.order} limit ${limit})
    select page.id, page.version, page.name, page.contact, page.notes, page.profile, page.mac_identifier, page.sort_value,
      page.archived_at, page.created_at,
      (select w.url from manufacturer_webhooks w where w.manufacturer_id = page.id) as webhook_url,
      counts.key_orders, counts.open, counts.keys
    from page cross join lateral (
      select count(*) as key_orders, count(*) filter (where e.acknowledged_at is null) as open,
        coalesce(sum(e.key_count), 0) as keys
      from manufacturer_exports e where e.manufacturer_id = page.id) counts
    order by page.place`);
  return rows;
}

const toManufacturer = (row: Row): Manufacturer => ({
  id: row.id,
  version: row.version,
  name: row.name,
  contact: row.contact,
  notes: row.notes,
  profile: wholeProfile(row.profile),
  macIdentifier: row.mac_identifier,
  counts: { keyOrders: row.key_orders, open: row.open, keys: row.keys },
  webhookUrl: row.webhook_url,
  archivedAt: isoOrNull(row.archived_at),
  createdAt: iso(row.created_at),
});

/** A page of manufacturers, by name unless sorted otherwise. */
export async function listManufacturers(
  tx: Queryable,
  query: {
    limit: number;
    cursor?: string | undefined;
    search?: string | undefined;
    includeArchived?: boolean | undefined;
    sort?: ManufacturerSort | undefined;
  },
): Promise<Page<Manufacturer>> {
  const sorting = sorted(query.sort ?? 'name', query.cursor);
  const condition = allOf(
    query.includeArchived ? undefined : sql`m.archived_at is null`,
    ifGiven(query.search || undefined, (text) => sql`m.name ilike ${contains(text)}`),
    sorting.after,
  );
  const rows = await select(tx, condition, sorting, query.limit + 1);
  return pageOf(rows, query.limit, toManufacturer, sorting.key);
}

/** Throws AppError `not-found`. */
export async function getManufacturer(tx: Queryable, id: number): Promise<Manufacturer> {
  const [row] = await select(tx, sql`m.id = ${id}::bigint`, sorted('name'), 1);
  if (!row) throw notFound('manufacturer', id);
  return toManufacturer(row);
}

/** Returns the new id. The unique index `manufacturers_name` refuses a name that one in use has. */
export async function insertManufacturer(
  tx: Queryable,
  body: { name: string; contact: string; notes: string; profile: ExportProfile; macIdentifier: string },
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into manufacturers (name, contact, notes, profile, mac_identifier, created_at)
    values (${body.name}, ${body.contact}, ${body.notes}, ${JSON.stringify(body.profile)}::jsonb,
      ${body.macIdentifier}, ${now}) returning id`);
  return rows[0]!.id;
}

export async function updateManufacturer(
  tx: Queryable,
  id: number,
  body: {
    name?: string | undefined;
    contact?: string | undefined;
    notes?: string | undefined;
    profile?: ExportProfile | undefined;
    macIdentifier?: string | undefined;
    archived?: boolean | undefined;
  },
  now: Date,
): Promise<void> {
  const set = assignments(
    ifGiven(body.name, (name) => sql`name = ${name}`),
    ifGiven(body.contact, (contact) => sql`contact = ${contact}`),
    ifGiven(body.notes, (notes) => sql`notes = ${notes}`),
    ifGiven(body.profile, (profile) => sql`profile = ${JSON.stringify(profile)}::jsonb`),
    ifGiven(body.macIdentifier, (identifier) => sql`mac_identifier = ${identifier}`),
    ifGiven(body.archived, (archived) => archiving(archived, now)),
  );
  if (set) await tx.query(sql`update manufacturers set ${set} where id = ${id}::bigint`);
}

/** Locks the row against new references. Returns its name; throws AppError `not-found`. */
export async function lockManufacturer(tx: Queryable, id: number): Promise<string> {
  const { rows } = await tx.query<{ name: string }>(
    sql`select name from manufacturers where id = ${id}::bigint for update`,
  );
  if (!rows[0]) throw notFound('manufacturer', id);
  return rows[0].name;
}

export async function deleteManufacturer(tx: Queryable, id: number): Promise<void> {
  await tx.query(sql`delete from manufacturer_webhooks where manufacturer_id = ${id}::bigint`);
  await tx.query(sql`delete from manufacturers where id = ${id}::bigint`);
}

export const keyOrdersOfManufacturer: ReferrersTo = (id) => ({
  type: 'key-order',
  plural: 'key orders',
  select: sql`select e.id, b.label as name from manufacturer_exports e join key_batches b on b.id = e.key_batch_id
    where e.manufacturer_id = ${id}::bigint`,
});
