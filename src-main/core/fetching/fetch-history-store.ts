import sql from 'sql-template-tag';
import type { z } from 'zod';
import type { fetchFailureRoutes } from '../../../src-shared/contract/fetch-failures.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import type { ScheduleStats } from './schedule/schedule.ts';

type ItemOf<R extends { output: { schema: z.ZodType<{ items: unknown[] }> } }> = z.output<
  R['output']['schema']
>['items'][number];
export type FetchDay = ItemOf<(typeof fetchFailureRoutes)['listFetchDays']>;
export type FetchMinute = ItemOf<(typeof fetchFailureRoutes)['listFetchMinutes']>;

/**
 * Absent and found trackers of each of the last `days` UTC days, days without any included. For everything, from the
 * fetchers' own days; for one run, from those of its trackers, by primary key over trackers_run.
 */
export async function listFetchDays(
  db: Queryable,
  query: { days: number; productionRunId?: number | undefined },
  now: Date,
): Promise<FetchDay[]> {
  const source =
    query.productionRunId === undefined
      ? sql`select day, absent, present from fetcher_days where day > (select today - ${query.days}::int from today)`
      : sql`select d.day, sum(d.failures) as absent, sum(d.successes) as present
          from trackers t join fetch_days d on d.tracker_id = t.id
          where t.production_run_id = ${query.productionRunId}::bigint
            and d.day > (select today - ${query.days}::int from today)
          group by d.day`;
  const { rows } = await db.query<FetchDay>(sql`
    with today as (select (${now}::timestamptz at time zone 'UTC')::date as today), counted as (${source})
    select today - n as day, coalesce(c.absent, 0)::bigint as absent, coalesce(c.present, 0)::bigint as present
    from today cross join generate_series(${query.days - 1}::int, 0, -1) n left join counted c on c.day = today - n
    order by 1`);
  return rows;
}

/** Notes how the queue stands in this minute, and the totals; the first fetcher to come by does it. */
export async function recordMinute(db: Queryable, stats: ScheduleStats, now: Date): Promise<void> {
  const lag = stats.oldestDueAt === null ? 0 : Math.max(0, (now.getTime() - stats.oldestDueAt) / 1000);
  await db.query(sql`
    insert into fetcher_minutes (minute, depth, due, leased, lag_seconds, claims, requests, stored, absent)
    select date_trunc('minute', ${now}::timestamptz), ${stats.depth}, ${stats.due}, ${stats.leased}, ${lag},
      coalesce(sum(value) filter (where name = 'claims'), 0), coalesce(sum(value) filter (where name = 'requests'), 0),
      coalesce(sum(value) filter (where name = 'stored'), 0), coalesce(sum(value) filter (where name = 'absent'), 0)
    from fetcher_totals
    on conflict do nothing`);
}

/** The last minutes that a fetcher was at work, oldest first. What was done is the difference to the entry before. */
export async function listFetchMinutes(db: Queryable, query: { minutes: number }, now: Date): Promise<FetchMinute[]> {
  const since = new Date(now.getTime() - query.minutes * 60_000);
  const { rows } = await db.query<Omit<FetchMinute, 'minute'> & { minute: Date }>(sql`
    select minute, depth, due, leased, lag_seconds as "lagSeconds",
      greatest(0, coalesce(claims - lag(claims) over w, 0)) as claims,
      greatest(0, coalesce(requests - lag(requests) over w, 0)) as requests,
      greatest(0, coalesce(stored - lag(stored) over w, 0)) as stored,
      greatest(0, coalesce(absent - lag(absent) over w, 0)) as absent
    from fetcher_minutes where minute > ${since}
    window w as (order by minute)
    order by minute`);
  return rows.map((row) => ({ ...row, minute: row.minute.toISOString() }));
}

const DAYS_KEPT = 90;
const MINUTES_KEPT_MS = 48 * 3_600_000;

/** Forgets the days and minutes that no screen shows any more. */
export async function forgetOldHistory(db: Queryable, now: Date): Promise<void> {
  await db.query(sql`delete from fetcher_minutes where minute < ${new Date(now.getTime() - MINUTES_KEPT_MS)}`);
  await db.query(sql`
    delete from fetch_days where day < (${now}::timestamptz at time zone 'UTC')::date - ${DAYS_KEPT}::int`);
}
