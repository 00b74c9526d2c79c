import sql, { raw, type Sql } from 'sql-template-tag';

/** The number of an order as people read it, made of its id: `ORD-000123`. */
export const orderNumber = (id: number) => `ORD-${String(id).padStart(6, '0')}`;

/** The same in SQL. `column` is a constant of the caller. lpad alone would cut ids of seven digits. */
export const orderNumberSql = (column: string): Sql =>
  sql`'ORD-' || lpad(${raw(column)}::text, greatest(6, length(${raw(column)}::text)), '0')`;
