import { hash } from 'node:crypto';
import { decodePlaintext, encodePlaintext } from '../../src-shared/domain/find-my/plaintext.ts';
import type { HistoryDay, HistoryQuestion } from './network.ts';
import type { Simulator } from './simulator/simulator.ts';
import type { Upload } from './simulator/uploads.ts';

const DAY_MS = 86_400_000;

/**
 * What a fetcher would have read of these trackers, by the day it was published, oldest day first. Reports from
 * `answerableFrom` on carry the hash of the payload that the network answers with. Older ones can never be fetched
 * again, so theirs is the hash of what they say: encrypting two weeks would double the time of a first start.
 */
export function historyByDay(
  simulator: Pick<Simulator, 'reportsOf' | 'uploadsOf'>,
  questions: readonly HistoryQuestion[],
  answerableFrom: number,
): HistoryDay[] {
  const days = new Map<number, HistoryDay>();
  const dayOf = (publishedAt: number) => {
    const day = Math.floor(publishedAt / DAY_MS);
    const entry = days.get(day) ?? { day, reports: [], corrupt: [] };
    days.set(day, entry);
    return entry;
  };
  // Asked together where the window is the same: many are encrypted faster than few.
  for (const asked of Map.groupBy(questions, ({ from, until }) => `${from} ${until}`).values()) {
    const { from, until } = asked[0]!;
    const ids = asked.map(({ id }) => id);
    const recent = simulator.reportsOf(ids, { from: Math.max(from, answerableFrom), now: until });
    const all = simulator.uploadsOf(ids, { from, now: until });
    for (const { trackerId, id } of asked) {
      for (const { payload, ...upload } of recent.get(id) ?? []) {
        const payloadHash = hash('sha256', payload, 'buffer');
        const { reports, corrupt } = dayOf(upload.publishedAt);
        if (upload.corruption) corrupt.push({ trackerId, payloadHash, payload, reason: upload.corruption });
        else reports.push(rowOf(trackerId, upload, payloadHash));
      }
      for (const upload of all.get(id) ?? []) {
        if (upload.at >= answerableFrom || upload.corruption) continue;
        const payloadHash = hash('sha256', `${id} ${JSON.stringify(upload)}`, 'buffer');
        dayOf(upload.publishedAt).reports.push(rowOf(trackerId, upload, payloadHash));
      }
    }
  }
  return [...days.values()].sort((one, other) => one.day - other.day);
}

function rowOf(trackerId: number, upload: Upload, payloadHash: Uint8Array): HistoryDay['reports'][number] {
  const { latitude, longitude, accuracyM, statusByte } = upload;
  return {
    trackerId,
    timestampMs: upload.at,
    publishedAt: upload.publishedAt,
    payloadHash,
    confidence: upload.confidence,
    // As it would be after decryption: coordinates are cut to 1e-7 degrees.
    ...decodePlaintext(encodePlaintext({ latitude, longitude, horizontalAccuracyM: accuracyM, statusByte })),
  };
}
