import { createECDH } from 'node:crypto';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { AppError } from '../../platform/errors.ts';
import { createSealer, type RandomBytes, SEAL_OVERHEAD_BYTES } from '../envelope.ts';
import { hashedAdvertisementKey } from '../hashed-key.ts';
import { type P224Engine, randomScalars } from '../p224/p224.ts';

/** SHA-256 */
export const HASH_BYTES = 32;
/** The same in base64. */
const HASHED_KEY_CHARS = 44;
export const SEALED_KEY_BYTES = KEY_BYTES + SEAL_OVERHEAD_BYTES;
/**
 * One pair in this many, and at least one a batch, is derived again by OpenSSL, which shares no code with the engine.
 * Odd, so that the sample goes through all the lanes that the engine computes side by side.
 */
const SAMPLE = 127;

export interface GenerateRequest {
  count: number;
  /** 32 bytes */
  dataKey: Uint8Array;
  /** Table that the private keys will be stored in; sealed with them, beside the hashed advertisement key in base64. */
  table: string;
}

export interface KeyBatchPart {
  count: number;
  /** count * 28 bytes */
  advertisementKeys: Uint8Array;
  /** count * 32 bytes: SHA-256 of each advertisement key. */
  hashedKeys: Uint8Array;
  /** count * 57 bytes: each private key, as `open` takes it. */
  sealedPrivateKeys: Uint8Array;
  /** How many pairs a second implementation derived again. */
  sampled: number;
}

export type GenerateAnswer = ({ ok: true } & KeyBatchPart) | { ok: false; message: string };

/**
 * Makes key pairs and checks them: every public key is on the curve (the engine sees to it), none comes twice, and
 * OpenSSL derives a sample again. A pair that fails is an AppError `internal`, and nothing of the batch is returned.
 */
export function generateKeyBatch(engine: P224Engine, request: GenerateRequest, randomBytes: RandomBytes): KeyBatchPart {
  const { count, dataKey, table } = request;
  const sealKey = createSealer(dataKey, table, HASHED_KEY_CHARS, inBlocks(randomBytes));
  const scalars = randomScalars(count, randomBytes);
  try {
    const advertisementKeys = engine.derivePublicX(scalars);
    const hashedKeys = Buffer.from(new ArrayBuffer(count * HASH_BYTES));
    const sealedPrivateKeys = new Uint8Array(count * SEALED_KEY_BYTES);
    for (let i = 0; i < count; i++) {
      const id = hashedAdvertisementKey(advertisementKeys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES));
      hashedKeys.write(id, i * HASH_BYTES, HASH_BYTES, 'base64');
      const scalar = scalars.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
      sealKey(sealedPrivateKeys, i * SEALED_KEY_BYTES, id, scalar);
    }
    if (comesTwice(hashedKeys, count)) throw faulty('came twice');
    const sampled = checkSample(scalars, advertisementKeys, count);
    return { count, advertisementKeys, hashedKeys, sealedPrivateKeys, sampled };
  } finally {
    scalars.fill(0);
  }
}

/** Whether two of the hashes are the same, by their first 48 bits, and by the rest where these are. */
function comesTwice(hashes: Buffer, count: number): boolean {
  const places = Float64Array.from({ length: count }, (_, i) => hashes.readUIntBE(i * HASH_BYTES, 6));
  const sorted = places.toSorted();
  for (let i = 1; i < count; i++) {
    if (sorted[i] !== sorted[i - 1]) continue;
    const same = [...places.keys()].filter((place) => places[place] === sorted[i]);
    const texts = same.map((place) => hashes.toString('latin1', place * HASH_BYTES, (place + 1) * HASH_BYTES));
    if (new Set(texts).size < texts.length) return true;
  }
  return false;
}

const BLOCK_BYTES = 8192;

/** Random bytes cut from larger draws, each handed out once: a draw of its own costs half as much as deriving a key. */
function inBlocks(randomBytes: RandomBytes): RandomBytes {
  let block: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (length) => {
    if (used + length > block.length) {
      block = randomBytes(Math.max(length, BLOCK_BYTES));
      used = 0;
    }
    used += length;
    return block.subarray(used - length, used);
  };
}

function checkSample(scalars: Uint8Array, advertisementKeys: Uint8Array, count: number): number {
  const ecdh = createECDH('secp224r1');
  let sampled = 0;
  for (let i = 0; i < count; i += SAMPLE) {
    ecdh.setPrivateKey(scalars.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES));
    const x = ecdh.getPublicKey().subarray(1, 1 + KEY_BYTES);
    if (!x.equals(advertisementKeys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES))) throw faulty('is wrong');
    sampled++;
  }
  return sampled;
}

const faulty = (what: string) =>
  new AppError(
    'internal',
    `A generated key ${what}. Nothing was stored. Check this machine, and start the batch again.`,
  );
