import type pg from 'pg';

/** What belongs to an extension is left to it. */
const notOfExtension = `not exists (select from pg_depend e
  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')`;
const own = `c.relnamespace = 'public'::regnamespace and ${notOfExtension}`;

export interface StoredTable {
  name: string;
  /** In order, without those that the database works out. */
  columns: string[];
  copyOut: string;
  /** Takes one array of texts a column. */
  insert: string;
}

/** Every table with rows of its own; partitions come with the table that they are part of. */
export async function storedTables(client: pg.Client): Promise<StoredTable[]> {
  const { rows } = await client.query<StoredTable>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
      format('copy (select %s from %I.%I) to stdout', string_agg(quote_ident(a.attname), ', ' order by a.attnum), 'public', c.relname) as "copyOut",
      format('insert into %I.%I (%s) overriding system value select %s from unnest(%s) as r (%s)', 'public', c.relname,
        string_agg(quote_ident(a.attname), ', ' order by a.attnum),
        -- Arrays in an array would be taken apart to the last element, and some types have a separator of their own.
        string_agg(quote_ident(a.attname) || case when t.typcategory = 'A' or t.typdelim <> ',' then '::' || format_type(a.atttypid, null) else '' end, ', ' order by a.attnum),
        string_agg('$' || a.place || '::' || case when t.typcategory = 'A' or t.typdelim <> ',' then 'text' else format_type(a.atttypid, null) end || '[]', ', ' order by a.attnum),
        string_agg(quote_ident(a.attname), ', ' order by a.attnum)) as insert
    from pg_class c
    cross join lateral (
      select attname, attnum, atttypid, row_number() over (order by attnum) as place from pg_attribute
      where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') a
    join pg_type t on t.oid = a.atttypid
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't' and ${own}
    group by c.oid, c.relname order by c.relname collate "C"`);
  return rows;
}

/** The months that location reports have partitions for, and the millions that the entries of the audit log lie in. */
export async function storedPartitions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select c.relname as name from pg_class c
    where c.relispartition and c.relname ~ '^location_reports_\\d{4}_\\d{2}$' and ${own} order by c.relname collate "C"`);
  const { rows: millions } = await client.query<{ name: string }>(`
    select 'audit_log_p' || n as name
    from (select min(id) / 1000000 as first, max(id) / 1000000 as last from audit_log) l, generate_series(l.first, l.last) n`);
  return [...rows, ...millions].map((row) => row.name);
}

/** Makes a partition of that name, unless what it is for has one. */
export async function makePartition(client: pg.Client, name: string): Promise<void> {
  const million = /^audit_log_p(\d+)$/.exec(name)?.[1];
  if (million !== undefined) await client.query('select ensure_audit_partition($1::bigint)', [million]);
  else
    await client.query('select ensure_location_report_partitions($1::timestamptz, $1::timestamptz)', [
      `${name.slice(-7).replace('_', '-')}-01T00:00:00Z`,
    ]);
}

/** Where each sequence stands. */
export async function storedSequences(client: pg.Client): Promise<Record<string, { last: string; called: boolean }>> {
  // The service role may use sequences, but not select from them. One that was never used has no last value.
  const { rows } = await client.query<{ name: string; last: string; called: boolean }>(`
    select c.relname as name, coalesce(used.last, q.seqstart)::text as last, used.last is not null as called
    from pg_class c join pg_sequence q on q.seqrelid = c.oid cross join lateral pg_sequence_last_value(c.oid) as used (last)
    where ${own} order by c.relname collate "C"`);
  const places: Record<string, { last: string; called: boolean }> = {};
  for (const { name, last, called } of rows) places[name] = { last, called };
  return places;
}

export const placeSequence = (client: pg.Client, name: string, { last, called }: { last: string; called: boolean }) =>
  client.query(`select setval(format('%I.%I', 'public', $1::text)::regclass, $2::bigint, $3)`, [name, last, called]);

/** Statements that take away what would check or change rows while they come back, and those that bring it back. */
export async function guards(client: pg.Client): Promise<{ off: string[]; on: string[] }> {
  const { rows } = await client.query<{ off: string; on: string; kind: string }>(`
    select 'trigger' as kind, format('alter table %I.%I disable trigger user', 'public', c.relname) as off,
      format('alter table %I.%I enable trigger user', 'public', c.relname) as on
    from pg_class c where c.relkind in ('r', 'p') and not c.relispartition and ${own}
      and exists (select from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal)
    union all
    select 'reference', format('alter table %I.%I drop constraint %I', 'public', c.relname, f.conname),
      format('alter table %I.%I add constraint %I %s', 'public', c.relname, f.conname, pg_get_constraintdef(f.oid))
    from pg_constraint f join pg_class c on c.oid = f.conrelid
    where f.contype = 'f' and f.conparentid = 0 and ${own}
    order by kind, off`);
  return { off: rows.map((row) => row.off), on: rows.map((row) => row.on) };
}

