import sql from 'sql-template-tag';
import type { Role } from '../../../../src-shared/contract/roles.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { isRefusedForNow } from '../../platform/db/sqlstate.ts';

/** A session and its user, as both are now. */
export interface SessionRow {
  userId: number;
  username: string;
  displayName: string;
  role: Role;
  clientId: number | null;
  clientName: string | null;
  mustChangePassword: boolean;
  id: number;
  expiresAt: Date;
}

/** Seconds that "last seen" may lag: a session is written once a minute instead of at each request. */
const TOUCH_SECONDS = 60;

/** The live session with this hash, or null: unknown, expired, idle for too long, or its user was disabled. System scope. */
export async function findSession(
  db: Queryable,
  tokenHash: Uint8Array,
  now: Date,
  idleHours: number,
): Promise<SessionRow | null> {
  const { rows } = await db.query<SessionRow & { stale: boolean }>(sql`
    select u.id as "userId", u.username, u.display_name as "displayName", u.role,
      u.must_change_password as "mustChangePassword", s.id, u.client_id as "clientId", c.name as "clientName", s.expires_at as "expiresAt",
      s.last_seen_at < ${now}::timestamptz - make_interval(secs => ${TOUCH_SECONDS}) as stale
    from sessions s join users u on u.id = s.user_id left join clients c on c.id = u.client_id
    where s.token_hash = ${tokenHash} and s.expires_at > ${now} and u.disabled_at is null
      and s.last_seen_at > ${now}::timestamptz - make_interval(secs => ${idleHours * 3600})`);
  if (!rows[0]) return null;
  const { stale, ...session } = rows[0];
  if (stale) await noteSeen(db, tokenHash, now);
  return session;
}

/** Whoever is signed in may read on where the database takes no changes, or somebody holds the row. */
async function noteSeen(db: Queryable, tokenHash: Uint8Array, now: Date): Promise<void> {
  try {
    await db.query(sql`
      update sessions set last_seen_at = ${now}
      where token_hash = (select s.token_hash from sessions s where s.token_hash = ${tokenHash} for update skip locked)`);
  } catch (error) {
    if (!isRefusedForNow(error)) throw error;
  }
}

/** Where a session comes from, as its owner may want to know. */
export interface SessionOrigin {
  address: string;
  userAgent: string;
  secondFactor: boolean;
}

/** Stores a new session, and drops those that are over. System scope. */
export async function insertSession(
  tx: Queryable,
  session: { tokenHash: Uint8Array; userId: number; now: Date; expiresAt: Date } & SessionOrigin,
): Promise<void> {
  await tx.query(sql`delete from sessions where expires_at <= ${session.now}`);
  await tx.query(sql`
    insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at, address, user_agent, second_factor)
    values (${session.tokenHash}, ${session.userId}, ${session.now}, ${session.now}, ${session.expiresAt},
      ${session.address}, ${session.userAgent}, ${session.secondFactor})
    on conflict (token_hash) do nothing`);
}

export async function deleteSession(tx: Queryable, tokenHash: Uint8Array): Promise<void> {
  await tx.query(sql`delete from sessions where token_hash = ${tokenHash}`);
}

/** Ends the sessions of a user, except the one with the given hash. */
export async function deleteSessionsOf(tx: Queryable, userId: number, except: Uint8Array | null): Promise<void> {
  await tx.query(sql`
    delete from sessions where user_id = ${userId} and token_hash is distinct from ${except}::bytea`);
}

/** Ends every session, as after a restore, which would bring back those that were ended since the backup. */
export const deleteAllSessions = (tx: Queryable) => tx.query(sql`delete from sessions`);
