import sql, { type Sql } from 'sql-template-tag';
import { dayIn, plusDays, startOfDay } from '../../../../src-shared/domain/days.ts';
import { ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

/** Days of the charts, today included. */
const DAYS = 14;
/** Zones are at most fourteen hours ahead of UTC. */
const FURTHEST_MS = 14 * 3_600_000;

/** The days of a chart, and how its queries count by them. */
export interface ChartDays {
  /** CTE `days(day)`: each day of the chart, so that empty days are there too. */
  days: Sql;
  first: string;
  /** No day of the chart begins before, in any zone that is counted by. Lets an index be used. */
  since: Date;
  /** Whether days are those of each run's zone. */
  byRun: boolean;
  /** The day of an instant, given the zone of the run that it belongs to. */
  dayOf(instant: Sql, zoneOfRun: Sql): Sql;
}

/**
 * The last fourteen days up to today, where days are counted: in a zone, or by the clocks of each run, where today is
 * the latest day that any active run has.
 */
export async function chartDays(tx: Transaction, now: Date, timeZone: string): Promise<ChartDays> {
  const today = timeZone === 'run' ? await latestDay(tx, now) : dayIn(timeZone, now);
  const first = plusDays(today, 1 - DAYS);
  const byRun = timeZone === 'run';
  return {
    days: sql`days as (select generate_series(${first}::date, ${today}::date, interval '1 day')::date as day)`,
    first,
    since: new Date(startOfDay('UTC', first).getTime() - FURTHEST_MS),
    byRun,
    dayOf: (instant, zoneOfRun) => sql`(${instant} at time zone ${byRun ? zoneOfRun : sql`${timeZone}::text`})::date`,
  };
}

async function latestDay(tx: Transaction, now: Date): Promise<string> {
  const { rows } = await tx.query<{ day: string | null }>(sql`
    select max((${now}::timestamptz at time zone r.time_zone)::date)::text as day from production_runs r
    where ${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r) and ${ownClient(tx, 'r.client_id')}`);
  return rows[0]?.day ?? dayIn('UTC', now);
}
