import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../../platform/db/queryable.ts';

/** How many months have reports that are not stamped yet. */
export async function unstampedMonths(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ months: number }>(sql`select count(*)::int as months from unstamped_months`);
  return rows[0]!.months;
}

/**
 * Whether months are left and no job for them waits or runs. Holds the months until the end of the transaction, so that
 * one of several consoles adds that job.
 */
export async function stampingIsDue(tx: Transaction): Promise<boolean> {
  const { rowCount } = await tx.query(sql`select from unstamped_months order by month limit 1 for update`);
  if (rowCount === 0) return false;
  const { rowCount: underWay } = await tx.query(
    sql`select from jobs where kind = 'report-stamping' and state in ('queued', 'running')`,
  );
  return underWay === 0;
}

/** The newest month that is left, as an ISO instant: what is new is looked at most. */
export async function nextMonth(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ month: Date }>(sql`select month from unstamped_months order by month desc limit 1`);
  return rows[0]?.month.toISOString() ?? null;
}

const inMonth = (month: string) =>
  sql`reported_at >= ${month}::timestamptz
    and reported_at < (${month}::timestamptz at time zone 'UTC' + interval '1 month') at time zone 'UTC'`;

/** The next trackers with reports of a month that are not stamped, by id. Plan: the month's primary key from there on. */
export async function unstampedTrackers(
  tx: Transaction,
  month: string,
  afterId: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    select distinct tracker_id as id from location_reports
    where ${inMonth(month)} and tracker_id > ${afterId}::bigint and client_id = -1 order by tracker_id limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** Stamps the reports of these trackers in a month; moves of them and ingest wait until the end of the transaction. */
export async function stampReports(tx: Transaction, month: string, trackerIds: readonly number[]): Promise<void> {
  const ids = [...trackerIds];
  await tx.query(sql`select hold_stamps(${ids}::bigint[])`);
  await tx.query(sql`
    select count(*) from restamp_reports(${ids}::bigint[], array_fill(${month}::timestamptz, array[${ids.length}::integer]),
      array_fill((${month}::timestamptz at time zone 'UTC' + interval '1 month') at time zone 'UTC',
        array[${ids.length}::integer]))`);
}

export async function monthIsStamped(tx: Transaction, month: string): Promise<void> {
  await tx.query(sql`delete from unstamped_months where month = ${month}::timestamptz`);
}

/** From now on row level security compares the stamps, and looks nothing up. */
export async function compareStamps(tx: Transaction): Promise<void> {
  await tx.query(sql`select compare_report_stamps()`);
}
