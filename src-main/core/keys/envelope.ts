import { createCipheriv, createDecipheriv, createSecretKey, KeyObject } from 'node:crypto';
import { AppError } from '../platform/errors.ts';

/** Where a sealed value is stored. This is authenticated with the value, so a value moved to another row won't open. */
export interface RecordName {
  table: string;
  /** For a private key: the hashed advertisement key. */
  id: string;
}

/**
 * What the private keys of trackers are sealed under, with the hashed advertisement key as id: so a sealed key belongs to
 * its device key and opens wherever that belongs, also after it moved to another tracker.
 */
export const PRIVATE_KEY_RECORD = 'trackers';

export type RandomBytes = (length: number) => Uint8Array;

export const SYMMETRIC_KEY_BYTES = 32;

/** 32 bytes; or the same prepared by `sealingKey`, which makes sealing many values three times as fast. */
export type SealingKey = Uint8Array | KeyObject;

/** Prepares a key of 32 bytes for many values. OpenSSL clears its copy when the object is collected. */
const sealingKey = (key: Uint8Array): KeyObject => createSecretKey(checkedKey(key));

/** Form of a sealed value: version (1 byte), IV (12), ciphertext, GCM tag (16). */
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const SEAL_OVERHEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/**
 * AES-256-GCM under a random IV. NIST SP 800-38D allows 2^32 values a key with random IVs; a data key seals one batch
 * of at most a million.
 */
export function seal(key: SealingKey, record: RecordName, plaintext: Uint8Array, randomBytes: RandomBytes): Uint8Array {
  const sealed = new Uint8Array(plaintext.length + SEAL_OVERHEAD_BYTES);
  sealInto(sealed, 0, key, associatedData(record), plaintext, randomBytes(IV_BYTES));
  return sealed;
}

/** Writes the sealed value to `out` from `at` on. */
function sealInto(
  out: Uint8Array,
  at: number,
  key: SealingKey,
  associated: Uint8Array,
  plaintext: Uint8Array,
  iv: Uint8Array,
): void {
  const cipher = createCipheriv('aes-256-gcm', checked(key), iv).setAAD(associated);
  out[at] = VERSION;
  out.set(iv, at + 1);
  out.set(cipher.update(plaintext), at + 1 + IV_BYTES);
  cipher.final();
  out.set(cipher.getAuthTag(), at + 1 + IV_BYTES + plaintext.length);
}

/** Seals private keys of one table as `seal` does, with little garbage. All ids must be ASCII and of one length. */
export function createSealer(key: Uint8Array, table: string, idLength: number, randomBytes: RandomBytes) {
  const prepared = sealingKey(key);
  const associated = associatedData({ table, id: ' '.repeat(idLength) });
  const idAt = associated.length - idLength;
  return (out: Uint8Array, at: number, id: string, plaintext: Uint8Array): void => {
    if (associated.write(id, idAt, 'latin1') !== idLength) throw new RangeError(`an id has ${idLength} characters`);
    sealInto(out, at, prepared, associated, plaintext, randomBytes(IV_BYTES));
  };
}

/**
 * Opens what `seal` made; the caller zeroes a key after use. A wrong key, another row or a changed bit is an AppError
 * `corrupt-data`.
 */
export function open(key: SealingKey, record: RecordName, sealed: Uint8Array): Uint8Array {
  if (sealed.length < SEAL_OVERHEAD_BYTES || sealed[0] !== VERSION) throw damaged(record);
  const tag = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', checked(key), sealed.subarray(1, 1 + IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(record)).setAuthTag(sealed.subarray(tag));
  const plaintext = decipher.update(sealed.subarray(1 + IV_BYTES, tag));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    throw damaged(record);
  }
  return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.length);
}

const dataKeyRecord = (dataKeyId: number): RecordName => ({ table: 'data_keys', id: String(dataKeyId) });

/** Wraps a data key under the key-encryption key. */
export function wrapDataKey(
  kek: Uint8Array,
  dataKeyId: number,
  dataKey: Uint8Array,
  randomBytes: RandomBytes,
): Uint8Array {
  return seal(kek, dataKeyRecord(dataKeyId), checkedKey(dataKey), randomBytes);
}

/** Unwraps a data key; 32 bytes, which the caller zeroes after use. */
export function unwrapDataKey(kek: Uint8Array, dataKeyId: number, wrapped: Uint8Array): Uint8Array {
  return open(kek, dataKeyRecord(dataKeyId), wrapped);
}

// Lengths before texts, so that no two records have the same bytes.
function associatedData(record: RecordName): Buffer {
  const table = Buffer.from(record.table);
  const id = Buffer.from(record.id);
  const head = Buffer.alloc(5);
  head.writeUInt8(VERSION, 0);
  head.writeUInt16BE(table.length, 1);
  head.writeUInt16BE(id.length, 3);
  return Buffer.concat([head, table, id]);
}

const checked = (key: SealingKey) => (key instanceof KeyObject ? key : checkedKey(key));

function checkedKey(key: Uint8Array): Uint8Array {
  if (key.length !== SYMMETRIC_KEY_BYTES) throw new RangeError(`a key has ${SYMMETRIC_KEY_BYTES} bytes`);
  return key;
}

const damaged = (record: RecordName) =>
  new AppError(
    'corrupt-data',
    `The protected key of ${record.table} ${record.id} can't be opened: it was changed, belongs to another record, or is protected by another key. Restore it from a backup.`,
  );
