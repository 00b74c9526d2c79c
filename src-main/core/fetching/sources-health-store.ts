import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

export interface SourcesHealth {
  /** Sources that are switched on. */
  enabled: number;
  /** Of these, the ones that no request has been sent to yet. */
  neverAsked: number;
  /** Since when all of them fail or are blind, as far as is known; null while one works, or there is none. */
  failingSince: Date | null;
  /** What one of those that fail said last. */
  lastError: string | null;
}

/** How the sources do that are switched on. They are few. */
export async function sourcesHealth(db: Queryable): Promise<SourcesHealth> {
  const { rows } = await db.query<{
    enabled: number;
    never_asked: number;
    failing: number;
    failing_since: Date | null;
    last_error: string | null;
  }>(sql`
    select count(*)::int as enabled, count(*) filter (where last_request_at is null)::int as never_asked,
      count(*) filter (where failing)::int as failing, max(since) as failing_since,
      (array_agg(last_error order by id) filter (where last_error is not null))[1] as last_error
    from (
      select id, last_request_at, last_error, circuit <> 'closed' or learned ->> 'blindSince' is not null as failing,
        case when circuit <> 'closed' then coalesce(failing_since, last_request_at)
          else to_timestamp((learned ->> 'blindSince')::float8 / 1000) end as since
      from report_sources where enabled) s`);
  const row = rows[0]!;
  const all = row.enabled > 0 && row.failing === row.enabled;
  return {
    enabled: row.enabled,
    neverAsked: row.never_asked,
    failingSince: all ? row.failing_since : null,
    lastError: row.last_error,
  };
}
