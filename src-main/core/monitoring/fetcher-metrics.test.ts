import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMemorySchedule } from '../fetching/schedule/memory-schedule.ts';
import { registerFetcherMetrics } from './fetcher-metrics.ts';
import type { MetricCounts } from './metrics-store.ts';

const T0 = 1_800_000_000_000;
const source = { id: 7, requests: 12, failures: 2, saturated: 3, reports: 99, enabled: true, batchSize: 16 };
const counts = {
  fetcherTotals: [
    { name: 'requests', value: 12 },
    { name: 'decryptFailed', value: 4 },
    { name: 'duplicates', value: 50 },
    { name: 'claims', value: 640 },
  ],
  sources: [{ ...source, circuit: 'half-open', learnedCap: 20 }],
  corrupt: [{ reason: 'bad-tag', count: 4 }],
  failing: { failing: 5, incomplete: 1, muted: 2 },
} as unknown as MetricCounts;

it('tells queue, lag, claims, requests, reports, duplicates, failures to decrypt, and the state of each source', async () => {
  const metrics = new Registry();
  const schedule = createMemorySchedule();
  await schedule.add([1, 2, 3].map((trackerId) => ({ trackerId, dueAt: T0 - 90_000 * trackerId, factor: 1 })));
  await schedule.claim({ now: T0, limit: 1, leaseMs: 1000 });
  registerFetcherMetrics({ metrics, counts: async () => counts, schedule, now: () => new Date(T0) });
  const read = async () => (await metrics.metrics()).split('\n');
  for (const lines of [await read(), await read()]) {
    for (const line of [
      '# TYPE console_fetcher_requests_total counter',
      'console_fetcher_requests_total 12',
      'console_fetcher_decrypt_failed_total 4',
      'console_fetcher_duplicates_total 50',
      'console_fetcher_claims_total 640',
      'console_fetcher_stored_total 0',
      'console_report_source_saturated_total{source="7"} 3',
      'console_report_source_circuit{source="7",state="half-open"} 1',
      'console_report_source_circuit{source="7",state="closed"} 0',
      'console_report_source_batch_size{source="7"} 16',
      'console_report_source_learned_cap{source="7"} 20',
      'console_corrupt_reports{reason="bad-tag"} 4',
      'console_fetch_trackers{what="muted"} 2',
      'console_fetch_schedule{what="depth"} 3',
      'console_fetch_schedule{what="leased"} 1',
      'console_fetch_due_lag_seconds 180',
    ]) {
      expect(lines).toContain(line);
    }
  }
});

it('leaves out what does not answer', async () => {
  const metrics = new Registry();
  const schedule = { ...createMemorySchedule(), stats: () => Promise.reject(new Error('Redis is away')) };
  registerFetcherMetrics({ metrics, counts: async () => null, schedule, now: () => new Date(T0) });
  const text = await metrics.metrics();
  expect(text).not.toMatch(/^console_fetch_(schedule|due)/m);
});
