import sql, { raw, type Sql } from 'sql-template-tag';
import { z } from 'zod';
import { keyAfter } from './listing.ts';

/** What a list is sorted by: an expression of the statement's author, and its type in the database. */
export interface SortColumn {
  by: Sql;
  type: 'bigint' | 'text' | 'date' | 'float8' | 'timestamptz';
}

/** The parts of a statement that reads a page of a sorted list. */
export interface Sorting {
  /** Column `sort_value`, for the cursor. */
  value: Sql;
  /** What comes after the cursor; undefined on the first page. */
  after: Sql | undefined;
  order: Sql;
  /** Column `place`, for a statement that adds to the rows of a page and gives them back in this order. */
  place: Sql;
  /** For `pageOf`: what the cursor is made of. */
  key: (row: { sort_value: string | null; id: number }) => unknown;
}

const cursorSchema = z.tuple([z.string(), z.string().nullable(), z.number().int()]);

/**
 * A list sorted by `word` or `-word`, by its id where values are alike. Rows without the value come last, whichever way
 * it is sorted. A cursor of another sort begins anew.
 * @param id the id of a row, an expression of the statement's author
 */
export function sortingBy<Word extends string>(
  columns: Record<Word, SortColumn>,
  id: Sql,
  sort: Word | `-${Word}`,
  cursor: string | undefined,
): Sorting {
  const descending = sort.startsWith('-');
  const word = (descending ? sort.slice(1) : sort) as Word;
  const { by, type } = columns[word];
  const direction = raw(descending ? 'desc' : 'asc');
  const beyond = raw(descending ? '<' : '>');
  const given = keyAfter(cursorSchema, cursor);
  const from = given?.[0] === sort ? given : undefined;
  const order = sql`order by ${by} ${direction} nulls last, ${id} ${direction}`;
  return {
    value: sql`(${by})::text as sort_value`,
    after: from && afterOf(from[1], from[2]),
    order,
    place: sql`row_number() over (${order}) as place`,
    key: (row) => [sort, row.sort_value, row.id],
  };
  function afterOf(value: string | null, last: number): Sql {
    const inTie = sql`${id} ${beyond} ${last}::bigint`;
    if (value === null) return sql`(${by} is null and ${inTie})`;
    const at = sql`${value}::${raw(type)}`;
    return sql`(${by} ${beyond} ${at} or (${by} = ${at} and ${inTie}) or ${by} is null)`;
  }
}
