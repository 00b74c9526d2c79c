import sql from 'sql-template-tag';
import { allOf, clientOf, ifGiven, iso, ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { trackerName } from '../business-reports/report-scope-store.ts';
import type { TrackPoint } from './track-export-formats.ts';

export interface TrackScope {
  trackerId?: number | undefined;
  productionRunId?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Trackers of the scope above an id, in the order of ids. */
export async function trackedTrackers(
  tx: Transaction,
  scope: TrackScope,
  after: number,
  limit: number,
): Promise<{ id: number; name: string }[]> {
  const { rows } = await tx.query<{ id: number; name: string }>(sql`
    select t.id, ${trackerName} as name from tracker_labels t
    where ${allOf(
      sql`t.id > ${after}::bigint`,
      clientOf(tx) === null && scope.productionRunId === undefined
        ? undefined
        : sql`exists (${periodsInScope(tx, scope)})`,
      ifGiven(scope.trackerId, (id) => sql`t.id = ${id}::bigint`),
    )}
    order by t.id limit ${limit}`);
  return rows;
}

/** The time that a tracker `t` was in the run of the scope, or in those of the person's client, within the runs' dates. */
const periodsInScope = (tx: Transaction, scope: TrackScope) => sql`
  select greatest(p.starts_at, run_starts_at(run)) as starts_at, least(p.ends_at, run_ends_at(run)) as ends_at
  from run_periods p join production_runs run on run.id = p.production_run_id
  where ${allOf(
    sql`p.tracker_id = t.id and p.voided_at is null and ${ownClient(tx, 'p.client_id')}`,
    ifGiven(scope.productionRunId, (id) => sql`p.production_run_id = ${id}::bigint`),
  )}`;

/** Where a page of a track ended: the instant as the database prints it, and the payload's hash in hex. */
export interface TrackMark {
  at: string;
  hash: string;
}

export interface TrackPage {
  points: TrackPoint[];
  /** Null at the end. */
  mark: TrackMark | null;
}

/**
 * A page of a tracker's valid positions, oldest first: of a run those of its periods there. A client's user sees those
 * of their own periods. Plan: range of the primary key (tracker, time, hash).
 */
export async function trackPage(
  tx: Transaction,
  trackerId: number,
  scope: TrackScope,
  after: TrackMark | null,
  limit: number,
): Promise<TrackPage> {
  const { rows } = await tx.query<{
    at_text: string;
    hash: string;
    reported_at: Date;
    longitude: number;
    latitude: number;
    accuracy: number;
    city: string | null;
    left_out_reason: string | null;
  }>(sql`
    select r.reported_at::text as at_text, encode(r.payload_hash, 'hex') as hash, r.reported_at,
      ST_X(r.position::geometry) as longitude, ST_Y(r.position::geometry) as latitude, r.horizontal_accuracy_m as accuracy,
      c.name || ', ' || c.country_code as city, r.left_out_reason
    from location_reports r left join nearest_cities c on c.id = r.nearest_city_id
    where ${allOf(
      sql`r.tracker_id = ${trackerId}::bigint and r.position is not null`,
      ifGiven(scope.from, (at) => sql`r.reported_at >= ${at}::timestamptz`),
      ifGiven(scope.to, (at) => sql`r.reported_at < ${at}::timestamptz`),
      clientOf(tx) === null && scope.productionRunId === undefined
        ? undefined
        : sql`exists (select from (select r.tracker_id as id) t cross join lateral (${periodsInScope(tx, scope)}) p
            where r.reported_at >= p.starts_at and r.reported_at < p.ends_at)`,
      ifGiven(
        after ?? undefined,
        ({ at, hash }) => sql`(r.reported_at, r.payload_hash) > (${at}::timestamptz, decode(${hash}, 'hex'))`,
      ),
    )}
    order by r.reported_at, r.payload_hash limit ${limit}`);
  const last = rows.length === limit ? rows.at(-1)! : null;
  return {
    points: rows.map((row) => ({
      reportedAt: iso(row.reported_at),
      longitude: row.longitude,
      latitude: row.latitude,
      accuracyM: row.accuracy,
      nearestCity: row.city,
      leftOut: row.left_out_reason,
    })),
    mark: last && { at: last.at_text, hash: last.hash },
  };
}
