import sql from 'sql-template-tag';
import type { Role } from '../../../src-shared/contract/roles.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/** What a login is checked against. System scope: no other role can read the hash. */
export interface LoginRow {
  id: number;
  username: string;
  displayName: string;
  role: Role;
  clientId: number | null;
  clientName: string | null;
  passwordHash: string;
  disabled: boolean;
  mustChangePassword: boolean;
}

export async function findLogin(db: Queryable, username: string): Promise<LoginRow | null> {
  const { rows } = await db.query<LoginRow>(sql`
    select u.id, u.username, u.display_name as "displayName", u.role, u.client_id as "clientId", c.name as "clientName",
      u.password_hash as "passwordHash", u.disabled_at is not null as disabled, u.must_change_password as "mustChangePassword"
    from users u left join clients c on c.id = u.client_id where u.username = ${username}`);
  return rows[0] ?? null;
}

/** False when the user was disabled meanwhile. */
export async function recordLogin(tx: Queryable, userId: number, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    update users set last_login_at = ${now} where id = ${userId} and disabled_at is null`);
  return rowCount === 1;
}

/** Waits until no other transaction is setting up. */
export async function lockSetup(tx: Queryable): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(7240227)`);
}
