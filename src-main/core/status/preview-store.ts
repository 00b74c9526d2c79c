import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

export async function locationNames(tx: Queryable, ids: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await tx.query<{ id: number; name: string }>(sql`
    select id, name from locations where id = any(${[...ids]}::bigint[])`);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Trackers above an id that have reports, in the order of ids. */
export async function trackersWithReports(
  tx: Queryable,
  after: number,
  limit: number,
): Promise<{ id: number; name: string }[]> {
  const { rows } = await tx.query<{ id: number; name: string }>(sql`
    select t.id, coalesce(upper(t.mac_address::text), t.serial_number, 'Tracker ' || t.id) as name
    from trackers t join tracker_status s on s.tracker_id = t.id
    where t.id > ${after}::bigint and s.last_reported_at is not null
    order by t.id limit ${limit}`);
  return rows;
}

export async function countTrackersWithReports(tx: Queryable): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(sql`
    select count(*)::int as count from tracker_status where last_reported_at is not null`);
  return rows[0]!.count;
}

/** Names of runs, with those of their brands. */
export async function runNames(tx: Queryable, ids: readonly number[]): Promise<{ id: number; name: string }[]> {
  const { rows } = await tx.query<{ id: number; name: string }>(sql`
    select r.id, b.name || ' ' || r.name as name from production_runs r join brands b on b.id = r.brand_id
    where r.id = any(${[...ids]}::bigint[]) order by name, r.id`);
  return rows;
}
