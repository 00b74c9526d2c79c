import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { fetchFailureSchema } from '../../../src-shared/contract/fetch-failures.ts';
import { allOf, contains, ifGiven, isoOrNull, keyAfter, pageOf } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';

interface Row {
  tracker_id: number;
  mac_address: string | null;
  production_run_name: string | null;
  streak: number;
  incomplete: boolean;
  factor: number;
  total_failures: number;
  first_failure_at: Date | null;
  last_failure_at: Date | null;
  last_success_at: Date | null;
  next_due_at: Date;
  last_error: string | null;
  muted_at: Date | null;
  muted_by: string | null;
  mute_note: string | null;
}

export type FetchFailure = z.output<typeof fetchFailureSchema>;

const toFailure =
  (failingStreak: number) =>
  (row: Row): FetchFailure => ({
    trackerId: row.tracker_id,
    macAddress: row.mac_address,
    productionRunName: row.production_run_name,
    streak: row.streak,
    consistent: row.streak >= failingStreak,
    incomplete: row.incomplete,
    factor: row.factor,
    totalFailures: row.total_failures,
    firstFailureAt: isoOrNull(row.first_failure_at),
    lastFailureAt: isoOrNull(row.last_failure_at),
    lastSuccessAt: isoOrNull(row.last_success_at),
    nextDueAt: row.next_due_at.toISOString(),
    lastError: row.last_error,
    muted: row.muted_at && { at: row.muted_at.toISOString(), by: row.muted_by, note: row.mute_note },
  });

export interface FailureQuery {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  productionRunId?: number | undefined;
  minStreak?: number | undefined;
  consistent?: boolean | undefined;
  incomplete?: boolean | undefined;
  muted?: boolean | undefined;
}

/**
 * Trackers that were absent from the last complete answer and aren't muted, longest streak first. Asked for `muted` or
 * `incomplete` ones, it lists those, failing or not. Walks fetch_states_streak, or the index of what is asked for.
 */
export async function listFetchFailures(
  db: Queryable,
  query: FailureQuery,
  failingStreak: number,
): Promise<Page<FetchFailure>> {
  const { consistent, incomplete, muted = false } = query;
  const condition = allOf(
    muted ? sql`f.muted_at is not null` : sql`f.muted_at is null`,
    muted || incomplete ? undefined : sql`f.streak > 0`,
    ifGiven(incomplete, (wanted) => sql`f.incomplete = ${wanted}`),
    ifGiven(query.minStreak, (least) => sql`f.streak >= ${least}`),
    ifGiven(consistent, (wanted) => (wanted ? sql`f.streak >= ${failingStreak}` : sql`f.streak < ${failingStreak}`)),
    ifGiven(query.productionRunId, (id) => sql`t.production_run_id = ${id}::bigint`),
    ifGiven(query.search || undefined, (text) => sql`t.mac_address::text like ${contains(text.toLowerCase())}`),
    ifGiven(
      keyAfter(z.tuple([z.int(), z.int()]), query.cursor),
      ([streak, id]) => sql`(f.streak < ${streak} or (f.streak = ${streak} and f.tracker_id > ${id}::bigint))`,
    ),
  );
  const { rows } = await db.query<Row>(sql`
    select f.tracker_id, upper(t.mac_address::text) as mac_address, r.name as production_run_name, f.streak,
      f.incomplete, f.factor, f.total_failures, f.first_failure_at, f.last_failure_at, f.last_success_at, f.next_due_at,
      f.last_error, f.muted_at, u.display_name as muted_by, f.mute_note
    from fetch_states f
    join trackers t on t.id = f.tracker_id
    left join production_runs r on r.id = t.production_run_id
    left join users u on u.id = f.muted_by
    where ${condition}
    order by f.streak desc, f.tracker_id
    limit ${query.limit + 1}`);
  return pageOf(rows, query.limit, toFailure(failingStreak), (row) => [row.streak, row.tracker_id]);
}

export interface FailureCounts {
  failing: number;
  consistent: number;
  incomplete: number;
  muted: number;
}

/** How many trackers fail, and how many of them consistently; muted ones are counted apart. Partial indexes each. */
export async function countFailing(db: Queryable, failingStreak: number): Promise<FailureCounts> {
  const { rows } = await db.query<FailureCounts>(sql`
    select f.failing, f.consistent,
      (select count(*) from fetch_states where incomplete and muted_at is null) as incomplete,
      (select count(*) from fetch_states where muted_at is not null) as muted
    from (select count(*) as failing, count(*) filter (where streak >= ${failingStreak}) as consistent
      from fetch_states where streak > 0 and muted_at is null) f`);
  return rows[0]!;
}

/**
 * Mutes trackers, or unmutes them. One that was never asked for can be muted too. Returns how many changed; those that
 * don't exist, or were so already, are left out.
 */
export async function muteFailures(
  db: Queryable,
  trackerIds: readonly number[],
  mute: { by: number; note: string | null } | null,
  now: Date,
): Promise<number> {
  const ids = [...trackerIds];
  if (mute === null) {
    const { rowCount } = await db.query(sql`
      update fetch_states set muted_at = null, muted_by = null, mute_note = null
      where tracker_id = any(${ids}::bigint[]) and muted_at is not null`);
    return rowCount;
  }
  const { rowCount } = await db.query(sql`
    insert into fetch_states as f (tracker_id, next_due_at, muted_at, muted_by, mute_note)
    select id, ${now}, ${now}, ${mute.by}::bigint, ${mute.note} from trackers where id = any(${ids}::bigint[])
    order by id
    on conflict (tracker_id) do update
      set muted_at = excluded.muted_at, muted_by = excluded.muted_by, mute_note = excluded.mute_note
      where f.muted_at is null`);
  return rowCount;
}
