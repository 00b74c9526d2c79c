import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { Kdf, WrappedKek } from '../key-encryption-key.ts';
import type { DataKeyRow, KekRow } from '../key-encryption-key-store.ts';

/** Locks the key in use to the end of the transaction, so that no data key is added under it. Null before the set-up. */
export async function lockKekInUse(tx: Queryable): Promise<{ id: number; createdAt: Date } | null> {
  const { rows } = await tx.query<{ id: number; createdAt: Date }>(sql`
    select id, created_at as "createdAt" from key_encryption_keys where retired_at is null and not pending for update`);
  return rows[0] ?? null;
}

/** When the key in use was made, and how many data keys it wraps. */
export async function describeKek(db: Queryable): Promise<{ id: number; createdAt: Date; dataKeys: number } | null> {
  const { rows } = await db.query<{ id: number; createdAt: Date; dataKeys: number }>(sql`
    select k.id, k.created_at as "createdAt",
      (select count(*) from data_keys d where d.key_encryption_key_id = k.id) as "dataKeys"
    from key_encryption_keys k where k.retired_at is null and not k.pending`);
  return rows[0] ?? null;
}

export interface PendingKek {
  id: number;
  /** The pending key, sealed under the key in use. */
  wrappedByFormer: Uint8Array;
  checkValue: Uint8Array;
}

/** False when another rotation is under way. */
export async function insertPendingKek(
  tx: Queryable,
  row: KekRow & { wrappedByFormer: Uint8Array },
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    insert into key_encryption_keys (id, kdf, wrapped_key, check_value, created_at, pending, wrapped_by_former)
    overriding system value
    values (${row.id}, ${JSON.stringify(row.kdf)}::jsonb, ${row.wrappedKey}, ${row.checkValue}, ${now}, true,
      ${row.wrappedByFormer})
    on conflict do nothing`);
  return rowCount === 1;
}

export async function findPendingKek(db: Queryable): Promise<PendingKek | null> {
  const { rows } = await db.query<{ id: number; wrapped_by_former: Buffer; check_value: Buffer }>(
    sql`select id, wrapped_by_former, check_value from key_encryption_keys where pending`,
  );
  const row = rows[0];
  return row ? { id: row.id, wrappedByFormer: row.wrapped_by_former, checkValue: row.check_value } : null;
}

/** Gives up a rotation that has not switched; its re-wrapped data keys go with it. */
export async function deletePendingKek(tx: Queryable, kekId: number): Promise<void> {
  await tx.query(sql`delete from key_encryption_keys where id = ${kekId} and pending`);
}

/** What a change left that could not be given up, as on a console that was stopped by a fault. No change is under way. */
export async function dropAbandonedChange(tx: Queryable): Promise<void> {
  await tx.query(sql`delete from key_encryption_keys where pending`);
  await tx.query(sql`
    update key_encryption_keys set next_kdf = null, next_wrapped_key = null where next_kdf is not null`);
}

/** Data keys that the pending key does not wrap yet, in order of id. Plan: data_keys_key, anti-joined by primary key. */
export async function dataKeysToRewrap(
  db: Queryable,
  formerId: number,
  limit: number,
): Promise<(DataKeyRow & { wrappedKey: Buffer })[]> {
  const { rows } = await db.query<{ id: number; wrapped_key: Buffer }>(sql`
    select d.id, d.wrapped_key from data_keys d
    where d.key_encryption_key_id = ${formerId}
      and not exists (select from data_key_rewraps r where r.data_key_id = d.id)
    order by d.id limit ${limit}`);
  return rows.map((row) => ({ id: row.id, kekId: formerId, wrappedKey: row.wrapped_key }));
}

export async function countRewraps(db: Queryable, formerId: number): Promise<{ done: number; total: number }> {
  const { rows } = await db.query<{ done: number; total: number }>(sql`
    select (select count(*) from data_key_rewraps) as done,
      (select count(*) from data_keys where key_encryption_key_id = ${formerId}) as total`);
  return rows[0]!;
}

export async function insertRewraps(
  tx: Queryable,
  kekId: number,
  rows: readonly { id: number; wrappedKey: Uint8Array }[],
): Promise<void> {
  await tx.query(sql`
    insert into data_key_rewraps (data_key_id, key_encryption_key_id, wrapped_key)
    select id, ${kekId}, wrapped
    from unnest(${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ wrappedKey }) => Buffer.from(wrappedKey))}::bytea[])
      as given (id, wrapped)
    on conflict do nothing`);
}

/**
 * The switch: every data key goes over to the pending key, which becomes the one in use; the former is retired and what
 * could still open it is erased. Within the transaction that holds `lockKekInUse`. Returns how many data keys went over.
 */
export async function switchKek(tx: Queryable, kekId: number, formerId: number, now: Date): Promise<number> {
  const { rowCount } = await tx.query(sql`
    update data_keys d set key_encryption_key_id = r.key_encryption_key_id, wrapped_key = r.wrapped_key
    from data_key_rewraps r
    where r.data_key_id = d.id and r.key_encryption_key_id = ${kekId} and d.key_encryption_key_id = ${formerId}`);
  await tx.query(sql`
    update key_encryption_keys set retired_at = ${now}, wrapped_key = '', next_kdf = null, next_wrapped_key = null
    where id = ${formerId}`);
  await tx.query(
    sql`update key_encryption_keys set pending = false, wrapped_by_former = null where id = ${kekId} and pending`,
  );
  await tx.query(sql`delete from data_key_rewraps`);
  return rowCount;
}

/** Keeps the key in use wrapped under its next passphrase; false when another change waits, or the key is not in use. */
export async function keepNextPassphrase(
  tx: Queryable,
  kekId: number,
  next: Pick<WrappedKek, 'kdf' | 'wrappedKey'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    update key_encryption_keys set next_kdf = ${JSON.stringify(next.kdf)}::jsonb, next_wrapped_key = ${next.wrappedKey}
    where id = ${kekId} and retired_at is null and not pending and next_kdf is null`);
  return rowCount === 1;
}

