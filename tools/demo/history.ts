import { hash } from 'node:crypto';
import { decodePlaintext, encodePlaintext } from '../../src-shared/domain/find-my/plaintext.ts';
import type { StoredReport } from '../simulator/report-store.ts';
import type { Simulator } from '../simulator/simulator.ts';
import type { HistoryDay, HistoryQuestion } from './network.ts';

const DAY_MS = 86_400_000;

/** What a fetcher would have read of these trackers, by the day it was published, oldest day first. */
export function historyByDay(simulator: Simulator, questions: readonly HistoryQuestion[]): HistoryDay[] {
  const days = new Map<number, HistoryDay>();
  // Asked together where the window is the same: many are encrypted faster than few.
  const windows = Map.groupBy(questions, ({ from, until }) => `${from} ${until}`);
  for (const asked of windows.values()) {
    const { from, until } = asked[0]!;
    const found = simulator.reportsOf(
      asked.map(({ id }) => id),
      { from, now: until },
    );
    for (const { trackerId, id } of asked) for (const report of found.get(id) ?? []) add(days, trackerId, report);
  }
  return [...days.values()].sort((one, other) => one.day - other.day);
}

function add(days: Map<number, HistoryDay>, trackerId: number, report: StoredReport): void {
  const day = Math.floor(report.publishedAt / DAY_MS);
  const entry = days.get(day) ?? { day, reports: [], corrupt: [] };
  days.set(day, entry);
  const payloadHash = hash('sha256', report.payload, 'buffer');
  if (report.corruption) {
    entry.corrupt.push({ trackerId, payloadHash, payload: report.payload, reason: report.corruption });
    return;
  }
  const { latitude, longitude, accuracyM, statusByte } = report;
  entry.reports.push({
    trackerId,
    timestampMs: report.at,
    publishedAt: report.publishedAt,
    payloadHash,
    confidence: report.confidence,
    // As it would be after decryption: coordinates are cut to 1e-7 degrees.
    ...decodePlaintext(encodePlaintext({ latitude, longitude, horizontalAccuracyM: accuracyM, statusByte })),
  });
}
