import { Counter, Gauge, type Registry } from 'prom-client';
import { fetcherTotalNames } from '../fetching/fetch-states-store.ts';
import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import type { MetricCounts } from './metrics-store.ts';

interface Sample {
  labels?: Record<string, string | number>;
  value: number;
}

const totalHelp: Record<(typeof fetcherTotalNames)[number], string> = {
  requests: 'Requests to report sources',
  reports: 'Reports in answers',
  stored: 'Reports that were new and are stored',
  duplicates: 'Reports that were stored before',
  corrupt: 'Reports that could not be decoded or decrypted',
  tooOld: 'Reports older than is asked for, each time that they came',
  ahead: 'Reports that were ahead of the clock and wait for it',
  droppedAhead: 'Reports that were ahead of the clock for 30 days',
  decryptFailed: 'Reports with a bad point or tag, or whose private key could not be opened',
  absent: 'Trackers absent from a complete answer',
  present: 'Trackers found in an answer',
  claims: 'Trackers claimed from the schedule',
};
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * What `/metrics` tells about the fetchers of all consoles. Counters are the totals in the database, so they are the
 * same on every console and outlive it: combine consoles by max(), not by sum(). Sources are labelled by id.
 */
export function registerFetcherMetrics(deps: {
  metrics: Registry;
  counts: () => Promise<MetricCounts | null>;
  schedule: FetchSchedule;
  now: () => Date;
}): void {
  const { metrics, counts, schedule, now } = deps;
  const shared = (name: string, help: string, labelNames: string[]) => ({
    name: `console_${name}`,
    help,
    labelNames,
    registers: [metrics],
  });
  const counter = (name: string, help: string, labelNames: string[], read: (counts: MetricCounts) => Sample[]) =>
    new Counter({
      ...shared(name, help, labelNames),
      async collect() {
        const found = await counts();
        this.reset();
        if (found) for (const { labels, value } of read(found)) this.inc(labels ?? {}, value);
      },
    });
  const gauge = (name: string, help: string, labelNames: string[], read: (counts: MetricCounts) => Sample[]) =>
    new Gauge({
      ...shared(name, help, labelNames),
      async collect() {
        const found = await counts();
        this.reset();
        if (found) for (const { labels, value } of read(found)) this.set(labels ?? {}, value);
      },
    });

  for (const total of fetcherTotalNames) {
    counter(`fetcher_${snake(total)}_total`, totalHelp[total], [], ({ fetcherTotals }) => [
      { value: fetcherTotals.find(({ name }) => name === total)?.value ?? 0 },
    ]);
  }
  for (const what of ['requests', 'failures', 'saturated', 'reports'] as const) {
    counter(`report_source_${what}_total`, `Of each report source: ${what}`, ['source'], ({ sources }) =>
      sources.map((source) => ({ labels: { source: source.id }, value: source[what] })),
    );
  }
  gauge('report_source_circuit', '1 for the state that a source’s circuit is in', ['source', 'state'], ({ sources }) =>
    sources.flatMap(({ id, circuit, enabled }) =>
      ['closed', 'half-open', 'open', 'disabled'].map((state) => ({
        labels: { source: id, state },
        value: (enabled ? circuit : 'disabled') === state ? 1 : 0,
      })),
    ),
  );
  gauge('report_source_batch_size', 'Keys that a source is asked for at once', ['source'], ({ sources }) =>
    sources.map(({ id, batchSize }) => ({ labels: { source: id }, value: batchSize })),
  );
  gauge('report_source_learned_cap', 'Reports that a source caps its answers at', ['source'], ({ sources }) =>
    sources.flatMap(({ id, learnedCap }) =>
      learnedCap === null ? [] : [{ labels: { source: id }, value: learnedCap }],
    ),
  );
  gauge('corrupt_reports', 'Corrupt reports that are kept, by reason', ['reason'], ({ corrupt }) =>
    corrupt.map(({ reason, count }) => ({ labels: { reason }, value: count })),
  );
  gauge('fetch_trackers', 'Trackers that fail, are incomplete, or are muted', ['what'], ({ failing }) =>
    Object.entries(failing).map(([what, value]) => ({ labels: { what }, value })),
  );

  let latest: { at: number; stats: ReturnType<FetchSchedule['stats']> } | null = null;
  const stats = () => {
    const at = performance.now();
    if (!latest || at - latest.at > 1000) latest = { at, stats: schedule.stats(now().getTime()) };
    return latest.stats.catch(() => null);
  };
  new Gauge({
    ...shared('fetch_schedule', 'Trackers in the fetch schedule, due and leased', ['what']),
    async collect() {
      const found = await stats();
      this.reset();
      if (found) for (const what of ['depth', 'due', 'leased'] as const) this.set({ what }, found[what]);
    },
  });
  new Gauge({
    ...shared('fetch_due_lag_seconds', 'For how long the oldest tracker that is due has been so', []),
    async collect() {
      const found = await stats();
      this.reset();
      if (!found) return this.remove();
      const { oldestDueAt } = found;
      this.set(oldestDueAt === null ? 0 : Math.max(0, (now().getTime() - oldestDueAt) / 1000));
    },
  });
}
