import sql, { type Sql } from 'sql-template-tag';
import type { ClientTrackerFacts, TrackerFacts } from '../../../src-shared/domain/no-position.ts';
import type { LeftOutReason } from '../../../src-shared/domain/status/types.ts';
import { allOf, ifGiven, ownClient } from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';
import { ownReport } from '../trackers/client-view-store.ts';

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
 * What is known of trackers that bears on their positions, by id. A run that is archived is over: nothing of it is asked. Walks trackers by primary key, or trackers_run; the
 * newest report of each is the first of its partitions' primary keys, backwards.
 */
export async function noPositionFacts(db: Queryable, which: WhichTrackers): Promise<Map<number, TrackerFacts>> {
  const { rows } = await db.query<Row>(sql`
    select t.id, case when s.last_position is null then null else s.last_reported_at end as position_at,
      exists (select from device_keys k where k.tracker_id = t.id and k.data_key_id is not null) as has_private_key,
      t.mac_address is not null as is_manufactured, t.retired_at, r.id as run_id,
      case when r.id is not null then run_starts_at(r) end as run_starts_at,
      case when r.id is not null then least(run_ends_at(r), r.archived_at) end as run_ends_at,
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
    where ${these(which)}
    order by t.id limit ${which.limit}`);
  return new Map(rows.map((row) => [row.id, toFacts(row)]));
}

/** The condition on trackers `t` with the status `s`. */
const these = ({ trackerIds, productionRunId, clientId, staleBefore, afterId }: WhichTrackers): Sql =>
  allOf(
    sql`t.id > ${afterId}`,
    ifGiven(trackerIds, (ids) => sql`t.id = any(${[...ids]}::bigint[])`),
    ifGiven(productionRunId, (id) => sql`t.production_run_id = ${id}::bigint`),
    ifGiven(clientId, (id) => sql`t.client_id = ${id}::bigint`),
    ifGiven(
      staleBefore,
      (at) => sql`(s.last_position is null or s.last_reported_at is null or s.last_reported_at <= ${at})`,
    ),
  );

interface ClientRow {
  id: number;
  position_at: Date | null;
  run_id: number;
  run_starts_at: Date;
  run_ends_at: Date;
  is_fetched: boolean;
  newest_at: Date | null;
  left_out_reason: LeftOutReason | null;
}

/**
 * What a client's user may know of their trackers that bears on their positions, by id: from their own periods alone. The
 * newest report is found as by staff; the few of other times that are newer are passed over.
 */
export async function clientPositionFacts(
  tx: Transaction,
  which: WhichTrackers & { works: boolean },
): Promise<Map<number, ClientTrackerFacts>> {
  const { rows } = await tx.query<ClientRow>(sql`
    with page as materialized (
      select t.id, case when s.last_position is null then null else s.last_reported_at end as position_at, r.id as run_id,
        run_starts_at(r) as run_starts_at, least(run_ends_at(r), r.archived_at) as run_ends_at
      from trackers t
      join tracker_status s on s.tracker_id = t.id
      join production_runs r on r.id = t.production_run_id
      where ${these(which)} and ${ownClient(tx, 't.client_id')}
      order by t.id limit ${which.limit}),
    asked as materialized (select can_be_asked((select array_agg(id) from page)) as id)
    select page.*, ${which.works} and exists (select from asked where asked.id = page.id) as is_fetched,
      newest.reported_at as newest_at, newest.left_out_reason
    from page left join lateral (
      select l.reported_at, l.left_out_reason from location_reports l
      where l.tracker_id = page.id and ${ownReport(tx, 'l')}
      order by l.reported_at desc limit 1) newest on true
    order by page.id`);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        positionAt: ms(row.position_at),
        run: { id: row.run_id, startsAt: row.run_starts_at.getTime(), endsAt: row.run_ends_at.getTime() },
        isFetched: row.is_fetched,
        newest: row.newest_at && { at: row.newest_at.getTime(), leftOut: row.left_out_reason },
      },
    ]),
  );
}

/** Whether some console fetches from some source that works, which is all that a client's user is told of it. */
export async function fetchingWorks(
  tx: Transaction,
  { runsHere, ableSince }: { runsHere: boolean; ableSince: Date },
): Promise<boolean> {
  const { rows } = await tx.query<{ works: boolean }>(sql`select fetching_works(${runsHere}, ${ableSince}) as works`);
  return rows[0]!.works;
}

/** Trackers in all, of the run or the client if one is named. */
export async function countTrackers(
  tx: Transaction,
  { productionRunId, clientId }: Pick<WhichTrackers, 'productionRunId' | 'clientId'>,
): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(sql`
    select count(*)::int as count from trackers t
    where ${these({ productionRunId, clientId, afterId: 0, limit: 0 })} and ${ownClient(tx, 't.client_id')}`);
  return rows[0]!.count;
}
