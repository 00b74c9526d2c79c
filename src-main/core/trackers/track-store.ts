import sql from 'sql-template-tag';
import type { Status } from '../../../src-shared/contract/status.ts';
import { allOf, iso, ownClient } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { ownReport } from './client-view-store.ts';
import { inTimeRange, type TimeRange } from './tracker-history-store.ts';

interface TrackRow {
  reported_at: Date;
  longitude: number;
  latitude: number;
  horizontal_accuracy_m: number;
  status: Status | null;
  city_name: string | null;
}

/**
 * The newest `limit` valid positions of a tracker in a time range, oldest first, each with the status in force at its
 * time. `truncated` says that there are older ones. Plan: backward scan of the reports' primary key, one probe of
 * status_history_tracker a point.
 */
export async function readTrack(tx: Transaction, trackerId: number, query: TimeRange & { limit: number }) {
  const { rows } = await tx.query<TrackRow>(sql`
    select r.reported_at, st_x(r.position::geometry) as longitude, st_y(r.position::geometry) as latitude,
      r.horizontal_accuracy_m, h.status, c.name as city_name
    from (
      select * from location_reports
      where ${allOf(
        sql`tracker_id = ${trackerId}::bigint and position is not null`,
        ...inTimeRange(sql`reported_at`, query),
        ownReport(tx, 'location_reports'),
      )}
      order by reported_at desc, payload_hash desc limit ${query.limit + 1}
    ) as r
    left join lateral (
      select status from status_history h
      where tracker_id = ${trackerId}::bigint and superseded_at is null and entered_at <= r.reported_at
        and (h.left_at is null or h.left_at > r.reported_at)
        and r.left_out_reason is null and ${ownClient(tx, 'h.client_id')}
      order by entered_at desc, cause_reported_at desc, cause_payload_hash desc limit 1
    ) as h on true
    left join nearest_cities c on c.id = r.nearest_city_id
    order by r.reported_at desc, r.payload_hash desc`);
  const points = rows.slice(0, query.limit).map((row) => ({
    reportedAt: iso(row.reported_at),
    longitude: row.longitude,
    latitude: row.latitude,
    horizontalAccuracyM: row.horizontal_accuracy_m,
    status: row.status,
    nearestCity: row.city_name,
  }));
  return { points: points.reverse(), truncated: rows.length > query.limit };
}
