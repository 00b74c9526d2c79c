import sql from 'sql-template-tag';
import { epochMs } from '../platform/db/epoch.ts';
import type { Queryable } from '../platform/db/queryable.ts';

export interface DeliveryState {
  locationId: number;
  visitId: string;
  /** Epoch milliseconds; null while it is still there. */
  leftAt: number | null;
}

/** Retention drops old reports; a delivery that they confirmed stays as it was told. */
const evidenceIsKept = sql`not exists (select from report_retention k where d.confirmed_at < k.kept_from)`;

/**
 * Brings the deliveries of these trackers into line with their live history and reports, and returns those of present
 * periods: of each run period the first visit to a delivery location in which a report that counts lies at least the
 * minimum dwell after the entry. Only reports confirm a delivery: a visit that ended without one does not. Per tracker a few entries of
 * status_history_tracker, per visit one look-up in the primary key of the reports.
 */
export async function confirmDeliveries(
  tx: Queryable,
  trackerIds: readonly number[],
  minimumDwellMinutes: number,
  now: Date,
): Promise<Map<number, DeliveryState>> {
  const { rows } = await tx.query<DeliveryState & { trackerId: number }>(sql`
    with confirmed as materialized (
      select p.tracker_id, p.production_run_id, p.id as run_period_id, p.client_id, p.ends_at = 'infinity' as is_present, v.*
      from run_periods p join tracker_status s on s.tracker_id = p.tracker_id cross join lateral (
        select h.location_id, h.visit_id, h.entered_at, h.left_at, r.reported_at, r.payload_hash
        from status_history h cross join lateral (
          select r.reported_at, r.payload_hash from location_reports r
          where r.tracker_id = h.tracker_id and r.left_out_reason is null
            and r.reported_at >= h.entered_at + ${minimumDwellMinutes} * interval '1 minute'
            and r.reported_at < coalesce(h.left_at, 'infinity')
            and (h.run_period_id <> s.run_period_id or r.reported_at <= s.folded_at) is not false
          order by r.reported_at, r.payload_hash limit 1) as r
        where h.tracker_id = p.tracker_id and h.run_period_id = p.id and h.superseded_at is null
          and h.status = 'DELIVERED'
        order by h.entered_at, h.id limit 1) as v
      where p.tracker_id = any(${[...trackerIds]}::bigint[]) and p.voided_at is null
    ), gone as (
      delete from deliveries d where d.tracker_id = any(${[...trackerIds]}::bigint[]) and not exists (
        select from confirmed c where c.run_period_id = d.run_period_id)
        and ${evidenceIsKept}
    ), kept as (
      insert into deliveries as d (tracker_id, production_run_id, location_id, visit_id, entered_at, confirmed_at,
        confirmed_payload_hash, report_count, minimum_dwell_minutes, recorded_at, run_period_id, client_id)
      select c.tracker_id, c.production_run_id, c.location_id, c.visit_id, c.entered_at, c.reported_at, c.payload_hash,
        (select count(*) from location_reports r where r.tracker_id = c.tracker_id and r.left_out_reason is null
          and r.reported_at >= c.entered_at and r.reported_at <= c.reported_at), ${minimumDwellMinutes}, ${now},
        c.run_period_id, c.client_id
      from confirmed c
      on conflict (tracker_id, run_period_id) do update set location_id = excluded.location_id,
        visit_id = excluded.visit_id, entered_at = excluded.entered_at, confirmed_at = excluded.confirmed_at,
        confirmed_payload_hash = excluded.confirmed_payload_hash, report_count = excluded.report_count,
        minimum_dwell_minutes = excluded.minimum_dwell_minutes, recorded_at = excluded.recorded_at,
        client_id = excluded.client_id
      -- A delivery keeps the time it was first recorded while nothing about it changes.
      where ${evidenceIsKept} and (d.visit_id, d.confirmed_at, d.confirmed_payload_hash, d.report_count, d.minimum_dwell_minutes,
          d.client_id)
        is distinct from (excluded.visit_id, excluded.confirmed_at, excluded.confirmed_payload_hash,
          excluded.report_count, excluded.minimum_dwell_minutes, excluded.client_id)
    )
    select tracker_id as "trackerId", location_id as "locationId", visit_id as "visitId",
      ${epochMs('left_at')} as "leftAt" from confirmed where is_present`);
  return new Map(rows.map(({ trackerId, ...delivery }) => [trackerId, delivery]));
}