/** Empties every table, also of the rows that migrations wrote. */
export async function emptyTables(client: pg.Client, tables: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `select 'truncate ' || string_agg(format('%I.%I', 'public', name), ', ') as statement from unnest($1::text[]) as name`,
    [tables],
  );
  await client.query(rows[0]!.statement);
}

/** The migrations that a database has; null where it was never a console's. */
export async function appliedMigrations(client: pg.Client): Promise<{ name: string; sha256: string }[] | null> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('public.schema_migrations') is not null as there`,
  );
  if (!rows[0]?.there) return null;
  return (await client.query('select name, sha256 from public.schema_migrations order by name')).rows;
}

/** How many tables, views and functions there are besides those of extensions. */
export async function ownObjects(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) from (${ownObjectsSelect}) own`);
  return Number(rows[0]!.count);
}

const ownObjectsSelect = `
  select i.type, i.identity
  from pg_depend d cross join pg_identify_object(d.classid, d.objid, 0) i
  where d.refclassid = 'pg_namespace'::regclass and d.refobjid = 'public'::regnamespace
    and i.type in ('table', 'view', 'function', 'sequence')
    and not exists (select from pg_depend e where e.classid = d.classid and e.objid = d.objid and e.deptype = 'e')
  order by i.type desc`;

/** Drops all of these. */
export const dropOwnObjects = (client: pg.Client) =>
  client.query(`
    do $$
    declare
      own record;
    begin
      for own in ${ownObjectsSelect} loop
        execute format('drop %s if exists %s cascade', own.type, own.identity);
      end loop;
    end
    $$`);

/** Which database this is. */
export async function readInstallation(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string | null }>(
    `select value ->> 'id' as id from settings where key = 'installation'`,
  );
  return rows[0]?.id ?? '';
}

/** Notes that the database was restored, so that what keeps a copy of it makes the copy again. */
export const noteRestored = (client: pg.Client, at: Date) =>
  client.query(
    `update settings set value = value || jsonb_build_object('restoredAt', $1::text) where key = 'installation'`,
    [at.toISOString()],
  );

/** Others that are connected to this database, besides this connection. */
export async function otherConnections(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`
    select count(*) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);
  return Number(rows[0]!.count);
}

/**
 * Begins a transaction that no other console has begun so at the same time; false when one has. It ends with the
 * connection, however that ends.
 */
export async function beginAlone(client: pg.Client): Promise<boolean> {
  await client.query('begin; set local idle_in_transaction_session_timeout = 0');
  const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_xact_lock(7240231) as alone');
  return rows[0]!.alone;
}

/** Rows by table, for those of the names that are there. */
export async function countRows(client: pg.Client, names: readonly string[]): Promise<Record<string, number>> {
  const { rows } = await client.query<{ name: string; statement: string }>(
    `select c.relname as name, format('select count(*) from %I.%I', 'public', c.relname) as statement
     from pg_class c where c.relkind in ('r', 'p') and c.relname = any($1::text[]) and ${own}`,
    [names],
  );
  const counts: Record<string, number> = {};
  for (const { name, statement } of rows)
    counts[name] = Number((await client.query<{ count: string }>(statement)).rows[0]!.count);
  return counts;
}

/** Entries of the audit log after one, also those that are not sealed yet, and when the last of them was made. */
export async function auditSince(client: pg.Client, id: number): Promise<{ entries: number; last: Date | null }> {
  // A database of an earlier version has its whole log in one table.
  const { rows: found } = await client.query<{ view: string | null }>(`select to_regclass('audit_entries') as view`);
  const { rows } = await client.query<{ entries: string; last: Date | null }>(
    found[0]!.view === null
      ? 'select count(*) as entries, max(at) as last from audit_log where id > $1::bigint'
      : 'select count(*) as entries, max(at) as last from audit_entries where id > $1::bigint or id is null',
    [id],
  );
  return { entries: Number(rows[0]!.entries), last: rows[0]!.last };
}

/** Whether an entry of the audit log stands as it was noted. */
export async function auditHas(client: pg.Client, { id, hash }: { id: number; hash: string }): Promise<boolean> {
  const { rowCount } = await client.query(`select from audit_log where id = $1::bigint and hash = decode($2, 'hex')`, [
    id,
    hash,
  ]);
  return rowCount === 1;
}

/** A snapshot that doesn't change while it is read; texts as any server writes and reads them. */
export const beginReading = (client: pg.Client) =>
  client.query(
    `begin isolation level repeatable read read only; set local role none; set local timezone = 'UTC'; set local datestyle = 'ISO';
     set local intervalstyle = 'postgres'; set local bytea_output = 'hex'; set local extra_float_digits = 1;
     set local statement_timeout = 0`,
  );
export const beginWriting = (client: pg.Client) =>
  client.query(
    `begin; set local role none; set local timezone = 'UTC'; set local datestyle = 'ISO'; set local intervalstyle = 'postgres';
     set local statement_timeout = 0`,
  );
