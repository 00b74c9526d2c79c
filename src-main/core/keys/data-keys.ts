import type { Queryable } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { type RandomBytes, SYMMETRIC_KEY_BYTES, unwrapDataKey, wrapDataKey } from './envelope.ts';
import { findDataKeys, insertDataKey, nextKeyId } from './key-encryption-key-store.ts';
import type { Keyring } from './keyring.ts';
import { randomSecret } from './secret-bytes.ts';

/** The part of a keyring that data keys need; it is all that a worker gets. */
export type KekHolder = Pick<Keyring, 'kek' | 'kekId'>;

export interface DataKey {
  id: number;
  /** 32 bytes; whoever asked for it zeroes it after use. */
  key: Uint8Array;
}

/** Makes and stores a data key, which seals the private keys of one batch or import. AppError as `Keyring.kek`. */
export async function createDataKey(
  db: Queryable,
  keyring: KekHolder,
  deps: { randomBytes: RandomBytes; now: () => Date },
): Promise<DataKey> {
  const id = await nextKeyId(db, 'data_keys');
  const key = randomSecret(SYMMETRIC_KEY_BYTES, deps.randomBytes);
  const wrappedKey = wrapDataKey(keyring.kek(), id, key, deps.randomBytes);
  if (await insertDataKey(db, { id, kekId: keyring.kekId(), wrappedKey }, deps.now())) return { id, key };
  key.fill(0);
  throw otherKek();
}

/** Unwraps the data keys with these ids: id -> 32 bytes. AppError `corrupt-data` for one that is missing or damaged. */
export async function openDataKeys(
  db: Queryable,
  keyring: KekHolder,
  ids: readonly number[],
): Promise<Map<number, Uint8Array>> {
  const rows = await findDataKeys(db, [...new Set(ids)]);
  const opened = new Map<number, Uint8Array>();
  for (const row of rows) {
    if (row.kekId !== keyring.kekId()) throw otherKek();
    opened.set(row.id, unwrapDataKey(keyring.kek(), row.id, row.wrappedKey));
  }
  const missing = ids.find((id) => !opened.has(id));
  if (missing !== undefined)
    throw new AppError('corrupt-data', `Data key ${missing} is missing. Restore it from a backup.`);
  return opened;
}

const otherKek = () =>
  new AppError('not-enrolled', 'These keys are protected by another key-encryption key. Enrol this console again.');
