import sql from 'sql-template-tag';
import type { Role } from '../../../src-shared/contract/roles.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import type { Credential } from '../platform/http/principal.ts';

/** Whom an open stream serves, as they are now. */
export interface ListenerRow {
  role: Role;
  clientId: number | null;
  mustChangePassword: boolean;
}

/** The name of a credential among the rows: sessions go by hash, tokens by id. */
export const credentialKey = (credential: Credential): string =>
  credential.kind === 'session'
    ? `session ${Buffer.from(credential.tokenHash).toString('hex')}`
    : `token ${credential.id}`;

/**
 * The people behind these credentials by `credentialKey`, in one statement; without those whose session or token is over,
 * or who were disabled. Asking doesn't count as use. System scope.
 */
export async function findListeners(
  db: Queryable,
  credentials: readonly Credential[],
  now: Date,
  idleHours: number,
): Promise<Map<string, ListenerRow>> {
  const hashes = credentials.flatMap((one) => (one.kind === 'session' ? [one.tokenHash] : []));
  const tokenIds = credentials.flatMap((one) => (one.kind === 'token' ? [one.id] : []));
  const { rows } = await db.query<ListenerRow & { key: string }>(sql`
    select 'session ' || encode(s.token_hash, 'hex') as key, u.role, u.client_id as "clientId",
      u.must_change_password as "mustChangePassword"
    from sessions s join users u on u.id = s.user_id
    where s.token_hash = any(${hashes}::bytea[]) and s.expires_at > ${now} and u.disabled_at is null
      and s.last_seen_at > ${now}::timestamptz - make_interval(secs => ${idleHours * 3600})
    union all
    select 'token ' || t.id, u.role, u.client_id, u.must_change_password
    from api_tokens t join users u on u.id = t.user_id
    where t.id = any(${tokenIds}::bigint[]) and t.expires_at > ${now} and t.revoked_at is null and u.disabled_at is null`);
  return new Map(rows.map(({ key, ...row }) => [key, row]));
}
