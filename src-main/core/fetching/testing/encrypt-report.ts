import { createCipheriv, hash } from 'node:crypto';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { buildPayload, type PayloadLength } from '../../../../src-shared/domain/find-my/payload.ts';
import { P224Point, readNumber, writeNumber } from '../../keys/p224/p224.ts';

export interface FinderReport {
  /** 28 bytes: all that a finder's phone sees of the tracker. */
  advertisementKey: Uint8Array;
  /** 10 bytes, see `encodePlaintext`. */
  plaintext: Uint8Array;
  /** 28 bytes, a fresh scalar in [1, n-1]. */
  ephemeralScalar: Uint8Array;
  timestampMs: number;
  confidence: number;
  length: PayloadLength;
}

/**
 * The payload that a finder's phone uploads. It knows X alone, so it takes either of the two points with that X: the X
 * of the shared point is the same. Throws where there is no such point.
 */
export function encryptReport(report: FinderReport): Uint8Array {
  const tracker = P224Point.fromBytes(Uint8Array.of(2, ...report.advertisementKey));
  const scalar = readNumber(report.ephemeralScalar, 0);
  const ephemeralPoint = P224Point.BASE.multiply(scalar).toBytes(false);
  const shared = new Uint8Array(KEY_BYTES);
  writeNumber(shared, 0, tracker.multiply(scalar).x);
  // Key (16 bytes) and IV (16, rather than 12): ANSI X9.63 with SHA-256 and one block.
  const block = hash('sha256', Buffer.concat([shared, Buffer.of(0, 0, 0, 1), ephemeralPoint]), 'buffer');
  const cipher = createCipheriv('aes-128-gcm', block.subarray(0, 16), block.subarray(16));
  const ciphertext = cipher.update(report.plaintext);
  cipher.final();
  const { timestampMs, confidence, length } = report;
  return buildPayload({ timestampMs, confidence, ephemeralPoint, ciphertext, tag: cipher.getAuthTag(), length });
}
