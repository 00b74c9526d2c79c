import type pg from 'pg';
import { columnTypes } from './database.ts';
import type { Queryable } from './queryable.ts';

/** A connection of one's own as what stores take. The caller begins and ends transactions. */
export const onClient = (client: pg.Client): Queryable => ({
  async query<Row extends object>(statement: Parameters<Queryable['query']>[0]) {
    const { text, values } = statement;
    const { rows, rowCount } = await client.query({ text, values: values as unknown[], types: columnTypes });
    return { rows: rows as Row[], rowCount: rowCount ?? 0 };
  },
});
