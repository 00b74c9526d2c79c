import { hash } from 'node:crypto';
import type { Transaction } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import type { Principal } from './handler.ts';
import { findAnswer, type IdempotencyOwner, lockIdempotencyKey, storeAnswer } from './idempotency-store.ts';

export interface JsonAnswer {
  status: number;
  /** Undefined when the answer has no body. */
  value: unknown;
}

/** What tells one request from another. Passwords are left out: a fast hash of one must not stand in the database. */
export function fingerprint(method: string, url: URL, body: unknown): Uint8Array {
  const text = JSON.stringify(body, (key, value) => (/password|passphrase/i.test(key) ? '' : value)) ?? '';
  return hash('sha256', `${method} ${url.pathname}${url.search}\n${text}`, 'buffer');
}

/** The request's key, or null. Throws AppError `bad-request` for one that is too long. */
export function idempotencyKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key');
  if (key === null) return null;
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new AppError('bad-request', 'Use 1 to 200 visible ASCII characters as Idempotency-Key, such as a UUID.');
}

/** A user, with whatever credential, or the token of a party. */
function ownerOf({ userId, credential }: Principal): IdempotencyOwner {
  if (userId !== null) return { userId, apiTokenId: null };
  if (credential.kind !== 'token') throw new Error('a party comes with a token');
  return { userId: null, apiTokenId: credential.id };
}

/**
 * Runs `work` once for a key of a user: a repetition gets the first answer, in the same transaction and under a lock,
 * so that two at once don't both run. Only successes are remembered, since an error rolls back.
 * Throws AppError `idempotency-mismatch` when the key came with another request before.
 */
export async function onlyOnce(
  tx: Transaction,
  principal: Principal,
  request: { key: string; sha256: Uint8Array; now: Date },
  work: () => Promise<JsonAnswer>,
): Promise<JsonAnswer & { replayed: boolean }> {
  const owner = ownerOf(principal);
  await lockIdempotencyKey(tx, owner, request.key);
  const before = await findAnswer(tx, owner, request.key);
  if (before) {
    if (Buffer.compare(before.requestSha256, request.sha256) !== 0)
      throw new AppError('idempotency-mismatch', 'This Idempotency-Key came with another request. Use a new one.');
    return { status: before.status, value: before.response ?? undefined, replayed: true };
  }
  const answer = await work();
  await storeAnswer(
    tx,
    owner,
    request.key,
    { requestSha256: request.sha256, status: answer.status, response: answer.value },
    request.now,
  );
  return { ...answer, replayed: false };
}
