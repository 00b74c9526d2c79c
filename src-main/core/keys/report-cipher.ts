import { createCipheriv, createDecipheriv, createSecretKey, hash } from 'node:crypto';
import { KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import {
  buildPayload,
  type ParsedPayload,
  type PayloadLength,
  POINT_BYTES,
  parsePayload,
} from '../../../src-shared/domain/find-my/payload.ts';
import { decodePlaintext } from '../../../src-shared/domain/find-my/plaintext.ts';
import { AppError } from '../errors.ts';
import type { EcdhPool, SharedX } from './ecdh-pool.ts';
import { liftX, type P224Engine, P224Point, readNumber, writeNumber } from './p224.ts';

export interface SealedReport {
  /** 28 bytes */
  privateKey: Uint8Array;
  /** The payload as the source answered it, base64 decoded. */
  payload: Uint8Array;
  /** Its SHA-256 where it is known already. */
  payloadHash?: Uint8Array;
}

export interface OpenedReport {
  ok: true;
  /** Milliseconds since the Unix epoch. */
  timestampMs: number;
  confidence: number;
  latitude: number;
  longitude: number;
  horizontalAccuracyM: number;
  statusByte: number;
  /** SHA-256 of the payload, 32 bytes. */
  payloadHash: Uint8Array;
  /** Decrypted, but empty or with coordinates that don't exist. */
  invalidPosition: boolean;
}

export type RefusedReport = { ok: false; reason: 'bad-length' | 'bad-point' | 'bad-tag' };

type Decrypted = OpenedReport | RefusedReport;

/**
 * Decrypts location reports, all ECDH in one call of the engine (many at once are much faster than one at a time).
 * The answers stand in the order of `items`. A corrupt report is an answer, not an error; a private key outside of
 * [1, n-1] is an AppError `corrupt-data`.
 */
export function decryptReports(engine: P224Engine, items: readonly SealedReport[]): Decrypted[] {
  const batch = readBatch(items);
  try {
    return openBatch(items, batch, engine.sharedX(batch.scalars, batch.points));
  } finally {
    batch.scalars.fill(0);
  }
}

/** So few take less time here than on their way to another thread. */
const FEW = 64;

/** The same with ECDH in threads of its own. Where these fail, or for few reports, the engine does it here. */
export async function decryptReportsIn(
  pool: EcdhPool,
  engine: P224Engine,
  items: readonly SealedReport[],
): Promise<Decrypted[]> {
  if (items.length < FEW) return decryptReports(engine, items);
  const batch = readBatch(items);
  const shared = await pool.sharedX(batch.scalars, batch.points).catch(() => null);
  return shared === null ? decryptReports(engine, items) : openBatch(items, batch, shared);
}

interface Batch {
  results: Decrypted[];
  parsed: { index: number; payload: ParsedPayload }[];
  scalars: Uint8Array<ArrayBuffer>;
  points: Uint8Array<ArrayBuffer>;
}

function readBatch(items: readonly SealedReport[]): Batch {
  const results: Decrypted[] = new Array(items.length);
  const parsed: Batch['parsed'] = [];
  for (const [index, item] of items.entries()) {
    const payload = parsePayload(item.payload);
    if (payload.ok) parsed.push({ index, payload });
    else results[index] = payload;
  }
  const scalars = new Uint8Array(parsed.length * KEY_BYTES);
  const points = new Uint8Array(parsed.length * POINT_BYTES);
  for (const [at, { index, payload }] of parsed.entries()) {
    scalars.set(items[index]!.privateKey, at * KEY_BYTES);
    points.set(payload.ephemeralPoint, at * POINT_BYTES);
  }
  return { results, parsed, scalars, points };
}

function openBatch(items: readonly SealedReport[], batch: Batch, { x, ok }: SharedX): Decrypted[] {
  const { results, parsed } = batch;
  for (const [at, { index, payload }] of parsed.entries()) {
    const shared = x.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES);
    results[index] = ok[at] === 1 ? open(items[index]!, payload, shared) : { ok: false, reason: 'bad-point' };
  }
  x.fill(0);
  return results;
}

function open(sealed: SealedReport, payload: ParsedPayload, shared: Uint8Array): OpenedReport | RefusedReport {
  const { key, iv } = deriveKey(shared, payload.ephemeralPoint);
  // As a KeyObject: with raw bytes Node 24 takes three times as long.
  const decipher = createDecipheriv('aes-128-gcm', createSecretKey(key), iv, { authTagLength: payload.tag.length });
  decipher.setAuthTag(payload.tag);
  const plaintext = decipher.update(payload.ciphertext);
  try {
    decipher.final();
  } catch {
    return { ok: false, reason: 'bad-tag' };
  }
  return {
    ok: true,
    timestampMs: payload.timestampMs,
    confidence: payload.confidence,
    ...decodePlaintext(plaintext),
    payloadHash: sealed.payloadHash ?? hash('sha256', sealed.payload, 'buffer'),
  };
}

/** ANSI X9.63 with SHA-256 and one block; the second half is the IV, of 16 bytes rather than 12. */
function deriveKey(shared: Uint8Array, ephemeralPoint: Uint8Array) {
  const block = hash('sha256', Buffer.concat([shared, Uint8Array.of(0, 0, 0, 1), ephemeralPoint]), 'buffer');
  return { key: block.subarray(0, 16), iv: block.subarray(16) };
}

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
 * of the shared point is the same.
 */
export function encryptReport(report: FinderReport): Uint8Array {
  const tracker = liftX(report.advertisementKey);
  if (!tracker) throw new AppError('validation-failed', 'The advertisement key is not a point of the P-224 curve.');
  const scalar = readNumber(report.ephemeralScalar, 0);
  const ephemeralPoint = P224Point.BASE.multiply(scalar).toBytes(false);
  const shared = new Uint8Array(KEY_BYTES);
  writeNumber(shared, 0, tracker.multiply(scalar).x);
  const { key, iv } = deriveKey(shared, ephemeralPoint);
  const cipher = createCipheriv('aes-128-gcm', key, iv);
  const ciphertext = cipher.update(report.plaintext);
  cipher.final();
  const { timestampMs, confidence, length } = report;
  return buildPayload({ timestampMs, confidence, ephemeralPoint, ciphertext, tag: cipher.getAuthTag(), length });
}
