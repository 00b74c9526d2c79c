import sql from 'sql-template-tag';
import { numbers } from '../../platform/db/array-literal.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { unmovedTrackers } from '../../trackers/key-moves-store.ts';
import type { ReceivedReport } from '../opening/open-reports.ts';

/** Of one key; more are a fault or ill will. */
const MOST_OF_A_KEY = 100;

/**
 * Keeps sealed reports whose time is ahead of the clock; what waits already, and more than 100 a key, are left out.
 * Those of a tracker whose keys moved after `moves` moves are left out, too. Returns how many are new.
 */
export async function keepWaiting(
  db: Queryable,
  reports: readonly ReceivedReport[],
  now: Date,
  moves: number,
): Promise<number> {
  if (reports.length === 0) return 0;
  const { rowCount } = await db.query(sql`
    with here as materialized (${unmovedTrackers(reports, moves)})
    insert into waiting_reports (tracker_id, payload_hash, key_number, payload, reported_at, published_at, received_at)
    select tracker_id, payload_hash, key_number, payload, to_timestamp(reported_ms / 1000), published_at, ${now}
    from (
      select *, row_number() over (partition by tracker_id, key_number order by reported_ms, payload_hash)
        + (select count(*) from waiting_reports w where w.tracker_id = n.tracker_id and w.key_number = n.key_number)
        as place
      from unnest(${reports.map((r) => r.trackerId)}::bigint[], ${reports.map((r) => r.payloadHash)}::bytea[],
        ${reports.map((r) => r.keyNumber)}::smallint[], ${reports.map((r) => r.payload)}::bytea[],
        ${numbers(reports.map((r) => r.timestampMs!))}::float8[], ${reports.map((r) => r.publishedAt)}::timestamptz[])
        as n (tracker_id, payload_hash, key_number, payload, reported_ms, published_at)
      where not exists (select from waiting_reports w
          where w.tracker_id = n.tracker_id and w.payload_hash = n.payload_hash)
        and n.tracker_id in (select id from here)
    ) as placed
    where place <= ${MOST_OF_A_KEY}
    order by tracker_id, payload_hash
    on conflict do nothing`);
  return rowCount ?? 0;
}

/** Reports that waited and whose time is no longer ahead, the oldest first. Plan: waiting_reports_due. */
export async function noLongerAhead(db: Queryable, latest: Date, limit: number): Promise<ReceivedReport[]> {
  const { rows } = await db.query<{
    tracker_id: number;
    payload_hash: Buffer;
    key_number: number;
    payload: Buffer;
    reported_at: Date;
    published_at: Date | null;
  }>(sql`
    select tracker_id, payload_hash, key_number, payload, reported_at, published_at from waiting_reports
    where reported_at <= ${latest} order by reported_at limit ${limit}`);
  return rows.map((row) => ({
    trackerId: row.tracker_id,
    keyNumber: row.key_number,
    payload: row.payload,
    publishedAt: row.published_at,
    payloadHash: row.payload_hash,
    timestampMs: row.reported_at.getTime(),
  }));
}

/** Forgets reports that waited: they are stored, or were judged otherwise. */
export async function deleteWaiting(
  db: Queryable,
  reports: readonly Pick<ReceivedReport, 'trackerId' | 'payloadHash'>[],
): Promise<void> {
  if (reports.length === 0) return;
  await db.query(sql`
    delete from waiting_reports w
    using unnest(${reports.map((r) => r.trackerId)}::bigint[], ${reports.map((r) => r.payloadHash)}::bytea[])
      as n (tracker_id, payload_hash)
    where w.tracker_id = n.tracker_id and w.payload_hash = n.payload_hash`);
}

/** Drops what has waited since before this, and counts it. Returns how many. */
export async function dropWaitingBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    with dropped as (delete from waiting_reports where received_at < ${before} returning 1)
    insert into fetcher_totals as t (name, value)
    select 'droppedAhead', count(*) from dropped having count(*) > 0
    on conflict (name) do update set value = t.value + excluded.value`);
  return rowCount ?? 0;
}
