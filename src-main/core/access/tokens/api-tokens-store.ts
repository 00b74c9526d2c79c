import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { ApiToken } from '../../../../src-shared/contract/api-tokens.ts';
import type { Page } from '../../../../src-shared/contract/common.ts';
import { allOf, ifGiven, iso, isoOrNull, keyAfter, pageOf } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { ReferrersTo } from '../../platform/db/references-store.ts';
import { notFound } from '../../platform/errors.ts';

interface Row {
  id: number;
  name: string;
  prefix: string;
  user_id: number | null;
  manufacturer_id: number | null;
  owner_name: string;
  scopes: string[];
  expires_at: Date;
  last_used_at: Date | null;
  created_by: number;
  creator_name: string;
  created_at: Date;
  revoked_at: Date | null;
}

async function select(tx: Queryable, condition: Sql, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    select t.id, t.name, t.prefix, t.user_id, t.manufacturer_id, coalesce(o.display_name, m.name, '') as owner_name, t.scopes, t.expires_at,
      t.last_used_at, t.created_by, coalesce(c.display_name, '') as creator_name, t.created_at, t.revoked_at
    from api_tokens t left join users o on o.id = t.user_id left join manufacturers m on m.id = t.manufacturer_id
      left join users c on c.id = t.created_by
    where ${condition} order by t.id desc limit ${limit}`);
  return rows;
}

const toApiToken = (row: Row): ApiToken => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  owner:
    row.user_id !== null
      ? { kind: 'user', id: row.user_id, name: row.owner_name }
      : { kind: 'manufacturer', id: row.manufacturer_id as number, name: row.owner_name },
  scopes: row.scopes,
  expiresAt: iso(row.expires_at),
  lastUsedAt: isoOrNull(row.last_used_at),
  createdBy: { id: row.created_by, name: row.creator_name },
  createdAt: iso(row.created_at),
  revokedAt: isoOrNull(row.revoked_at),
});

/** A page of tokens, newest first; of one user or manufacturer, or of everybody. */
export async function listApiTokens(
  tx: Queryable,
  query: {
    limit: number;
    cursor?: string | undefined;
    userId?: number | undefined;
    manufacturerId?: number | undefined;
  },
): Promise<Page<ApiToken>> {
  const condition = allOf(
    ifGiven(query.userId, (userId) => sql`t.user_id = ${userId}`),
    ifGiven(query.manufacturerId, (manufacturerId) => sql`t.manufacturer_id = ${manufacturerId}`),
    ifGiven(keyAfter(z.number().int(), query.cursor), (before) => sql`t.id < ${before}`),
  );
  const rows = await select(tx, condition, query.limit + 1);
  return pageOf(rows, query.limit, toApiToken, (row) => row.id);
}

/** One token; of the given user only, when one is given. Rejects with AppError `not-found`. */
export async function getApiToken(tx: Queryable, id: number, userId?: number): Promise<ApiToken> {
  const [row] = await select(
    tx,
    allOf(
      sql`t.id = ${id}`,
      ifGiven(userId, (owner) => sql`t.user_id = ${owner}`),
    ),
    1,
  );
  if (!row) throw notFound('API token', id);
  return toApiToken(row);
}

export interface NewApiToken {
  name: string;
  tokenHash: Uint8Array;
  prefix: string;
  owner: { userId: number } | { manufacturerId: number };
  scopes: readonly string[];
  expiresAt: Date;
  createdBy: number;
}

/** Returns the id. */
export async function insertApiToken(tx: Queryable, token: NewApiToken, now: Date): Promise<number> {
  const { userId, manufacturerId } = { userId: null, manufacturerId: null, ...token.owner };
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into api_tokens (name, token_hash, prefix, user_id, manufacturer_id, scopes, expires_at, created_by, created_at)
    values (${token.name}, ${token.tokenHash}, ${token.prefix}, ${userId}, ${manufacturerId}, ${[...token.scopes]}::text[],
      ${token.expiresAt}, ${token.createdBy}, ${now})
    returning id`);
  return rows[0]!.id;
}

/** False when it was revoked before. */
export async function revokeApiToken(tx: Queryable, id: number, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    update api_tokens set revoked_at = ${now} where id = ${id} and revoked_at is null`);
  return rowCount === 1;
}

/** Revokes every token of a user, and returns how many. */
export async function revokeTokensOf(tx: Queryable, userId: number, now: Date): Promise<number> {
  const { rowCount } = await tx.query(sql`
    update api_tokens set revoked_at = ${now} where user_id = ${userId} and revoked_at is null`);
  return rowCount;
}

export const tokensOfManufacturer: ReferrersTo = (id) => ({
  type: 'api-token',
  plural: 'API tokens',
  select: sql`select id, name from api_tokens where manufacturer_id = ${id}::bigint`,
});
