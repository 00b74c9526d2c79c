import sql, { type Sql } from 'sql-template-tag';

/**
 * When the tracker `t` (status `s`, run period `p`) was last heard of in its period, or should have begun to be. A tracker
 * that was never heard of waits for its first report, and is silent only after the same time.
 */
export const heardInPeriod: Sql = sql`greatest(p.starts_at, coalesce(s.last_reported_at, greatest(t.manufactured_at,
  (select a.allocated_at from device_allocations a where a.tracker_id = t.id and a.released_at is null))))`;

/** The same, from the beginning of the run `r` on: the one measure of silence, for the overview, lists, alerts and reports. */
export const heardAt: Sql = sql`greatest(run_starts_at(r), ${heardInPeriod})`;

/** Whether a tracker `t` (status `s`) is silent since an instant; one without a run by its last report alone. */
export const silentSince = (
  since: Date,
): Sql => sql`((s.last_reported_at is null or s.last_reported_at < ${since}::timestamptz)
  and (t.production_run_id is null or exists (
    select from production_runs r join run_periods p on p.id = s.run_period_id
    where r.id = t.production_run_id and ${heardAt} < ${since}::timestamptz)))`;
