import sql, { raw, type Sql } from 'sql-template-tag';

/** What `orderNumber` says, in SQL. `column` is a constant of the caller. lpad alone would cut ids of seven digits. */
export const orderNumberSql = (column: string): Sql =>
  sql`'ORD-' || lpad(${raw(column)}::text, greatest(6, length(${raw(column)}::text)), '0')`;
