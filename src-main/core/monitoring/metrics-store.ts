import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

export interface MetricCounts {
  trackers: number;
  manufactured: number;
  jobs: { kind: string; state: string; count: number }[];
  statuses: { status: string; count: number }[];
  pendingFolds: number;
  fetcherTotals: { name: string; value: number }[];
  sources: {
    id: number;
    requests: number;
    failures: number;
    saturated: number;
    reports: number;
    circuit: 'closed' | 'half-open' | 'open';
    enabled: boolean;
    batchSize: number;
    learnedCap: number | null;
  }[];
  corrupt: { reason: string; count: number }[];
  consoles: { conflicts: number; waiting: number; silentSeconds: number };
  boxDifferences: { open: number; accepted: number };
  unsealed: { count: number; seconds: number };
  failing: { failing: number; incomplete: number; muted: number };
}

/** Counts for monitoring, in one statement. System scope: it sees every client, and names none. */
export async function readMetricCounts(db: Queryable): Promise<MetricCounts> {
  const { rows } = await db.query<MetricCounts>(sql`
    select t.trackers, t.manufactured,
      (select count(*) from status_pending) as "pendingFolds",
      (select coalesce(jsonb_agg(j), '[]') from (select kind, state, count(*) from jobs group by kind, state) j) as jobs,
      (select coalesce(jsonb_agg(s), '[]') from (select status, sum(trackers) as count from tracker_counts group by status) s) as statuses,
      (select coalesce(jsonb_agg(f), '[]') from (select name, value from fetcher_totals) f) as "fetcherTotals",
      (select coalesce(jsonb_agg(r), '[]') from (
        select id, requests, failures, saturated, reports, circuit, enabled, batch_size as "batchSize",
          learned_cap as "learnedCap" from report_sources) r) as sources,
      (select coalesce(jsonb_agg(c), '[]') from (
        select reason, count(*) from corrupt_reports group by reason) c) as corrupt,
      (select jsonb_build_object('conflicts', (select count(*) from box_differences where state = 'open'), 'waiting', coalesce(sum(waiting), 0),
          'silentSeconds', coalesce(extract(epoch from now() - min(seen_at) filter (where stopped_at is null)), 0))
        from consoles) as consoles,
      (select jsonb_build_object('open', count(*) filter (where state = 'open'),
          'accepted', count(*) filter (where state = 'accepted')) from box_differences where state <> 'done') as "boxDifferences",
      (select jsonb_build_object('count', count(*), 'seconds', coalesce(extract(epoch from now() - min(written_at)), 0))
        from audit_unsealed) as unsealed,
      (select jsonb_build_object('failing', count(*) filter (where streak > 0 and muted_at is null),
          'incomplete', count(*) filter (where incomplete), 'muted', count(*) filter (where muted_at is not null))
        from fetch_states where streak > 0 or incomplete or muted_at is not null) as failing
    from (select count(*) as trackers, count(mac_address) as manufactured from trackers) t`);
  return rows[0] as MetricCounts;
}
