import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import type { Database } from '../platform/db/queryable.ts';
import { registerFetcherMetrics } from './fetcher-metrics.ts';
import { type MetricCounts, readMetricCounts } from './metrics-store.ts';

/** Several scrapers within this time share one look at the database. */
const FRESH_MS = 2000;

/**
 * Registers what `/metrics` tells: about the process, and counts of the database and the schedule, read on request.
 * Counts only: no name of a client, user or device is a label. A part that does not answer is left out.
 */
export function registerMetrics(deps: {
  metrics: Registry;
  db: Database;
  schedule: FetchSchedule;
  now: () => Date;
  version: string;
}): void {
  const { metrics, db, schedule, now } = deps;
  collectDefaultMetrics({ register: metrics });
  let latest: { at: number; counts: Promise<MetricCounts | null> } | null = null;
  const counts = () => {
    const at = performance.now();
    if (!latest || at - latest.at > FRESH_MS) latest = { at, counts: readMetricCounts(db).catch(() => null) };
    return latest.counts;
  };
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    read: (counts: MetricCounts) => { labels?: Record<string, string | number>; value: number }[],
  ) =>
    new Gauge({
      name: `console_${name}`,
      help,
      labelNames,
      registers: [metrics],
      async collect() {
        this.reset();
        const now = await counts();
        if (now) for (const { labels, value } of read(now)) this.set(labels ?? {}, value);
      },
    });
  gauge('trackers', 'Key pairs stored', [], ({ trackers }) => [{ value: trackers }]);
  gauge('trackers_manufactured', 'Trackers with a MAC address', [], ({ manufactured }) => [{ value: manufactured }]);
  gauge('trackers_by_status', 'Trackers by status', ['status'], ({ statuses }) =>
    statuses.map(({ status, count }) => ({ labels: { status }, value: count })),
  );
  gauge('jobs', 'Jobs by kind and state', ['kind', 'state'], ({ jobs }) =>
    jobs.map(({ kind, state, count }) => ({ labels: { kind, state }, value: count })),
  );
  gauge('status_pending', 'Trackers whose history waits to be folded', [], ({ pendingFolds }) => [
    { value: pendingFolds },
  ]);
  gauge(
    'offline_conflicts',
    'Scans refused on replay that nobody has settled, on all workstations',
    [],
    ({ consoles }) => [{ value: consoles.conflicts }],
  );
  gauge('box_differences', 'Devices that boxes and orders disagree about, by state', ['state'], ({ boxDifferences }) =>
    Object.entries(boxDifferences).map(([state, value]) => ({ labels: { state }, value })),
  );
  gauge('offline_waiting', 'Acts that wait to be sent, on all workstations', [], ({ consoles }) => [
    { value: consoles.waiting },
  ]);
  gauge('longest_silence_seconds', 'Since the last word of the console that was silent longest', [], ({ consoles }) => [
    { value: consoles.silentSeconds },
  ]);
  gauge('audit_unsealed', 'Entries of the audit log that the chain doesn’t have yet', [], ({ unsealed }) => [
    { value: unsealed.count },
  ]);
  gauge('audit_unsealed_seconds', 'Since the oldest entry that the chain doesn’t have yet', [], ({ unsealed }) => [
    { value: Math.max(0, unsealed.seconds) },
  ]);
  registerFetcherMetrics({ metrics, counts, schedule, now });
  const info = new Gauge({
    name: 'console_info',
    help: 'Version of this console',
    labelNames: ['version'],
    registers: [metrics],
  });
  info.set({ version: deps.version }, 1);
}
