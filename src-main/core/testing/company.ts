import sql, { empty, raw, type Sql } from 'sql-template-tag';
import type { Database } from '../platform/db/queryable.ts';

/** Inserts by statement, as the product itself, and returns the ids in order. */
export async function insertIds(db: Database, statement: Sql): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(statement);
  return rows.map((row) => row.id);
}

export async function insertUser(db: Database, username: string, role: string, clientId: number | null = null) {
  const [id] = await insertIds(
    db,
    sql`insert into users (username, display_name, role, client_id, password_hash)
      values (${username}, ${username}, ${role}, ${clientId}::bigint, 'x') returning id`,
  );
  return id!;
}

/** A client with a brand and a run of the given dates. */
export async function insertRun(db: Database, name: string, startDate: string, endDate: string, timeZone = 'UTC') {
  const [clientId] = await insertIds(db, sql`insert into clients (name) values (${name}) returning id`);
  const [brandId] = await insertIds(
    db,
    sql`insert into brands (client_id, name) values (${clientId}::bigint, ${name}) returning id`,
  );
  const [runId] = await insertIds(
    db,
    sql`insert into production_runs (brand_id, client_id, name, start_date, end_date, time_zone) values
      (${brandId}::bigint, ${clientId}::bigint, ${name}, ${startDate}::date, ${endDate}::date, ${timeZone}) returning id`,
  );
  return { clientId: clientId!, brandId: brandId!, runId: runId! };
}

/** The column of the firmware and the one of which the tests' status bytes are; nothing on former schemas, which have none. */
export async function firmwareColumn(db: Database): Promise<{ column: Sql; value: Sql }> {
  const { rowCount } = await db.query(
    sql`select from information_schema.columns where table_name = 'trackers' and column_name = 'firmware'`,
  );
  return rowCount === 0 ? { column: empty, value: empty } : { column: raw(', firmware'), value: raw(", 'flagged'") };
}

/**
 * `count` trackers with made-up keys. The n-th (from `first`) has the MAC address that its broadcast address is; those
 * that are not manufactured have none yet. The private keys are zeros: nothing here decrypts.
 */
export async function insertTrackers(
  db: Database,
  options: { count: number; first?: number; runId?: number | null; manufactured?: boolean; keyBatchId?: number },
): Promise<{ id: number; mac: string }[]> {
  await db.query(sql`insert into key_encryption_keys (kdf, wrapped_key, check_value)
    select '{}', '', '' where not exists (select from key_encryption_keys)`);
  await db.query(sql`insert into data_keys (key_encryption_key_id, wrapped_key)
    select id, '' from key_encryption_keys where not exists (select from data_keys)`);
  const { first = 1, count, runId = null, manufactured = true, keyBatchId = null } = options;
  const firmware = await firmwareColumn(db);
  const { rows } = await db.query<{ id: number; mac: string }>(sql`
    insert into trackers (key_batch_id, production_run_id, advertisement_key, hashed_advertisement_key, private_key,
      data_key_id, broadcast_address, mac_address, serial_number, manufactured_at${firmware.column})
    select ${keyBatchId}::bigint, ${runId}::bigint, key, sha256(key), decode(repeat('00', 57), 'hex'),
      (select min(id) from data_keys), address, case when ${manufactured}::boolean then address end,
      case when ${manufactured}::boolean then 'SN-' || lpad(n::text, 7, '0') end,
      case when ${manufactured}::boolean then now() end${firmware.value}
    from (select n, sha224(n::text::bytea) as key,
        ('c' || substr(encode(sha224(n::text::bytea), 'hex'), 2, 11))::macaddr as address
      from generate_series(${first}::int, ${first + count - 1}::int) n) made
    order by n
    returning id, upper(broadcast_address::text) as mac`);
  return rows.sort((a, b) => a.id - b.id);
}
