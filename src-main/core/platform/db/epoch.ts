import sql, { raw, type Sql } from 'sql-template-tag';

/**
 * A timestamptz column as epoch milliseconds in a double (exact; the infinities survive), which costs far less to read
 * than a Date. `column` is written into the statement: a constant of the caller, never input.
 */
export const epochMs = (column: string): Sql => sql`(extract(epoch from ${raw(column)}) * 1000)::float8`;

/** A double of epoch milliseconds as timestamptz. */
export const fromEpochMs = (column: string): Sql => sql`to_timestamp(${raw(column)} / 1000)`;
