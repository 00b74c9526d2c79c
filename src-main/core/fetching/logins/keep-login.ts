import { timingSafeEqual } from 'node:crypto';
import { createDataKey, type KekHolder, openDataKeys } from '../../keys/data-keys.ts';
import type { RandomBytes } from '../../keys/envelope.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { openCredentials, sealCredentials } from '../credentials.ts';
import type { SourceCredentials } from '../sources/source.ts';
import type { SealedLogin } from './logins-store.ts';

export interface KeepLoginDeps {
  db: Queryable;
  keys: KekHolder;
  randomBytes: RandomBytes;
  now: () => Date;
}

/** A source with its sealed login, if it has one. */
export interface LoginHolder {
  id: number;
  credentials: Uint8Array | null;
  dataKeyId: number | null;
}

/**
 * Seals a login that a tool hands over, under the data key that the source has already. Null when it is the one that is
 * stored: a tool that hands it over each hour doesn't make it younger. AppError `not-enrolled` or `key-locked`.
 */
export async function sealFresh(
  deps: KeepLoginDeps,
  source: LoginHolder,
  login: SourceCredentials,
): Promise<SealedLogin | null> {
  if (isSame(await openCredentials(deps.db, deps.keys, source), login)) return null;
  const { id, key } = await dataKeyOf(deps, source);
  try {
    return { credentials: sealCredentials(key, source.id, login, deps.randomBytes), dataKeyId: id };
  } finally {
    key.fill(0);
  }
}

async function dataKeyOf({ db, keys, randomBytes, now }: KeepLoginDeps, { dataKeyId }: LoginHolder) {
  if (dataKeyId === null) return createDataKey(db, keys, { randomBytes, now });
  return { id: dataKeyId, key: (await openDataKeys(db, keys, [dataKeyId])).get(dataKeyId)! };
}

function isSame(stored: SourceCredentials | null, login: SourceCredentials): boolean {
  const [a, b] = [stored, login].map((one) => Buffer.from(JSON.stringify(one && Object.entries(one).sort())));
  return a!.length === b!.length && timingSafeEqual(a!, b!);
}
