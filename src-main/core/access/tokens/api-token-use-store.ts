import sql from 'sql-template-tag';
import type { Role } from '../../../../src-shared/contract/roles.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { isRefusedForNow } from '../../platform/db/sqlstate.ts';

/** A live token and its owner, as both are now. */
export interface TokenRow {
  id: number;
  scopes: string[];
  expiresAt: Date;
  owner: TokenUser | { manufacturerId: number; name: string };
}

export interface TokenUser {
  userId: number;
  username: string;
  displayName: string;
  role: Role;
  clientId: number | null;
  clientName: string | null;
  mustChangePassword: boolean;
}

interface Row extends Omit<TokenRow, 'owner'>, Omit<TokenUser, 'userId'> {
  userId: number | null;
  manufacturerId: number | null;
  manufacturerName: string | null;
  stale: boolean;
}

/** Seconds that "last used" may lag: a token is written once in five minutes instead of at each request. */
const TOUCH_SECONDS = 300;

/**
 * The live token with this hash, or null: unknown, expired, revoked, or its user was disabled, its manufacturer archived. By the unique index on
 * the hash. System scope: no other role can read the hash.
 */
export async function findApiToken(db: Queryable, tokenHash: Uint8Array, now: Date): Promise<TokenRow | null> {
  const { rows } = await db.query<Row>(sql`
    select t.id, t.scopes, t.expires_at as "expiresAt", u.id as "userId", u.username,
      u.display_name as "displayName", u.role,
      u.must_change_password as "mustChangePassword", u.client_id as "clientId", c.name as "clientName",
      m.id as "manufacturerId", m.name as "manufacturerName",
      coalesce(t.last_used_at < ${now}::timestamptz - make_interval(secs => ${TOUCH_SECONDS}), true) as stale
    from api_tokens t left join users u on u.id = t.user_id left join clients c on c.id = u.client_id
      left join manufacturers m on m.id = t.manufacturer_id
    where t.token_hash = ${tokenHash} and t.expires_at > ${now} and t.revoked_at is null and u.disabled_at is null
      and m.archived_at is null`);
  if (!rows[0]) return null;
  const { stale, ...row } = rows[0];
  const { id, scopes, expiresAt, userId, manufacturerId, manufacturerName } = row;
  if (stale) await noteUsed(db, id, now);
  if (userId !== null) return { id, scopes, expiresAt, owner: { ...row, userId } };
  if (manufacturerId === null) throw new Error('an API token has no owner');
  return { id, scopes, expiresAt, owner: { manufacturerId, name: manufacturerName ?? '' } };
}

/** A token goes on reading where the database takes no changes, or somebody holds the row. */
async function noteUsed(db: Queryable, id: number, now: Date): Promise<void> {
  try {
    await db.query(sql`
      update api_tokens set last_used_at = ${now}
      where id = (select t.id from api_tokens t where t.id = ${id}::bigint for update skip locked)`);
  } catch (error) {
    if (!isRefusedForNow(error)) throw error;
  }
}
