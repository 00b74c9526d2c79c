import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

/** Everything here is in system scope: no other role can read a sealed secret or a code's hash. */
export interface TotpRow {
  dataKeyId: number;
  sealedSecret: Uint8Array;
  confirmed: boolean;
}

export async function findTotp(db: Queryable, userId: number): Promise<TotpRow | null> {
  const { rows } = await db.query<TotpRow>(sql`
    select data_key_id as "dataKeyId", sealed_secret as "sealedSecret", confirmed_at is not null as confirmed
    from user_totp where user_id = ${userId}`);
  return rows[0] ?? null;
}

/** Keeps a secret that is still to be confirmed, in place of an earlier one. False when a confirmed one is there. */
export async function putPendingTotp(
  tx: Queryable,
  totp: { userId: number; dataKeyId: number; sealedSecret: Uint8Array },
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    insert into user_totp (user_id, data_key_id, sealed_secret, created_at)
    values (${totp.userId}, ${totp.dataKeyId}, ${totp.sealedSecret}, ${now})
    on conflict (user_id) do update set data_key_id = excluded.data_key_id, sealed_secret = excluded.sealed_secret,
      created_at = excluded.created_at, last_step = 0
    where user_totp.confirmed_at is null`);
  return rowCount === 1;
}

/** Uses a time step up. False when it, or a later one, was used before: a code is good once. */
export async function spendTotpStep(tx: Queryable, userId: number, step: number): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    update user_totp set last_step = ${step} where user_id = ${userId} and last_step < ${step}`);
  return rowCount === 1;
}

/** Confirms the secret and gives the user new recovery codes. */
export async function confirmTotp(
  tx: Queryable,
  userId: number,
  codeHashes: readonly Uint8Array[],
  now: Date,
): Promise<void> {
  await tx.query(sql`update user_totp set confirmed_at = ${now} where user_id = ${userId}`);
  await tx.query(sql`delete from recovery_codes where user_id = ${userId}`);
  await tx.query(sql`
    insert into recovery_codes (user_id, code_hash) select ${userId}::bigint, unnest(${[...codeHashes]}::bytea[])`);
}

/** False when there was none. */
export async function deleteTotp(tx: Queryable, userId: number): Promise<boolean> {
  await tx.query(sql`delete from recovery_codes where user_id = ${userId}`);
  const { rowCount } = await tx.query(sql`delete from user_totp where user_id = ${userId}`);
  return rowCount === 1;
}

/** Uses a recovery code up. False when it is unknown or used. */
export async function spendRecoveryCode(
  tx: Queryable,
  userId: number,
  codeHash: Uint8Array,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    update recovery_codes set used_at = ${now}
    where user_id = ${userId} and code_hash = ${codeHash} and used_at is null`);
  return rowCount === 1;
}

export async function recoveryCodesLeft(db: Queryable, userId: number): Promise<number> {
  const { rows } = await db.query<{ left: number }>(sql`
    select count(*) as left from recovery_codes where user_id = ${userId} and used_at is null`);
  return rows[0]?.left ?? 0;
}
