import sql, { type Sql } from 'sql-template-tag';
import type { User, userSorts } from '../../../../src-shared/contract/auth.ts';
import type { Page } from '../../../../src-shared/contract/common.ts';
import type { Role } from '../../../../src-shared/contract/roles.ts';
import { iso, isoOrNull, pageOf, reference } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { ReferrersTo } from '../../platform/db/references-store.ts';
import { type SortColumn, type Sorting, sortingBy } from '../../platform/db/sorting.ts';
import { notFound } from '../../platform/errors.ts';

interface Row {
  id: number;
  version: number;
  username: string;
  display_name: string;
  role: Role;
  client_id: number | null;
  client_name: string | null;
  disabled: boolean;
  must_change_password: boolean;
  totp: boolean;
  last_login_at: Date | null;
  sort_value: string | null;
  created_at: Date;
}

const sortColumns = {
  username: { by: sql`u.username`, type: 'text' },
  name: { by: sql`lower(u.display_name)`, type: 'text' },
  role: { by: sql`u.role`, type: 'text' },
  state: { by: sql`(u.disabled_at is not null)::int`, type: 'bigint' },
  login: { by: sql`u.last_login_at`, type: 'timestamptz' },
  since: { by: sql`u.created_at`, type: 'timestamptz' },
} satisfies Record<string, SortColumn>;
type UserSort = (typeof userSorts)[number];
const sorted = (sort: UserSort, cursor?: string) => sortingBy(sortColumns, sql`u.id`, sort, cursor);

async function select(tx: Queryable, condition: Sql, sorting: Sorting, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    select u.id, u.version, u.username, u.display_name, u.role, u.client_id, c.name as client_name,
      u.disabled_at is not null as disabled, u.must_change_password, u.last_login_at, u.created_at, ${sorting.value},
      exists (select from user_totp t where t.user_id = u.id and t.confirmed_at is not null) as totp
    from users u left join clients c on c.id = u.client_id where ${condition} ${sorting.order} limit ${limit}`);
  return rows;
}

const toUser = (row: Row): User => ({
  id: row.id,
  version: row.version,
  username: row.username,
  displayName: row.display_name,
  role: row.role,
  client: reference(row.client_id, row.client_name),
  disabled: row.disabled,
  mustChangePassword: row.must_change_password,
  totp: row.totp,
  lastLoginAt: isoOrNull(row.last_login_at),
  createdAt: iso(row.created_at),
});

/** A page of users, by user name unless sorted otherwise. */
export async function listUsers(
  tx: Queryable,
  query: { limit: number; cursor?: string | undefined; sort?: UserSort | undefined },
): Promise<Page<User>> {
  const sorting = sorted(query.sort ?? 'username', query.cursor);
  const rows = await select(tx, sorting.after ?? sql`true`, sorting, query.limit + 1);
  return pageOf(rows, query.limit, toUser, sorting.key);
}

export async function getUser(tx: Queryable, userId: number): Promise<User> {
  const [row] = await select(tx, sql`u.id = ${userId}`, sorted('username'), 1);
  if (!row) throw notFound('user', userId);
  return toUser(row);
}

export async function anyUserExists(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(sql`select exists (select from users) as found`);
  return rows[0]?.found === true;
}

export interface NewUser {
  username: string;
  displayName: string;
  role: Role;
  clientId: number | null;
  passwordHash: string;
  mustChangePassword?: boolean;
}

/** Returns the id. A name that is taken fails by the index `users_username_key`. */
export async function insertUser(tx: Queryable, user: NewUser, now: Date): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into users (username, display_name, role, client_id, password_hash, must_change_password, created_at)
    values (${user.username}, ${user.displayName}, ${user.role}, ${user.clientId}, ${user.passwordHash},
      ${user.mustChangePassword ?? false}, ${now})
    returning id`);
  return rows[0]!.id;
}

/** Undefined leaves a column as it is. */
export interface UserChange {
  displayName?: string | undefined;
  role?: Role | undefined;
  clientId?: number | null | undefined;
  disabledAt?: Date | null | undefined;
  passwordHash?: string | undefined;
  mustChangePassword?: boolean | undefined;
}

export async function updateUser(tx: Queryable, userId: number, change: UserChange): Promise<void> {
  await tx.query(sql`
    update users set
      display_name = coalesce(${change.displayName ?? null}, display_name),
      role = coalesce(${change.role ?? null}, role),
      client_id = case when ${change.clientId !== undefined} then ${change.clientId ?? null}::bigint else client_id end,
      disabled_at = case when ${change.disabledAt !== undefined} then ${change.disabledAt ?? null}::timestamptz else disabled_at end,
      must_change_password = coalesce(${change.mustChangePassword ?? null}, must_change_password)
    where id = ${userId}`);
  // A statement of its own: the role of people may write this column, but not read it, not even in its own update.
  if (change.passwordHash !== undefined)
    await tx.query(sql`update users set password_hash = ${change.passwordHash} where id = ${userId}`);
}

/** Whether someone else could still administer. Holds a lock to the end, so that two can't leave at the same time. */
export async function anotherAdministratorExists(tx: Queryable, userId: number): Promise<boolean> {
  await tx.query(sql`select pg_advisory_xact_lock(7240228)`);
  const { rows } = await tx.query<{ found: boolean }>(sql`
    select exists (select from users where role = 'admin' and disabled_at is null and id <> ${userId}) as found`);
  return rows[0]?.found === true;
}

export const usersOfClient: ReferrersTo = (id) => ({
  type: 'user',
  plural: 'users',
  select: sql`select id, username as name from users where client_id = ${id}::bigint`,
});
