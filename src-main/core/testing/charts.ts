import sql from 'sql-template-tag';
import { dwellBuckets } from '../../../src-shared/contract/overview.ts';
import { type ChartDays, chartDays } from '../analytics/overview/chart-days-store.ts';
import { deliveriesByDay, dwellDistribution } from '../analytics/overview/overview-charts-store.ts';
import { reportsByDay, statusByDay, trackerCounts } from '../analytics/overview/overview-store.ts';
import { ownClient } from '../platform/db/listing.ts';
import { type Database, type Scope, systemScope, type Transaction } from '../platform/db/queryable.ts';
import { heardInPeriod } from '../trackers/silence-store.ts';

const zone = sql`r.time_zone`;
const HOUR_MS = 3_600_000;
const SILENT_HOURS = 48;

/** The charts by day as reading all of history, deliveries and aggregates gives them. */
async function read(tx: Transaction, now: Date, { days, first, dayOf }: ChartDays) {
  const { rows: statuses } = await tx.query(sql`
    with ${days}
    select days.day::text as day, count(*) filter (where h.status = 'IN_TRANSIT') as "IN_TRANSIT",
      count(*) filter (where h.status = 'IN_STORAGE') as "IN_STORAGE", count(*) filter (where h.status = 'DELIVERED') as "DELIVERED"
    from days left join (status_history h join production_runs r on r.id = h.production_run_id)
      on h.superseded_at is null and ${ownClient(tx, 'h.client_id')} and h.entered_at <= ${now}::timestamptz
        and ${dayOf(sql`h.entered_at`, zone)} <= days.day
        and (h.left_at is null or h.left_at > ${now}::timestamptz or ${dayOf(sql`h.left_at`, zone)} > days.day)
    group by 1 order by 1`);
  const { rows: deliveries } = await tx.query(sql`
    with ${days}
    select days.day::text as day, count(d.tracker_id) as deliveries
    from days left join (deliveries d join production_runs r on r.id = d.production_run_id)
      on ${ownClient(tx, 'd.client_id')} and ${dayOf(sql`d.confirmed_at`, zone)} = days.day
    group by 1 order by 1`);
  const { rows: hours } = await tx.query<{ hours: number }>(sql`
    select extract(epoch from h.left_at - h.entered_at)::float8 / 3600 as hours
    from status_history h join production_runs r on r.id = h.production_run_id
    where ${ownClient(tx, 'h.client_id')} and h.superseded_at is null and h.status = 'IN_STORAGE'
      and ${dayOf(sql`h.left_at`, zone)} >= ${first}::date and h.left_at <= ${now}::timestamptz`);
  const dwell = dwellBuckets.map(({ id, untilHours }, n) => {
    const from = n === 0 ? Number.NEGATIVE_INFINITY : dwellBuckets[n - 1]!.untilHours!;
    return {
      bucket: id,
      stays: hours.filter((row) => row.hours >= from && row.hours < (untilHours ?? Infinity)).length,
    };
  });
  const utc = await chartDays(tx, now, 'UTC');
  const { rows: reports } = await tx.query(sql`
    with ${utc.days}
    select days.day::text as day, coalesce(sum(a.report_count), 0)::bigint as reports
    from days left join tracker_aggregates a on a.period = 'day' and ${ownClient(tx, 'a.client_id')}
      and a.bucket_start = days.day::timestamp at time zone 'UTC'
    group by 1 order by 1`);
  return { statuses, deliveries, dwell, reports };
}

/** Staff, and a user of each of some clients. */
async function scopesOf(db: Database): Promise<Scope[]> {
  const { rows: clients } = await db.query<{ id: number }>(sql`select id from clients order by id limit 3`);
  return [systemScope, ...clients.map(({ id }): Scope => ({ kind: 'user', userId: 1, clientId: id }))];
}

/** Counts of silent and waiting trackers that reading all of them doesn't give, by who asks. */
export async function missilent(db: Database, now: Date): Promise<unknown[]> {
  const since = new Date(now.getTime() - SILENT_HOURS * HOUR_MS);
  const wrong: unknown[] = [];
  for (const scope of await scopesOf(db))
    await db.transaction(scope, async (tx) => {
      const { rows } = await tx.query<{ silent: number; waiting: number }>(sql`
        select count(*) filter (where silent) as silent,
          count(*) filter (where silent is not true and last_reported_at is null) as waiting
        from (
          select s.last_reported_at, greatest(run_starts_at(r), ${heardInPeriod}) < ${since}::timestamptz as silent
          from trackers t join production_runs r on r.id = t.production_run_id join tracker_status s on s.tracker_id = t.id
            left join run_periods p on p.id = s.run_period_id
          where t.mac_address is not null and ${ownClient(tx, 't.client_id')}
            and ${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r)) expected`);
      const { silent, waiting } = (await trackerCounts(tx, now, SILENT_HOURS)).trackers;
      const read = rows[0]!;
      if (read.silent !== silent || read.waiting !== waiting)
        wrong.push({ scope, now, read, told: { silent, waiting } });
    });
  return wrong;
}

/**
 * Charts that don't show what reading everything gives, at some instants around `now`, by the days of zones and of runs, for
 * all and for each client.
 */
export async function mischarted(db: Database, now: Date): Promise<unknown[]> {
  const wrong: unknown[] = [];
  for (const scope of await scopesOf(db))
    await db.transaction(scope, async (tx) => {
      for (const hours of [-30.7, 0, 9.3])
        for (const timeZone of ['UTC', 'Asia/Kolkata', 'America/New_York', 'run']) {
          const at = new Date(now.getTime() + hours * HOUR_MS);
          const days = await chartDays(tx, at, timeZone);
          const wanted = await read(tx, at, days);
          const told = {
            statuses: await statusByDay(tx, at, days),
            deliveries: await deliveriesByDay(tx, days),
            dwell: await dwellDistribution(tx, at, days),
            reports: await reportsByDay(tx, at),
          };
          for (const [what, of] of Object.entries(wanted))
            if (JSON.stringify(of) !== JSON.stringify(told[what as keyof typeof told]))
              wrong.push({ what, scope, at, timeZone, read: of, told: told[what as keyof typeof told] });
        }
    });
  return wrong;
}
