import { createDecipheriv, createSecretKey, hash } from 'node:crypto';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import {
  CIPHERTEXT_BYTES,
  POINT_BYTES,
  SEALED_BYTES,
  TAG_BYTES,
} from '../../../../src-shared/domain/find-my/payload.ts';
import type { P224Engine } from '../../keys/p224/p224.ts';

/** What became of a sealed report. */
export const OPENED = 0;
export const BAD_POINT = 1;
const BAD_TAG = 2;

export interface OpenedReports {
  /** n * 10 bytes; zeros where nothing was opened. */
  plaintexts: Uint8Array<ArrayBuffer>;
  /** n bytes, each one of the three above. */
  states: Uint8Array<ArrayBuffer>;
}

/**
 * Opens many reports, all ECDH in one call of the engine.
 *
 * @param scalars n * 28 bytes, the private key for each; the caller zeroes them
 * @param sealed n * 83 bytes: point, ciphertext and tag of each
 */
export function openSealed(engine: P224Engine, scalars: Uint8Array, sealed: Uint8Array): OpenedReports {
  const count = scalars.length / KEY_BYTES;
  const points = new Uint8Array(count * POINT_BYTES);
  for (let i = 0; i < count; i++) {
    points.set(sealed.subarray(i * SEALED_BYTES, i * SEALED_BYTES + POINT_BYTES), i * POINT_BYTES);
  }
  const { x, ok } = engine.sharedX(scalars, points);
  const plaintexts = new Uint8Array(count * CIPHERTEXT_BYTES);
  const states = new Uint8Array(count).fill(BAD_POINT);
  const input = new Uint8Array(KEY_BYTES + 4 + POINT_BYTES);
  for (let i = 0; i < count; i++) {
    if (ok[i] !== 1) continue;
    const one = sealed.subarray(i * SEALED_BYTES, (i + 1) * SEALED_BYTES);
    writeKeyInput(input, x.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES), one.subarray(0, POINT_BYTES));
    const plaintext = decrypt(hash('sha256', input, 'buffer'), one);
    if (plaintext) plaintexts.set(plaintext, i * CIPHERTEXT_BYTES);
    states[i] = plaintext ? OPENED : BAD_TAG;
  }
  input.fill(0);
  x.fill(0);
  return { plaintexts, states };
}

function decrypt(block: Buffer, sealed: Uint8Array): Uint8Array | null {
  // As a KeyObject: with raw bytes Node 24 takes three times as long.
  const key = createSecretKey(block.subarray(0, 16));
  const decipher = createDecipheriv('aes-128-gcm', key, block.subarray(16), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(POINT_BYTES + CIPHERTEXT_BYTES));
  const plaintext = decipher.update(sealed.subarray(POINT_BYTES, POINT_BYTES + CIPHERTEXT_BYTES));
  block.fill(0);
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plaintext;
}

/**
 * What is hashed to key (16 bytes) and IV (16, rather than 12) of a report, ANSI X9.63 with SHA-256 and one block: the
 * shared secret, the number of the block, the point.
 */
function writeKeyInput(input: Uint8Array, shared: Uint8Array, ephemeralPoint: Uint8Array): void {
  input.set(shared);
  input[KEY_BYTES + 3] = 1;
  input.set(ephemeralPoint, KEY_BYTES + 4);
}
