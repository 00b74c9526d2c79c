import sql from 'sql-template-tag';
import type { Role } from '../../../src-shared/contract/roles.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/** A person as the central database knows them, for a workstation that remembers them. */
export interface PersonRow {
  userId: number;
  username: string;
  displayName: string;
  role: Role;
  clientId: number | null;
  clientName: string | null;
  disabled: boolean;
  /** SHA-256 of the stored hash: tells whether the password was changed, and nothing else. */
  passwordMark: Uint8Array;
  /** A password alone does not let them in. */
  secondFactor: boolean;
  /** Nothing is open to them before they have chosen another password. */
  mustChangePassword: boolean;
}

/** System scope: no other role may read the hash. */
export async function readPeople(db: Queryable, userIds: readonly number[]): Promise<PersonRow[]> {
  const { rows } = await db.query<PersonRow>(sql`
    select u.id as "userId", u.username, u.display_name as "displayName", u.role, u.client_id as "clientId",
      c.name as "clientName", u.disabled_at is not null as disabled,
      sha256(convert_to(u.password_hash, 'UTF8')) as "passwordMark",
      u.must_change_password as "mustChangePassword",
      exists (select from user_totp f where f.user_id = u.id and f.confirmed_at is not null) as "secondFactor"
    from users u left join clients c on c.id = u.client_id where u.id = any(${[...userIds]}::bigint[])`);
  return rows;
}

/** Which of these sessions are still open. System scope. */
export async function liveSessions(db: Queryable, tokenHashes: readonly Uint8Array[]): Promise<Uint8Array[]> {
  if (tokenHashes.length === 0) return [];
  const { rows } = await db.query<{ tokenHash: Uint8Array }>(sql`
    select token_hash as "tokenHash" from sessions where token_hash = any(${[...tokenHashes]}::bytea[])`);
  return rows.map((row) => row.tokenHash);
}

/** Notes that a workstation's act was taken over; false when it had been already. In the transaction of the act. */
export async function noteMutation(tx: Queryable, mutationId: string, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    insert into workstation_mutations (mutation_id, replayed_at) values (${mutationId}::uuid, ${now}::timestamptz)
    on conflict (mutation_id) do nothing`);
  return rowCount === 1;
}
