import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { parsePayload } from '../../../src-shared/domain/find-my/payload.ts';
import type { Queryable } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import { type KekHolder, openDataKeys } from '../keys/data-keys.ts';
import { openPrivateKey } from '../keys/envelope.ts';
import type { P224Engine } from '../keys/p224.ts';
import { decryptReports, type SealedReport } from '../keys/report-cipher.ts';
import { type CorruptReportRow, findKnown } from '../repositories/location-reports-ingest.ts';
import { sealedPrivateKeys } from '../repositories/tracker-keys.ts';
import type { IngestRow } from './ingest.ts';

/** A report of a tracker as a source answered it. */
export interface ReceivedReport {
  trackerId: number;
  payload: Uint8Array;
  publishedAt: Date | null;
  /** SHA-256 of the payload */
  payloadHash: Uint8Array;
  /** Epoch milliseconds, not authenticated; null when the payload has no known length. */
  timestampMs: number | null;
}

/** Many at once are much faster; so many take some 50 ms, after which others get their turn. */
const BATCH = 1024;
/** Phones' clocks may run fast by a little; a time further ahead is not a report's. */
const MAX_AHEAD_MS = 24 * 3_600_000;

export function received(trackerId: number, payload: Uint8Array, publishedAt: Date | null): ReceivedReport {
  const parsed = parsePayload(payload);
  const payloadHash = createHash('sha256').update(payload).digest();
  return { trackerId, payload, publishedAt, payloadHash, timestampMs: parsed.ok ? parsed.timestampMs : null };
}

/** The reports that were not stored before, each once; what is known needs no decryption. */
export async function freshReports(db: Queryable, reports: readonly ReceivedReport[]): Promise<ReceivedReport[]> {
  const unique = new Map(reports.map((r) => [`${r.trackerId} ${Buffer.from(r.payloadHash).toString('base64')}`, r]));
  const candidates = [...unique.values()];
  const keys = candidates.map(({ trackerId, payloadHash, timestampMs }) => ({
    trackerId,
    payloadHash,
    reportedAt: timestampMs === null ? null : new Date(timestampMs),
  }));
  const known = await findKnown(db, keys);
  return candidates.filter((_, place) => !known.has(place));
}

export interface OpenedReports {
  good: IngestRow[];
  corrupt: CorruptReportRow[];
  /** Trackers whose private key can't be opened, and why; their reports are not stored. */
  unopened: Map<number, string>;
}

/**
 * Decrypts reports. Private keys are read and opened for this call and zeroed after it. A corrupt report is kept aside
 * and never stops the others. AppError when this console has no key-encryption key, or another one.
 */
export async function openReports(
  deps: { db: Queryable; keys: KekHolder; engine: P224Engine; now: Date },
  reports: readonly ReceivedReport[],
): Promise<OpenedReports> {
  const result: OpenedReports = { good: [], corrupt: [], unopened: new Map() };
  if (reports.length === 0) return result;
  const latest = deps.now.getTime() + MAX_AHEAD_MS;
  const privateKeys = await openKeys(deps, reports, result.unopened);
  try {
    const items = reports.filter((report) => privateKeys.has(report.trackerId));
    for (let start = 0; start < items.length; start += BATCH) {
      const part = items.slice(start, start + BATCH);
      if (start > 0) await setImmediate();
      const sealed: SealedReport[] = part.map(({ trackerId, payload }) => ({
        privateKey: privateKeys.get(trackerId)!,
        payload,
      }));
      for (const [place, opened] of decryptReports(deps.engine, sealed).entries()) {
        const { trackerId, payload, payloadHash, publishedAt } = part[place]!;
        const reason = !opened.ok ? opened.reason : opened.timestampMs > latest ? 'future-time' : null;
        if (opened.ok && reason === null) result.good.push({ ...opened, trackerId, publishedAt });
        else result.corrupt.push({ trackerId, payload, payloadHash, reason: reason ?? 'unknown' });
      }
    }
  } finally {
    for (const key of privateKeys.values()) key.fill(0);
  }
  return result;
}

async function openKeys(
  deps: { db: Queryable; keys: KekHolder },
  reports: readonly ReceivedReport[],
  unopened: Map<number, string>,
): Promise<Map<number, Uint8Array>> {
  const rows = await sealedPrivateKeys(deps.db, [...new Set(reports.map((report) => report.trackerId))]);
  const dataKeyIds = [...new Set(rows.map((row) => row.dataKeyId))];
  const dataKeys = await openDataKeys(deps.db, deps.keys, dataKeyIds);
  const opened = new Map<number, Uint8Array>();
  try {
    for (const row of rows) {
      try {
        const record = { table: 'trackers', id: row.hashedKey };
        opened.set(row.trackerId, openPrivateKey(dataKeys.get(row.dataKeyId)!, record, row.sealed));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        unopened.set(row.trackerId, error.message);
      }
    }
  } finally {
    for (const key of dataKeys.values()) key.fill(0);
  }
  return opened;
}
