import sql from 'sql-template-tag';
import type { RunPeriodRow } from '../../../src-shared/contract/period-corrections.ts';
import { fromEpochMs } from '../platform/db/epoch.ts';
import { iso } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/** The live run periods of a tracker, latest first. Staff only. */
export async function runPeriodsOf(tx: Transaction, trackerId: number): Promise<RunPeriodRow[]> {
  const { rows } = await tx.query<{
    id: number;
    run_id: number;
    run_name: string;
    client_id: number;
    client_name: string;
    starts_at: Date | number;
    ends_at: Date | number;
    is_guessed: boolean;
  }>(sql`
    select p.id, r.id as run_id, r.name as run_name, c.id as client_id, c.name as client_name, p.starts_at, p.ends_at,
      p.is_guessed
    from run_periods p join production_runs r on r.id = p.production_run_id join clients c on c.id = p.client_id
    where p.tracker_id = ${trackerId}::bigint and p.voided_at is null order by p.starts_at desc`);
  // An instant without limit comes as a number.
  const instant = (at: Date | number) => (at instanceof Date ? iso(at) : null);
  return rows.map((row) => ({
    id: row.id,
    productionRun: { id: row.run_id, name: row.run_name },
    client: { id: row.client_id, name: row.client_name },
    startsAt: instant(row.starts_at),
    endsAt: instant(row.ends_at),
    isGuessed: row.is_guessed,
  }));
}

/** Counted reports and confirmed deliveries of a tracker that lie in stretches of time. */
export async function wouldChange(
  tx: Transaction,
  trackerId: number,
  stretches: readonly { from: number; to: number }[],
): Promise<{ reports: number; deliveries: number }> {
  const { rows } = await tx.query<{ reports: number; deliveries: number }>(sql`
    with stretch as (
      select ${fromEpochMs('from_ms')} as since, ${fromEpochMs('to_ms')} as until
      from unnest(${stretches.map(({ from }) => from)}::float8[], ${stretches.map(({ to }) => to)}::float8[])
        as s(from_ms, to_ms))
    select coalesce(sum((select count(*) from location_reports r where r.tracker_id = ${trackerId}::bigint
        and r.reported_at >= since and r.reported_at < until
        and coalesce(r.left_out_reason, 'no-run') in ('no-run', 'outside-run-dates'))), 0)::int as reports,
      coalesce(sum((select count(*) from deliveries d where d.tracker_id = ${trackerId}::bigint
        and d.entered_at >= since and d.entered_at < until)), 0)::int as deliveries
    from stretch`);
  return rows[0]!;
}

/** A period of another run has taken the place of one: an undo of the allocation that opened the former goes by it. */
export async function noteReplaced(tx: Transaction, periodId: number, byId: number): Promise<void> {
  await tx.query(sql`update run_periods set replaced_by_id = ${byId}::bigint where id = ${periodId}::bigint`);
}
