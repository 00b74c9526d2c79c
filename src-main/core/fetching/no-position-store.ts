import sql from 'sql-template-tag';
import type { TrackerFacts } from '../../../src-shared/domain/no-position.ts';
import type { LeftOutReason } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../platform/db/queryable.ts';

interface Row {
  id: number;
  position_at: Date | null;
  has_private_key: boolean;
  is_manufactured: boolean;
  retired_at: Date | null;
  run_id: number | null;
  run_starts_at: Date;
  run_ends_at: Date;
  asked_at: Date | null;
  due_at: Date | null;
  streak: number | null;
  heard_at: Date | null;
  newest_at: Date | null;
  left_out_reason: LeftOutReason | null;
  pending_since: Date | null;
}

const ms = (time: Date | null) => time?.getTime() ?? null;

const toFacts = (row: Row): TrackerFacts => ({
  positionAt: ms(row.position_at),
  hasPrivateKey: row.has_private_key,
  isManufactured: row.is_manufactured,
  retiredAt: ms(row.retired_at),
  run:
    row.run_id === null
      ? null
      : { id: row.run_id, startsAt: row.run_starts_at.getTime(), endsAt: row.run_ends_at.getTime() },
  askedAt: ms(row.asked_at),
  dueAt: ms(row.due_at),
  streak: row.streak ?? 0,
  lastHeardAt: ms(row.heard_at),
  leftOut: row.left_out_reason && row.newest_at ? { reason: row.left_out_reason, at: row.newest_at.getTime() } : null,
  pendingSince: ms(row.pending_since),
});

export interface WhichTrackers {
  trackerIds?: readonly number[] | undefined;
  productionRunId?: number | undefined;
  clientId?: number | undefined;
  /** Only those whose last position is older than this, or that have none. */
  staleBefore?: Date | undefined;
  afterId: number;
  limit: number;
}

/**
 * What is known of trackers that bears on their positions, by id. Walks trackers by primary key, or trackers_run; the
 * newest report of each is the first of its partitions' primary keys, backwards.
 */
export async function noPositionFacts(
  db: Queryable,
  { trackerIds, productionRunId, clientId, staleBefore, afterId, limit }: WhichTrackers,
): Promise<Map<number, TrackerFacts>> {
  const { rows } = await db.query<Row>(sql`
    select t.id, case when s.last_position is null then null else s.last_reported_at end as position_at,
      exists (select from device_keys k where k.tracker_id = t.id and k.data_key_id is not null) as has_private_key,
      t.mac_address is not null as is_manufactured, t.retired_at, r.id as run_id,
      case when r.id is not null then run_starts_at(r) end as run_starts_at,
      case when r.id is not null then run_ends_at(r) end as run_ends_at,
      f.asked_at, f.next_due_at as due_at, f.streak,
      greatest(f.last_success_at, newest.reported_at) as heard_at,
      newest.reported_at as newest_at, newest.left_out_reason, p.queued_at as pending_since
    from trackers t
    left join tracker_status s on s.tracker_id = t.id
    left join production_runs r on r.id = t.production_run_id
    left join fetch_states f on f.tracker_id = t.id
    left join status_pending p on p.tracker_id = t.id
    left join lateral (
      select l.reported_at, l.left_out_reason from location_reports l where l.tracker_id = t.id
      order by l.reported_at desc limit 1) newest on true
    where t.id > ${afterId}
      and ${trackerIds === undefined ? sql`true` : sql`t.id = any(${[...trackerIds]}::bigint[])`}
      and ${productionRunId === undefined ? sql`true` : sql`t.production_run_id = ${productionRunId}::bigint`}
      and ${clientId === undefined ? sql`true` : sql`t.client_id = ${clientId}::bigint`}
      and ${
        staleBefore === undefined
          ? sql`true`
          : sql`(s.last_position is null or s.last_reported_at is null or s.last_reported_at <= ${staleBefore})`
      }
    order by t.id limit ${limit}`);
  return new Map(rows.map((row) => [row.id, toFacts(row)]));
}

/** Trackers in all, of the run or the client if one is named. */
export async function countTrackers(
  db: Queryable,
  { productionRunId, clientId }: Pick<WhichTrackers, 'productionRunId' | 'clientId'>,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(sql`
    select count(*)::int as count from trackers t
    where ${productionRunId === undefined ? sql`true` : sql`t.production_run_id = ${productionRunId}::bigint`}
      and ${clientId === undefined ? sql`true` : sql`t.client_id = ${clientId}::bigint`}`);
  return rows[0]!.count;
}
