import { hash } from 'node:crypto';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { type PayloadHead, parseHead, SEALED_BYTES } from '../../../../src-shared/domain/find-my/payload.ts';
import { decodePlaintext, PLAINTEXT_BYTES } from '../../../../src-shared/domain/find-my/plaintext.ts';
import type { P224Engine } from '../../keys/p224/p224.ts';
import type { ReportOpeningPool } from './report-opening-pool.ts';
import { BAD_POINT, OPENED, type OpenedReports, openSealed } from './sealed-reports.ts';

export interface SealedReport {
  /** 28 bytes */
  privateKey: Uint8Array;
  /** The payload as the source answered it, base64 decoded. */
  payload: Uint8Array;
  /** Its SHA-256, if it is known already. */
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

type RefusedReport = { ok: false; reason: 'bad-length' | 'bad-point' | 'bad-tag' };

type Decrypted = OpenedReport | RefusedReport;

/**
 * Decrypts location reports, all ECDH in one call of the engine (many at once are much faster than one at a time).
 * Answers are in the order of `items`. A corrupt report is an answer, not an error; a private key outside of [1, n-1]
 * is an AppError `corrupt-data`.
 */
export function decryptReports(engine: P224Engine, items: readonly SealedReport[]): Decrypted[] {
  const batch = readBatch(items);
  try {
    return decode(items, batch, openSealed(engine, batch.scalars, batch.sealed));
  } finally {
    batch.scalars.fill(0);
  }
}

/** This few take less time here than on their way to another thread. */
const FEW = 64;

/** The same, in other threads. If these fail, or for a few reports only, the engine does it here. */
export async function decryptReportsIn(
  pool: ReportOpeningPool,
  engine: P224Engine,
  items: readonly SealedReport[],
): Promise<Decrypted[]> {
  if (items.length < FEW) return decryptReports(engine, items);
  const batch = readBatch(items);
  const opened = await pool.open(batch.scalars, batch.sealed).catch(() => null);
  return opened === null ? decryptReports(engine, items) : decode(items, batch, opened);
}

interface Batch {
  results: Decrypted[];
  parsed: { index: number; head: PayloadHead }[];
  scalars: Uint8Array<ArrayBuffer>;
  sealed: Uint8Array<ArrayBuffer>;
}

function readBatch(items: readonly SealedReport[]): Batch {
  const results: Decrypted[] = new Array(items.length);
  const parsed: Batch['parsed'] = [];
  for (const [index, item] of items.entries()) {
    const head = parseHead(item.payload);
    if (head) parsed.push({ index, head });
    else results[index] = { ok: false, reason: 'bad-length' };
  }
  const scalars = new Uint8Array(parsed.length * KEY_BYTES);
  const sealed = new Uint8Array(parsed.length * SEALED_BYTES);
  for (const [at, { index, head }] of parsed.entries()) {
    const { privateKey, payload } = items[index]!;
    scalars.set(privateKey, at * KEY_BYTES);
    sealed.set(payload.subarray(head.sealedAt), at * SEALED_BYTES);
  }
  return { results, parsed, scalars, sealed };
}

function decode(items: readonly SealedReport[], batch: Batch, { plaintexts, states }: OpenedReports): Decrypted[] {
  const { results, parsed } = batch;
  for (const [at, { index, head }] of parsed.entries()) {
    if (states[at] !== OPENED) {
      results[index] = { ok: false, reason: states[at] === BAD_POINT ? 'bad-point' : 'bad-tag' };
      continue;
    }
    const item = items[index]!;
    const position = decodePlaintext(plaintexts.subarray(at * PLAINTEXT_BYTES, (at + 1) * PLAINTEXT_BYTES));
    results[index] = {
      ok: true,
      timestampMs: head.timestampMs,
      confidence: head.confidence,
      latitude: position.latitude,
      longitude: position.longitude,
      horizontalAccuracyM: position.horizontalAccuracyM,
      statusByte: position.statusByte,
      payloadHash: item.payloadHash ?? hash('sha256', item.payload, 'buffer'),
      invalidPosition: position.invalidPosition,
    };
  }
  return results;
}
