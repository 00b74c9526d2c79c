import { createECDH } from 'node:crypto';
import { KEY_BYTES, PRIVATE_KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import { AppError } from '../errors.ts';
import { type RandomBytes, SEAL_OVERHEAD_BYTES, sealingKey, sealPrivateKey } from './envelope.ts';
import { hashAdvertisementKey } from './hashed-key.ts';
import { type P224Engine, randomScalars } from './p224.ts';

/** SHA-256 */
export const HASH_BYTES = 32;
export const SEALED_KEY_BYTES = PRIVATE_KEY_BYTES + SEAL_OVERHEAD_BYTES;
/**
 * One pair in this many, and at least one a batch, is derived again by OpenSSL, which shares no code with the engine.
 * Odd, so that the sample goes through all the lanes that the engine computes side by side.
 */
const SAMPLE = 127;

export interface GenerateRequest {
  count: number;
  /** 32 bytes */
  dataKey: Uint8Array;
  /** Table that the private keys will stand in; sealed with them, beside the hashed advertisement key in base64. */
  table: string;
}

export interface KeyBatchPart {
  count: number;
  /** count * 28 bytes */
  advertisementKeys: Uint8Array;
  /** count * 32 bytes: SHA-256 of each advertisement key. */
  hashedKeys: Uint8Array;
  /** count * 57 bytes: each private key, as `openPrivateKey` takes it. */
  sealedPrivateKeys: Uint8Array;
  /** How many pairs a second implementation derived again. */
  sampled: number;
}

export type GenerateAnswer = ({ ok: true } & KeyBatchPart) | { ok: false; message: string };

/**
 * Makes key pairs and checks them: the engine checks that every public key is on the curve, none comes twice, and a
 * sample is derived again by OpenSSL. A pair that fails is an AppError `internal`, and nothing of the batch is returned.
 */
export function generateKeyBatch(engine: P224Engine, request: GenerateRequest, randomBytes: RandomBytes): KeyBatchPart {
  const { count, dataKey, table } = request;
  const key = sealingKey(dataKey);
  const scalars = randomScalars(count, randomBytes);
  const ivs = inBlocks(randomBytes);
  try {
    const advertisementKeys = engine.derivePublicX(scalars);
    const hashedKeys = new Uint8Array(count * HASH_BYTES);
    const sealedPrivateKeys = new Uint8Array(count * SEALED_KEY_BYTES);
    const seen = new Set<string>();
    for (let i = 0; i < count; i++) {
      const advertisementKey = advertisementKeys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
      const hashed = hashAdvertisementKey(advertisementKey);
      const id = Buffer.from(hashed).toString('base64');
      seen.add(id);
      hashedKeys.set(hashed, i * HASH_BYTES);
      const scalar = scalars.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
      sealedPrivateKeys.set(sealPrivateKey(key, { table, id }, scalar, ivs), i * SEALED_KEY_BYTES);
    }
    if (seen.size !== count) throw faulty('came twice');
    const sampled = checkSample(scalars, advertisementKeys, count);
    return { count, advertisementKeys, hashedKeys, sealedPrivateKeys, sampled };
  } finally {
    scalars.fill(0);
  }
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
