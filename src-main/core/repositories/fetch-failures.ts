import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { fetchFailureSchema } from '../../../src-shared/contract/fetcher.ts';
import type { Queryable } from '../db/queryable.ts';
import { notFound } from '../errors.ts';
import { after, all, isoOrNull, pageOf, when } from './listing.ts';

interface Row {
  tracker_id: number;
  mac_address: string | null;
  production_run_name: string | null;
  streak: number;
  factor: number;
  total_failures: number;
  first_failure_at: Date | null;
  last_failure_at: Date | null;
  next_due_at: Date;
  last_error: string | null;
}

const toFailure = (row: Row): z.output<typeof fetchFailureSchema> => ({
  trackerId: row.tracker_id,
  macAddress: row.mac_address,
  productionRunName: row.production_run_name,
  streak: row.streak,
  factor: row.factor,
  totalFailures: row.total_failures,
  firstFailureAt: isoOrNull(row.first_failure_at),
  lastFailureAt: isoOrNull(row.last_failure_at),
  nextDueAt: row.next_due_at.toISOString(),
  lastError: row.last_error,
});

/** Trackers that were absent from the last complete answer, longest streak first. Walks fetch_states_streak. */
export async function listFetchFailures(
  db: Queryable,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<z.output<typeof fetchFailureSchema>>> {
  const condition = all(
    sql`f.streak > 0`,
    when(
      after(z.tuple([z.int(), z.int()]), query.cursor),
      ([streak, id]) => sql`(f.streak < ${streak} or (f.streak = ${streak} and f.tracker_id > ${id}::bigint))`,
    ),
  );
  const { rows } = await db.query<Row>(sql`
    select f.tracker_id, upper(t.mac_address::text) as mac_address, r.name as production_run_name, f.streak, f.factor,
      f.total_failures, f.first_failure_at, f.last_failure_at, f.next_due_at, f.last_error
    from fetch_states f
    join trackers t on t.id = f.tracker_id
    left join production_runs r on r.id = t.production_run_id
    where ${condition}
    order by f.streak desc, f.tracker_id
    limit ${query.limit + 1}`);
  return pageOf(rows, query.limit, toFailure, (row) => [row.streak, row.tracker_id]);
}

export async function countFailing(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(sql`select count(*) as count from fetch_states where streak > 0`);
  return rows[0]!.count;
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
  const { rows } = await db.query<Partial<Row> & { last_success_at: Date | null; days: TrackerFetchState['days'] }>(sql`
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
