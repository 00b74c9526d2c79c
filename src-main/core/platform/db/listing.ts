import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { z } from 'zod';
import type { Page } from '../../../../src-shared/contract/common.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import type { Transaction } from './queryable.ts';

/** The client that the transaction acts for; null for staff, for the product itself, and for a party, which has none. */
export const clientOf = (tx: Transaction) => (tx.scope.kind === 'user' ? tx.scope.clientId : null);

/**
 * The condition that keeps a statement to the client that its transaction acts for. Row level security says the same,
 * so that a mistake in either shows nobody's data. `column` is written into the statement: a constant of the caller,
 * never input.
 */
export function ownClient(tx: Transaction, column: string): Sql {
  if (tx.scope.kind === 'party') return sql`false`;
  const client = clientOf(tx);
  return client === null ? sql`true` : sql`${raw(column)} = ${client}::bigint`;
}

/** Joins conditions with `and`; those that are undefined say nothing. */
export function allOf(...conditions: (Sql | undefined)[]): Sql {
  const said = conditions.filter((condition) => condition !== undefined);
  return said.length === 0 ? sql`true` : join(said, ' and ');
}

/** Joins columns to be set; undefined leaves one as it is. Null when nothing is to be set. */
export function assignments(...columns: (Sql | undefined)[]): Sql | null {
  const set = columns.filter((column) => column !== undefined);
  return set.length === 0 ? null : join(set, ', ');
}

/** Builds a part of a statement only if there is a value for it. */
export function ifGiven<T>(value: T | undefined, part: (value: T) => Sql): Sql | undefined {
  return value === undefined ? undefined : part(value);
}

/** A pattern for ILIKE that finds `text` anywhere; nothing that the person typed is a wildcard. */
export const contains = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * Cuts a page out of rows of which one more than `limit` was asked for: that one says that there is a next page, and
 * the cursor is made of the last row that is shown.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  key: (row: Row) => unknown,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null;
  return { items: shown.map(item), nextCursor };
}

/** The key in a cursor, or undefined on the first page. */
export const keyAfter = <S extends z.ZodType>(schema: S, cursor: string | undefined): z.output<S> | undefined =>
  cursor === undefined ? undefined : decodeCursor(schema, cursor);

export const iso = (at: Date) => at.toISOString();
export const isoOrNull = (at: Date | null) => at?.toISOString() ?? null;
/** Another resource by id and name, or null where there is none. */
export const reference = (id: number | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });
