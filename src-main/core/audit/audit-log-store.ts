import sql, { join, type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { AuditEntry, auditFilters, auditSorts } from '../../../src-shared/contract/audit.ts';
import type { Page } from '../../../src-shared/contract/common.ts';
import { allOf, ifGiven, iso, keyAfter, pageOf } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';

type Row = Omit<ChainedEntry, 'at'> & { at: Date; head: number | null };
export type AuditFilters = {
  [K in keyof z.output<typeof auditFilters>]?: z.output<typeof auditFilters>[K] | undefined;
};
interface PageQuery {
  limit: number;
  cursor?: string | undefined;
  sort?: (typeof auditSorts)[number] | undefined;
}

/** An entry with everything that its hash covers. */
export interface ChainedEntry extends AuditEntry {
  actorUserId: number | null;
  previousHash: string | null;
}

/** What the clocks of consoles may differ by. */
const CLOCKS_MS = 3_600_000;

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

/**
 * Where a page ended. A number: at that entry of the chain. Otherwise at an unsealed one, or at one that was unsealed
 * before, whose `id` it is then: each step says up to which sequence the unsealed ones were shown while the chain ended at
 * `head`, so that what is sealed in between is known again.
 */
const placeSchema = z.union([
  z.number().int(),
  z.object({
    id: z.number().int().nullable(),
    steps: z
      .array(z.object({ head: z.number().int(), sequence: z.number().int() }))
      .min(1)
      .max(1000),
  }),
]);
type Place = z.output<typeof placeSchema>;
type Step = Extract<Place, object>['steps'][number];

/**
 * A page of the audit log, newest first or oldest first: the chain, and after it what is not sealed yet in the order of
 * writing. Entries that are sealed between two pages are neither lost nor shown twice. Ids are in the order of times, nearly.
 */
export const listAuditEntries = (tx: Queryable, query: AuditFilters & PageQuery): Promise<Page<AuditEntry>> =>
  auditPage(tx, query, matching(query)).then(({ items, nextCursor }) => ({
    items: items.map(({ actorUserId, previousHash, ...entry }) => entry),
    nextCursor,
  }));

/** The same of the entries that a condition on their columns chooses. `found` chooses those of the chain, unless it does. */
export async function auditPage(
  tx: Queryable,
  query: PageQuery,
  condition: Sql,
  found: Sql = condition,
): Promise<Page<ChainedEntry>> {
  const after = keyAfter(placeSchema, query.cursor);
  const isRising = query.sort === 'at';
  const order = isRising ? sql`asc` : sql`desc`;
  const { rows } = await tx.query<Row>(sql`
    select e.id, e.sequence, e.at, e.actor, e.actor_user_id as "actorUserId",
      (select u.display_name from users u where u.id = e.actor_user_id) as "actorName", e.action,
      e.resource_type as "resourceType", e.resource_id as "resourceId", e.details,
      encode(e.previous_hash, 'hex') as "previousHash", encode(e.hash, 'hex') as hash,
      (select max(id) from audit_log) as head
    from (
      (select id, coalesce(sequence, id) as sequence, at, actor, actor_user_id, action, resource_type, resource_id, details,
        previous_hash, hash
      from audit_log where ${allOf(found, after === undefined ? after : sealedAfter(after, isRising))}
      order by id ${order} limit ${query.limit + 1})
      union all
      (select null, sequence, at, actor, actor_user_id, action, resource_type, resource_id, details, null, null
      from audit_unsealed where ${allOf(condition, after === undefined ? after : unsealedAfter(after, isRising))}
      order by sequence ${order} limit ${query.limit + 1})) e
    order by e.id is null ${order}, e.id ${order}, e.sequence ${order} limit ${query.limit + 1}`);
  const toEntry = ({ head, at, ...row }: Row): ChainedEntry => ({ ...row, at: iso(at) });
  return pageOf(rows, query.limit, toEntry, (row) => placeOf(row, after, isRising));
}

/** Of the chain, what comes after a place. */
function sealedAfter(place: Place, isRising: boolean): Sql {
  if (typeof place === 'number') return isRising ? sql`id > ${place}` : sql`id < ${place}`;
  const { id, steps } = place;
  const [first, ...later] = steps as [Step, ...Step[]];
  const last = steps.at(-1)!;
  if (isRising) return sql`id > ${id ?? last.head} and sequence > ${last.sequence}`;
  const between = later.map((step, n) => sql`id <= ${step.head} and sequence < ${steps[n]!.sequence}`);
  const unshown = join([sql`id <= ${first.head}`, ...between, sql`sequence < ${last.sequence}`], ' or ');
  return allOf(
    sql`(${unshown})`,
    ifGiven(id ?? undefined, (shown) => sql`id < ${shown}`),
  );
}

/** Of what is not sealed, what comes after a place: newest first, nothing that would stand above the chain. */
function unsealedAfter(place: Place, isRising: boolean): Sql | undefined {
  if (typeof place === 'number') return isRising ? undefined : sql`false`;
  const { sequence } = place.steps.at(-1)!;
  if (isRising) return sql`sequence > ${sequence}`;
  return place.id === null ? sql`sequence < ${sequence}` : sql`false`;
}

function placeOf(row: Row, after: Place | undefined, isRising: boolean): Place {
  const steps = typeof after === 'object' ? after.steps : [];
  if (row.id !== null) return steps[0] !== undefined && row.id > steps[0].head ? { id: row.id, steps } : row.id;
  const head = row.head ?? 0;
  // Oldest first, all of the chain stands before it.
  const kept = isRising ? [] : steps.filter((step) => step.head !== head);
  return { id: null, steps: [...kept, { head, sequence: row.sequence }] };
}

/** The next entries from a place on, oldest first, for an export. */
export const chainedEntries = (tx: Queryable, filters: AuditFilters, cursor: string | undefined, limit: number) =>
  auditPage(tx, { limit, cursor, sort: 'at' }, matching(filters));

/** An entry that a walk along the chain begins after: the beginning of all, or one that was looked at before. */
export interface Link {
  id: number;
  hash: string;
}
export const BEGINNING: Link = { id: 0, hash: '00'.repeat(32) };

export interface Walked {
  entries: number;
  firstBrokenId: number | null;
  /** The last entry that was looked at. */
  last: Link;
}

/**
 * Walks along up to `most` entries of the chain: each one's hash is computed again, must be named by the next one, and no
 * id may be missing. What was cut off at the end can't be seen from within; that takes an entry known from elsewhere.
 */
export async function walkChain(tx: Queryable, after: Link, most: number): Promise<Walked> {
  const { rows } = await tx.query<{
    entries: number;
    firstBrokenId: number | null;
    id: number | null;
    hash: string;
  }>(sql`
    with page as materialized (
      select max(id) as last from (select id from audit_log where id > ${after.id} order by id limit ${most}) p)
    select count(*) as entries, min(id) filter (where broken) as "firstBrokenId", max(id) as id,
      (array_agg(encode(hash, 'hex') order by id desc))[1] as hash
    from (
      select l.id, l.hash,
        l.hash is distinct from audit_hash(l)
          or l.previous_hash is distinct from lag(l.hash, 1, decode(${after.hash}, 'hex')) over (order by l.id)
          or l.id <> lag(l.id, 1, ${after.id}::bigint) over (order by l.id) + 1 as broken
      from audit_log l where l.id > ${after.id} and l.id <= (select last from page)) walked`);
  const { entries, firstBrokenId, id, hash } = rows[0]!;
  return { entries, firstBrokenId, last: id === null ? after : { id, hash } };
}

/** The newest entry; null when there is none. */
export async function lastEntry(tx: Queryable): Promise<{ id: number; hash: string } | null> {
  const { rows } = await tx.query<{ id: number; hash: string }>(
    sql`select id, encode(hash, 'hex') as hash from audit_log order by id desc limit 1`,
  );
  return rows[0] ?? null;
}

/**
 * Those of the noted entries that the log no longer has so: gone, or with another hash. In the order of their ids. Of what
 * retention has `removed`, only the last entry is known.
 */
export async function brokenAnchors<A extends Link>(
  tx: Queryable,
  all: readonly A[],
  removed: Link | null,
): Promise<(A & { gone: boolean })[]> {
  const anchors = all.filter((anchor) => removed === null || anchor.id > removed.id || isOther(anchor, removed));
  const { rows } = await tx.query<{ n: number; gone: boolean }>(sql`
    select a.n::int as n, l.id is null as gone
    from unnest(${anchors.map(({ id }) => id)}::bigint[], ${anchors.map(({ hash }) => hash)}::text[])
      with ordinality as a (id, hash, n)
    left join audit_log l on l.id = a.id
    where l.id is null or l.hash <> decode(a.hash, 'hex')
    order by a.id, a.n`);
  return rows.map(({ n, gone }) => ({ ...(anchors[n - 1] as A), gone }));
}

const isOther = (anchor: Link, removed: Link) => anchor.id === removed.id && anchor.hash !== removed.hash;

/** Whether the log begins before the first user was made, who is the first that it tells of. */
export async function beginningOf(tx: Queryable, removed: Link | null): Promise<'whole' | 'emptied' | 'late'> {
  if (removed !== null) return 'whole';
  const { rows } = await tx.query<{ first: Date | null; users: Date | null }>(
    sql`select (select at from audit_log order by id limit 1) as first, (select min(created_at) from users) as users`,
  );
  const { first = null, users = null } = rows[0] ?? {};
  if (users === null) return 'whole';
  if (first === null) return 'emptied';
  return first.getTime() > users.getTime() + CLOCKS_MS ? 'late' : 'whole';
}

/** Whether the log still has the entry with the hash that was noted elsewhere, or it is the last that was `removed`. */
export async function entryStands(tx: Queryable, id: number, hash: string, removed: Link | null): Promise<boolean> {
  if (id === removed?.id) return hash === removed.hash;
  const { rows } = await tx.query<{ stands: boolean }>(sql`
    select exists (select from audit_log where id = ${id} and hash = decode(${hash}, 'hex')) as stands`);
  return rows[0]?.stands === true;
}
