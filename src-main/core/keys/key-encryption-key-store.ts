import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { kdfSchema, type WrappedKek } from './key-encryption-key.ts';

export interface KekRow extends WrappedKek {
  id: number;
}

/** The key-encryption key in use, or null before the first set-up. */
export async function findKek(db: Queryable): Promise<KekRow | null> {
  const { rows } = await db.query<{ id: number; kdf: unknown; wrapped_key: Buffer; check_value: Buffer }>(
    sql`select id, kdf, wrapped_key, check_value from key_encryption_keys where retired_at is null and not pending`,
  );
  const row = rows[0];
  if (!row) return null;
  const kdf = kdfSchema.safeParse(row.kdf);
  if (!kdf.success) {
    throw new AppError('corrupt-data', 'The stored key-encryption key was changed. Restore it from a backup.');
  }
  return { id: row.id, kdf: kdf.data, wrappedKey: row.wrapped_key, checkValue: row.check_value };
}

/** The check value of a key that a rotation of this database has retired; null for any other. */
export async function findRetiredCheckValue(db: Queryable, id: number): Promise<Uint8Array | null> {
  const { rows } = await db.query<{ checkValue: Uint8Array }>(
    sql`select check_value as "checkValue" from key_encryption_keys where id = ${id} and retired_at is not null`,
  );
  return rows[0]?.checkValue ?? null;
}

/** The next identity of a table whose rows are sealed with their own id in the authenticated data. */
export async function nextKeyId(db: Queryable, table: 'key_encryption_keys' | 'data_keys'): Promise<number> {
  const { rows } = await db.query<{ id: number }>(sql`select nextval(pg_get_serial_sequence(${table}, 'id')) as id`);
  return rows[0]!.id;
}

/** Stores the key; false when another console has stored one in the meantime. */
export async function insertKek(db: Queryable, row: KekRow, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    insert into key_encryption_keys (id, kdf, wrapped_key, check_value, created_at)
    overriding system value
    values (${row.id}, ${JSON.stringify(row.kdf)}::jsonb, ${row.wrappedKey}, ${row.checkValue}, ${now})
    on conflict do nothing`);
  return rowCount === 1;
}

export interface DataKeyRow {
  id: number;
  kekId: number;
  wrappedKey: Uint8Array;
}

/**
 * Stores a data key; false when its key-encryption key is no longer in use. The shared lock waits for a rotation that is
 * switching at this moment, so that none is left behind under the retired key.
 */
export async function insertDataKey(db: Queryable, row: DataKeyRow, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    insert into data_keys (id, key_encryption_key_id, wrapped_key, created_at)
    overriding system value
    select ${row.id}::bigint, k.id, ${row.wrappedKey}::bytea, ${now}::timestamptz from key_encryption_keys k
    where k.id = ${row.kekId} and k.retired_at is null for key share`);
  return rowCount === 1;
}

export async function findDataKeys(db: Queryable, ids: readonly number[]): Promise<DataKeyRow[]> {
  const { rows } = await db.query<{ id: number; key_encryption_key_id: number; wrapped_key: Buffer }>(
    sql`select id, key_encryption_key_id, wrapped_key from data_keys where id = any(${[...ids]}::bigint[])`,
  );
  return rows.map((row) => ({ id: row.id, kekId: row.key_encryption_key_id, wrappedKey: row.wrapped_key }));
}
