import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { AuditEntry, auditFilters, auditSorts } from '../../../src-shared/contract/audit.ts';
import type { Page } from '../../../src-shared/contract/common.ts';
import { allOf, ifGiven, iso, keyAfter, pageOf } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';

type Row = Omit<AuditEntry, 'at'> & { at: Date };
export type AuditFilters = {
  [K in keyof z.output<typeof auditFilters>]?: z.output<typeof auditFilters>[K] | undefined;
};

/** What the clocks of consoles may differ by. */
const CLOCKS_MS = 3_600_000;

const columns = sql`id, at, actor, (select u.display_name from users u where u.id = actor_user_id) as "actorName", action, resource_type as "resourceType", resource_id as "resourceId", details,
  encode(hash, 'hex') as hash`;
const toEntry = (row: Row): AuditEntry => ({ ...row, at: iso(row.at) });

/** Plans: the index of the actor, action, resource or time, or the primary key backwards. */
const matching = (filters: AuditFilters): Sql =>
  allOf(
    ifGiven(filters.actor || undefined, (actor) => sql`actor = ${actor}`),
    ifGiven(filters.action || undefined, (action) =>
      action.endsWith('.') ? sql`starts_with(action, ${action})` : sql`action = ${action}`,
    ),
    ifGiven(filters.resourceType || undefined, (type) => sql`resource_type = ${type}`),
    ifGiven(filters.resourceId || undefined, (id) => sql`resource_id = ${id}`),
    ifGiven(filters.from, (from) => sql`at >= ${from}::timestamptz`),
    ifGiven(filters.to, (to) => sql`at < ${to}::timestamptz`),
  );

/** A page of the audit log, newest first or oldest first. Its ids are in the order of its times. */
export async function listAuditEntries(
  tx: Queryable,
  query: AuditFilters & { limit: number; cursor?: string | undefined; sort?: (typeof auditSorts)[number] | undefined },
): Promise<Page<AuditEntry>> {
  const [beyond, direction] = query.sort === 'at' ? [sql`>`, sql`asc`] : [sql`<`, sql`desc`];
  const condition = allOf(
    matching(query),
    ifGiven(keyAfter(z.number().int(), query.cursor), (last) => sql`id ${beyond} ${last}`),
  );
  const { rows } = await tx.query<Row>(sql`
    select ${columns} from audit_log where ${condition} order by id ${direction} limit ${query.limit + 1}`);
  return pageOf(rows, query.limit, toEntry, (row) => row.id);
}

/** An entry with everything that its hash covers. */
export interface ChainedEntry extends AuditEntry {
  actorUserId: number | null;
  previousHash: string;
}

/** The next entries above an id, oldest first, for an export. */
export async function chainedEntries(
  tx: Queryable,
  filters: AuditFilters,
  afterId: number,
  limit: number,
): Promise<ChainedEntry[]> {
  const { rows } = await tx.query<Row & { actorUserId: number | null; previousHash: string }>(sql`
    select ${columns}, actor_user_id as "actorUserId", encode(previous_hash, 'hex') as "previousHash"
    from audit_log where id > ${afterId} and ${matching(filters)} order by id limit ${limit}`);
  return rows.map((row) => ({ ...row, at: iso(row.at) }));
}

/**
 * Walks the chain: each entry's hash is computed again, must be named by the next one, and no id may be missing. What
 * was cut off at the end can't be seen from within; that takes an entry known from elsewhere.
 */
export async function verifyAuditLog(
  tx: Queryable,
): Promise<{ ok: boolean; entries: number; firstBrokenId: number | null }> {
  const { rows } = await tx.query<{ entries: number; first_broken: number | null }>(sql`
    select count(*) as entries, min(id) filter (where broken) as first_broken
    from (
      select l.id,
        l.hash is distinct from audit_hash(l)
          or l.previous_hash is distinct from lag(l.hash, 1, decode(repeat('00', 32), 'hex')) over (order by l.id)
          or l.id <> lag(l.id, 1, 0::bigint) over (order by l.id) + 1 as broken
      from audit_log l) walked`);
  const { entries, first_broken: firstBrokenId } = rows[0] ?? { entries: 0, first_broken: null };
  return { ok: firstBrokenId === null, entries, firstBrokenId };
}

/** The newest entry; null when there is none. */
export async function lastEntry(tx: Queryable): Promise<{ id: number; hash: string } | null> {
  const { rows } = await tx.query<{ id: number; hash: string }>(
    sql`select id, encode(hash, 'hex') as hash from audit_log order by id desc limit 1`,
  );
  return rows[0] ?? null;
}

/** Those of the noted entries that the log no longer has so: gone, or with another hash. In the order of their ids. */
export async function brokenAnchors<A extends { id: number; hash: string }>(
  tx: Queryable,
  anchors: readonly A[],
): Promise<(A & { gone: boolean })[]> {
  const { rows } = await tx.query<{ n: number; gone: boolean }>(sql`
    select a.n::int as n, l.id is null as gone
    from unnest(${anchors.map(({ id }) => id)}::bigint[], ${anchors.map(({ hash }) => hash)}::text[])
      with ordinality as a (id, hash, n)
    left join audit_log l on l.id = a.id
    where l.id is null or l.hash <> decode(a.hash, 'hex')
    order by a.id, a.n`);
  return rows.map(({ n, gone }) => ({ ...(anchors[n - 1] as A), gone }));
}

/** Whether the log begins before the first user was made, who is the first that it tells of. */
export async function beginningOf(tx: Queryable): Promise<'whole' | 'emptied' | 'late'> {
  const { rows } = await tx.query<{ first: Date | null; users: Date | null }>(
    sql`select (select at from audit_log order by id limit 1) as first, (select min(created_at) from users) as users`,
  );
  const { first = null, users = null } = rows[0] ?? {};
  if (users === null) return 'whole';
  if (first === null) return 'emptied';
  return first.getTime() > users.getTime() + CLOCKS_MS ? 'late' : 'whole';
}

/** Whether the log still has the entry with the hash that was noted elsewhere. */
export async function entryStands(tx: Queryable, id: number, hash: string): Promise<boolean> {
  const { rows } = await tx.query<{ stands: boolean }>(sql`
    select exists (select from audit_log where id = ${id} and hash = decode(${hash}, 'hex')) as stands`);
  return rows[0]?.stands === true;
}