/** Replaces the former passphrase by the next one. `kdf` tells which change is meant; false when it is gone. */
export async function takeNextPassphrase(tx: Queryable, kekId: number, salt: Kdf['salt']): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    update key_encryption_keys set kdf = next_kdf, wrapped_key = next_wrapped_key, next_kdf = null,
      next_wrapped_key = null
    where id = ${kekId} and retired_at is null and next_kdf ->> 'salt' = ${salt}`);
  return rowCount === 1;
}

export async function dropNextPassphrase(tx: Queryable, kekId: number, salt: Kdf['salt']): Promise<void> {
  await tx.query(sql`
    update key_encryption_keys set next_kdf = null, next_wrapped_key = null
    where id = ${kekId} and next_kdf ->> 'salt' = ${salt}`);
}

/** Whether the passphrase with this salt is the one in use already, as after an interrupted job. */
export async function passphraseInUse(db: Queryable, kekId: number, salt: Kdf['salt']): Promise<boolean> {
  const { rowCount } = await db.query(
    sql`select from key_encryption_keys where id = ${kekId} and retired_at is null and kdf ->> 'salt' = ${salt}`,
  );
  return rowCount === 1;
}

/** The rotation or change of the passphrase that is under way, and how many jobs wait that need the keys. */
export async function keyJobs(
  db: Queryable,
  kinds: { changing: readonly string[]; needing: readonly string[] },
): Promise<{ changingJobId: number | null; waiting: number }> {
  const { rows } = await db.query<{ changingJobId: number | null; waiting: number }>(sql`
    select max(id) filter (where kind = any(${[...kinds.changing]}::text[])) as "changingJobId",
      count(*) filter (where state = 'queued' and kind = any(${[...kinds.needing]}::text[])) as waiting
    from jobs where state in ('queued', 'running')`);
  return rows[0]!;
}
