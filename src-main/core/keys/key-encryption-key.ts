import { createHmac, timingSafeEqual } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import { z } from 'zod';
import { AppError } from '../platform/errors.ts';
import { open, type RandomBytes, type RecordName, SYMMETRIC_KEY_BYTES, seal } from './envelope.ts';
import { checkNewPassphrase, normalisePassphrase } from './passphrase.ts';
import { randomSecret } from './secret-bytes.ts';

/** Cost of argon2id. Stored with each key, so that it can be raised later. */
export interface Argon2Cost {
  memoryKiB: number;
  iterations: number;
  parallelism: number;
}

/** RFC 9106, section 4, the second recommended option: 64 MiB, three passes, four lanes. */
const DEFAULT_COST: Argon2Cost = { memoryKiB: 65_536, iterations: 3, parallelism: 4 };
const SALT_BYTES = 16;
const VERIFIER_BYTES = 16;

/** How a passphrase becomes the wrapping key; the column `kdf`. */
export const kdfSchema = z.object({
  algorithm: z.literal('argon2id'),
  memoryKiB: z.int().min(8).max(4_194_304),
  iterations: z.int().min(1).max(1000),
  parallelism: z.int().min(1).max(255),
  /** base64 */
  salt: z.base64(),
  /**
   * base64; tells a wrong passphrase from a damaged key. It is derived together with the wrapping key and reveals
   * nothing about it.
   */
  verifier: z.base64(),
});
export type Kdf = z.infer<typeof kdfSchema>;

/** The key-encryption key as the database keeps it. */
export interface WrappedKek {
  kdf: Kdf;
  wrappedKey: Uint8Array;
  /** 16 bytes that tell whether a given key is this one. */
  checkValue: Uint8Array;
}

const recordOf = (id: number): RecordName => ({ table: 'key_encryption_keys', id: String(id) });

/** A new key-encryption key: 32 random bytes. */
export const createKek = (randomBytes: RandomBytes) => randomSecret(SYMMETRIC_KEY_BYTES, randomBytes);

/** HMAC-SHA256 of a fixed text under the key, cut to 16 bytes. */
const checkValueOf = (kek: Uint8Array): Uint8Array =>
  createHmac('sha256', kek).update('tracker console: key-encryption key').digest().subarray(0, 16);

/** Whether `kek` is the key that `checkValue` was made of. */
export function matchesCheckValue(kek: Uint8Array, checkValue: Uint8Array): boolean {
  const own = checkValueOf(kek);
  return own.length === checkValue.length && timingSafeEqual(own, checkValue);
}

/** Wraps the key under a passphrase, which must have 12 characters at least (AppError `validation-failed`). */
export async function wrapKek(
  kek: Uint8Array,
  id: number,
  passphrase: string,
  randomBytes: RandomBytes,
  cost: Argon2Cost = DEFAULT_COST,
): Promise<WrappedKek> {
  const salt = randomBytes(SALT_BYTES);
  const { wrappingKey, verifier } = await derive(checkNewPassphrase(passphrase), salt, cost);
  try {
    const kdf: Kdf = { algorithm: 'argon2id', ...cost, salt: base64(salt), verifier: base64(verifier) };
    return { kdf, wrappedKey: seal(wrappingKey, recordOf(id), kek, randomBytes), checkValue: checkValueOf(kek) };
  } finally {
    wrappingKey.fill(0);
  }
}

/**
 * Unwraps the key. A wrong passphrase is an AppError `validation-failed`; a damaged or exchanged row `corrupt-data`.
 */
export async function unwrapKek(stored: WrappedKek, id: number, passphrase: string): Promise<Uint8Array> {
  const { kdf } = stored;
  const { wrappingKey, verifier } = await derive(normalisePassphrase(passphrase), Buffer.from(kdf.salt, 'base64'), kdf);
  try {
    const expected = Buffer.from(kdf.verifier, 'base64');
    if (expected.length !== verifier.length || !timingSafeEqual(expected, verifier)) {
      const message = 'This passphrase does not open the keys of this database.';
      throw new AppError('validation-failed', message, { fields: [{ path: 'passphrase', message }] });
    }
    const kek = open(wrappingKey, recordOf(id), stored.wrappedKey);
    if (!matchesCheckValue(kek, stored.checkValue)) {
      kek.fill(0);
      throw new AppError('corrupt-data', 'The stored key-encryption key was changed. Restore it from a backup.');
    }
    return kek;
  } finally {
    wrappingKey.fill(0);
  }
}

async function derive(passphrase: string, salt: Uint8Array, cost: Argon2Cost) {
  // argon2id version 0x13 is the default of this library; one derivation gives wrapping key and verifier.
  const raw = await hashRaw(passphrase, {
    memoryCost: cost.memoryKiB,
    timeCost: cost.iterations,
    parallelism: cost.parallelism,
    outputLen: SYMMETRIC_KEY_BYTES + VERIFIER_BYTES,
    salt,
  });
  const verifier = Buffer.from(raw.subarray(SYMMETRIC_KEY_BYTES));
  return { wrappingKey: raw.subarray(0, SYMMETRIC_KEY_BYTES), verifier };
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
