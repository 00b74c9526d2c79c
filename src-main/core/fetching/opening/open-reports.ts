import { hash } from 'node:crypto';
import { parseHead } from '../../../../src-shared/domain/find-my/payload.ts';
import type { P224Engine } from '../../keys/p224/p224.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { IngestRow } from '../ingest/ingest.ts';
import { type CorruptReportRow, findKnown } from '../ingest/location-reports-store.ts';
import type { OpenKeys } from './open-keys.ts';
import { decryptReports, decryptReportsIn, type SealedReport } from './report-cipher.ts';
import type { ReportOpeningPool } from './report-opening-pool.ts';

/** A report of a tracker as a source answered it. */
export interface ReceivedReport {
  trackerId: number;
  /** The number of the device key that it was heard under. */
  keyNumber: number;
  payload: Uint8Array;
  publishedAt: Date | null;
  /** SHA-256 of the payload */
  payloadHash: Uint8Array;
  /** Epoch milliseconds, not authenticated; null when the payload has no known length. */
  timestampMs: number | null;
}

/** Phones' clocks may run fast by a little; a time further ahead is not a report's. */
const MAX_AHEAD_MS = 24 * 3_600_000;

/** The latest time that a report may have now; epoch milliseconds. */
export const latestTime = (now: Date): number => now.getTime() + MAX_AHEAD_MS;

export function received(
  trackerId: number,
  payload: Uint8Array,
  publishedAt: Date | null,
  keyNumber: number,
): ReceivedReport {
  // By way of a string: a hash asked for as a buffer allocates memory outside the heap and takes twice as long.
  const payloadHash = Buffer.from(hash('sha256', payload, 'binary'), 'binary');
  return {
    trackerId,
    keyNumber,
    payload,
    publishedAt,
    payloadHash,
    timestampMs: parseHead(payload)?.timestampMs ?? null,
  };
}

/** Each report once. */
export function unique(reports: readonly ReceivedReport[]): ReceivedReport[] {
  const found = new Map(reports.map((r) => [`${r.trackerId} ${(r.payloadHash as Buffer).toString('latin1')}`, r]));
  return [...found.values()];
}

/** The reports that were not stored before; what is known needs no decryption. */
export async function freshReports(db: Queryable, reports: readonly ReceivedReport[]): Promise<ReceivedReport[]> {
  const known = await findKnown(db, reports);
  return known.size === 0 ? [...reports] : reports.filter((_, place) => !known.has(place));
}

export interface OpenedReports {
  good: IngestRow[];
  corrupt: CorruptReportRow[];
  /** Reports of trackers whose private key can't be opened; they are not stored. */
  unopened: number;
}

/**
 * Decrypts reports: in threads of their own where there are any, else in one call of the engine here, which holds up
 * this thread for some 50 ms a thousand. A corrupt
 * report is kept aside and never stops the others. The keys of their trackers have been loaded.
 */
export async function openReports(
  deps: { engine: P224Engine; openingPool?: ReportOpeningPool | undefined; keys: OpenKeys; now: Date },
  reports: readonly ReceivedReport[],
): Promise<OpenedReports> {
  const result: OpenedReports = { good: [], corrupt: [], unopened: 0 };
  const latest = latestTime(deps.now);
  const items: ReceivedReport[] = [];
  const sealed: SealedReport[] = [];
  for (const report of reports) {
    const privateKey = deps.keys.get(report.trackerId, report.keyNumber);
    if (!privateKey) {
      result.unopened++;
      continue;
    }
    items.push(report);
    sealed.push({ privateKey, payload: report.payload, payloadHash: report.payloadHash });
  }
  const { engine, openingPool } = deps;
  const decrypted = openingPool ? await decryptReportsIn(openingPool, engine, sealed) : decryptReports(engine, sealed);
  for (const [place, opened] of decrypted.entries()) {
    const { trackerId, keyNumber, payload, payloadHash, publishedAt } = items[place]!;
    const reason = !opened.ok ? opened.reason : opened.timestampMs > latest ? 'future-time' : null;
    if (opened.ok && reason === null) result.good.push(Object.assign(opened, { trackerId, keyNumber, publishedAt }));
    else result.corrupt.push({ trackerId, payload, payloadHash, reason: reason ?? 'malformed' });
  }
  return result;
}
