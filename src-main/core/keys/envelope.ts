import { createCipheriv, createDecipheriv, createSecretKey, KeyObject } from 'node:crypto';
import { AppError } from '../errors.ts';

/** Where a sealed value stands. It is authenticated with the value, so that a value moved to another row won't open. */
export interface RecordName {
  table: string;
  /** For a private key: the hashed advertisement key. */
  id: string;
}

export type RandomBytes = (length: number) => Uint8Array;

export const SYMMETRIC_KEY_BYTES = 32;

/** 32 bytes; or the same prepared by `sealingKey`, which makes sealing many values three times as fast. */
export type SealingKey = Uint8Array | KeyObject;

/** Prepares a key of 32 bytes for many values. OpenSSL clears its copy when the object is collected. */
export const sealingKey = (key: Uint8Array): KeyObject => createSecretKey(checkedKey(key));

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
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', checked(key), iv).setAAD(associatedData(record));
  sealed[0] = VERSION;
  sealed.set(iv, 1);
  sealed.set(cipher.update(plaintext), 1 + IV_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), sealed.length - TAG_BYTES);
  return sealed;
}

/** Opens what `seal` made. A wrong key, another row or a changed bit is an AppError `corrupt-data`. */
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

/** Seals one private key under the data key of its batch. */
export const sealPrivateKey = seal;

/** Opens one private key; 28 bytes, which the caller zeroes after use. */
export const openPrivateKey = open;

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
function associatedData(record: RecordName): Uint8Array {
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
