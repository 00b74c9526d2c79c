import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../../src-shared/contract/common.ts';
import type { OpenSession } from '../../../../src-shared/contract/sessions.ts';
import { allOf, ifGiven, iso, keyAfter, pageOf } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { notFound } from '../../platform/errors.ts';

interface Row {
  id: number;
  user_id: number;
  user_name: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  address: string;
  user_agent: string;
  second_factor: boolean;
}

async function select(tx: Queryable, condition: Sql, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    select s.id, s.user_id, u.display_name as user_name, s.created_at, s.last_seen_at, s.expires_at, s.address,
      s.user_agent, s.second_factor
    from sessions s join users u on u.id = s.user_id
    where ${condition} order by s.last_seen_at desc, s.id desc limit ${limit}`);
  return rows;
}

export interface SessionFilter {
  limit: number;
  cursor?: string | undefined;
  /** One user's only. */
  userId?: number | undefined;
  now: Date;
  idleHours: number;
  /** The session that asks. */
  currentId: number;
}

/** A page of live sessions, last used first. */
export async function listSessions(tx: Queryable, filter: SessionFilter): Promise<Page<OpenSession>> {
  const { now, idleHours, currentId, limit } = filter;
  const condition = allOf(
    sql`s.expires_at > ${now} and s.last_seen_at > ${now}::timestamptz - make_interval(secs => ${idleHours * 3600})`,
    ifGiven(filter.userId, (userId) => sql`s.user_id = ${userId}`),
    ifGiven(
      keyAfter(z.tuple([z.iso.datetime(), z.number().int()]), filter.cursor),
      ([at, id]) => sql`(s.last_seen_at, s.id) < (${at}::timestamptz, ${id}::bigint)`,
    ),
  );
  const toSession = (row: Row): OpenSession => ({
    id: row.id,
    user: { id: row.user_id, name: row.user_name },
    current: row.id === currentId,
    createdAt: iso(row.created_at),
    lastSeenAt: iso(row.last_seen_at),
    expiresAt: iso(row.expires_at),
    address: row.address,
    userAgent: row.user_agent,
    secondFactor: row.second_factor,
  });
  return pageOf(await select(tx, condition, limit + 1), limit, toSession, (row) => [iso(row.last_seen_at), row.id]);
}

/** Ends a session; of the given user only, when one is given. Returns whose it was. Rejects with AppError `not-found`. */
export async function endSession(tx: Queryable, id: number, userId?: number): Promise<{ userId: number }> {
  const [row] = await select(
    tx,
    allOf(
      sql`s.id = ${id}`,
      ifGiven(userId, (owner) => sql`s.user_id = ${owner}`),
    ),
    1,
  );
  if (!row) throw notFound('session', id);
  await tx.query(sql`delete from sessions where id = ${id}`);
  return { userId: row.user_id };
}
