import sql, { type Sql } from 'sql-template-tag';
import { numbers } from '../../platform/db/array-literal.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { type Canary, QUIET_REPORTS } from './ask.ts';

export type OwnedCanary = Canary & { trackerId: number };

interface Row {
  hashed_key: Buffer;
  tracker_id: number;
  reported_at: Date;
  reports: number;
  solid: number;
  counted_at: Date;
  misses: number;
  missed_ids: number;
  missed_reports: number;
  searched: boolean;
}

const toCanary = (row: Row): OwnedCanary => ({
  id: row.hashed_key.toString('base64'),
  trackerId: row.tracker_id,
  reportedAt: row.reported_at.getTime(),
  reports: row.reports,
  solid: row.solid,
  countedAt: row.counted_at.getTime(),
  misses: row.misses,
  missedIds: row.missed_ids,
  missedReports: row.missed_reports,
  searched: row.searched,
});

/** Reports of this age and younger make a canary: inside what its source answers for, and not ahead of the clock. */
export interface CanaryAge {
  from: Date;
  now: Date;
}

const select = (sourceId: number, { from, now }: CanaryAge, rest: Sql) => sql`
  select hashed_key, tracker_id, reported_at, reports, solid, counted_at, misses, missed_ids, missed_reports,
    searched
  from source_canaries
  where source_id = ${sourceId} and reported_at > ${from} and reported_at <= ${now} and ${rest}`;

/** Those of these keys (base64) that are canaries of the source. By primary key. */
export async function canariesAmong(
  db: Queryable,
  sourceId: number,
  keys: readonly string[],
  age: CanaryAge,
): Promise<OwnedCanary[]> {
  const wanted = keys.map((key) => Buffer.from(key, 'base64'));
  const { rows } = await db.query<Row>(select(sourceId, age, sql`hashed_key = any(${wanted}::bytea[])`));
  return rows.map(toCanary);
}

/**
 * Canaries to be drawn from, the quiet ones first, then those with the fewest reports. Hashes are spread evenly, so the
 * next ones after a random hash are a fair draw; it walks the primary key from there.
 */
export async function drawQuiet(
  db: Queryable,
  sourceId: number,
  start: Uint8Array,
  age: CanaryAge,
  limit: number,
): Promise<OwnedCanary[]> {
  const found: OwnedCanary[] = [];
  for (const side of [sql`hashed_key >= ${start}`, sql`hashed_key < ${start}`]) {
    const rest = sql`${side} and reports <= ${QUIET_REPORTS} and misses = 0 order by hashed_key limit ${limit}`;
    const { rows } = await db.query<Row>(select(sourceId, age, rest));
    found.push(...rows.map(toCanary));
    if (found.length >= limit) return found;
  }
  if (found.length > 1) return found;
  const { rows } = await db.query<Row>(select(sourceId, age, sql`true order by reports, random() limit ${limit}`));
  return rows.map(toCanary);
}

/** The canaries whose reports are the youngest. Walks source_canaries_young from its end. */
export async function youngest(db: Queryable, sourceId: number, age: CanaryAge, limit: number): Promise<OwnedCanary[]> {
  const { rows } = await db.query<Row>(select(sourceId, age, sql`true order by reported_at desc limit ${limit}`));
  return rows.map(toCanary);
}

/** Keeps what is known of the keys that a source names; those of trackers that were deleted meanwhile are left out. */
export async function saveCanaries(
  db: Queryable,
  sourceId: number,
  canaries: readonly OwnedCanary[],
  retired: readonly string[],
): Promise<void> {
  if (retired.length > 0) {
    const keys = retired.map((key) => Buffer.from(key, 'base64'));
    await db.query(
      sql`delete from source_canaries where source_id = ${sourceId} and hashed_key = any(${keys}::bytea[])`,
    );
  }
  if (canaries.length === 0) return;
  const column = (of: (canary: OwnedCanary) => number) => numbers(canaries.map(of));
  await db.query(sql`
    insert into source_canaries as c (source_id, hashed_key, tracker_id, reported_at, reports, solid, counted_at, misses,
      missed_ids, missed_reports, searched)
    select ${sourceId}, key, tracker_id, to_timestamp(reported_ms / 1000), reports, solid, to_timestamp(counted_ms / 1000),
      misses, missed_ids, missed_reports, searched
    from unnest(${canaries.map(({ id }) => Buffer.from(id, 'base64'))}::bytea[],
      ${column((c) => c.trackerId)}::bigint[], ${column((c) => c.reportedAt)}::float8[],
      ${column((c) => c.reports)}::integer[], ${column((c) => c.solid)}::integer[],
      ${column((c) => c.countedAt)}::float8[], ${column((c) => c.misses)}::integer[],
      ${column((c) => c.missedIds)}::integer[], ${column((c) => c.missedReports)}::integer[],
      ${canaries.map((c) => c.searched)}::boolean[])
      as n (key, tracker_id, reported_ms, reports, solid, counted_ms, misses, missed_ids, missed_reports, searched)
    where exists (select from report_sources s where s.id = ${sourceId})
      and exists (select from trackers t where t.id = n.tracker_id)
    order by key
    on conflict (source_id, hashed_key) do update set tracker_id = excluded.tracker_id,
      reported_at = excluded.reported_at, reports = excluded.reports, solid = excluded.solid,
      counted_at = excluded.counted_at, misses = excluded.misses, missed_ids = excluded.missed_ids,
      missed_reports = excluded.missed_reports, searched = excluded.searched`);
}

/** Forgets keys whose reports no source has to give any more. */
export async function forgetOldCanaries(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`delete from source_canaries where reported_at < ${before}`);
}
