import sql from 'sql-template-tag';
import type { Queryable } from '../db/queryable.ts';

export interface StoredAnswer {
  requestSha256: Uint8Array;
  status: number;
  response: unknown;
}

/** Whose key it is: a user's, or a party's, by its token. */
export type IdempotencyOwner = { userId: number; apiTokenId: null } | { userId: null; apiTokenId: number };

/** Keys are remembered for a day: longer than any client repeats a request, and offline scans have ids of their own. */
const KEPT_HOURS = 24;

/** Waits until no other transaction handles this key of this owner; released with the transaction. */
export async function lockIdempotencyKey(tx: Queryable, owner: IdempotencyOwner, key: string): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${key}, ${owner.userId ?? -owner.apiTokenId}))`);
}

export async function findAnswer(tx: Queryable, owner: IdempotencyOwner, key: string): Promise<StoredAnswer | null> {
  const ownedBy = owner.userId === null ? sql`api_token_id = ${owner.apiTokenId}` : sql`user_id = ${owner.userId}`;
  const { rows } = await tx.query<StoredAnswer>(sql`
    select request_sha256 as "requestSha256", status, response from idempotency_keys
    where ${ownedBy} and key = ${key}`);
  return rows[0] ?? null;
}

/** Remembers an answer until `forgetAnswers` drops it. */
export async function storeAnswer(
  tx: Queryable,
  owner: IdempotencyOwner,
  key: string,
  answer: StoredAnswer,
  now: Date,
): Promise<void> {
  const response = answer.response === undefined ? null : JSON.stringify(answer.response);
  await tx.query(sql`
    insert into idempotency_keys (user_id, api_token_id, key, request_sha256, status, response, created_at)
    values (${owner.userId}, ${owner.apiTokenId}, ${key}, ${answer.requestSha256}, ${answer.status}, ${response}::jsonb, ${now})`);
}

/** Forgets what is older than a day. Returns how many. System scope. */
export async function forgetAnswers(db: Queryable, now: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from idempotency_keys where created_at <= ${now}::timestamptz - make_interval(hours => ${KEPT_HOURS})`);
  return rowCount;
}
