import sql from 'sql-template-tag';
import { isoOrNull } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { notFound } from '../platform/errors.ts';

interface StateRow {
  streak: number;
  factor: number;
  total_failures: number;
  first_failure_at: Date | null;
  last_failure_at: Date | null;
  next_due_at: Date;
  last_error: string | null;
}

export interface TrackerFetchState {
  nextDueAt: string | null;
  factor: number;
  streak: number;
  totalFailures: number;
  firstFailureAt: string | null;
  lastFailureAt: string | null;
  lastSuccessAt: string | null;
  lastError: string | null;
  days: { day: string; failures: number; successes: number }[];
}

const DAYS_SHOWN = 90;

/** What the fetcher remembers of a tracker, with its last days, newest first. Throws AppError `not-found`. */
export async function getTrackerFetchState(db: Queryable, trackerId: number): Promise<TrackerFetchState> {
  const { rows } = await db.query<
    Partial<StateRow> & { last_success_at: Date | null; days: TrackerFetchState['days'] }
  >(sql`
    select f.next_due_at, f.factor, f.streak, f.total_failures, f.first_failure_at, f.last_failure_at,
      f.last_success_at, f.last_error,
      coalesce((select json_agg(json_build_object('day', d.day, 'failures', d.failures, 'successes', d.successes)
          order by d.day desc)
        from (select * from fetch_days where tracker_id = t.id order by day desc limit ${DAYS_SHOWN}) d), '[]') as days
    from trackers t left join fetch_states f on f.tracker_id = t.id
    where t.id = ${trackerId}::bigint`);
  const row = rows[0];
  if (!row) throw notFound('tracker', trackerId);
  return {
    nextDueAt: isoOrNull(row.next_due_at ?? null),
    factor: row.factor ?? 1,
    streak: row.streak ?? 0,
    totalFailures: row.total_failures ?? 0,
    firstFailureAt: isoOrNull(row.first_failure_at ?? null),
    lastFailureAt: isoOrNull(row.last_failure_at ?? null),
    lastSuccessAt: isoOrNull(row.last_success_at),
    lastError: row.last_error ?? null,
    days: row.days,
  };
}
