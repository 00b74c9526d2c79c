import type pg from 'pg';

/** The central database's clock, in milliseconds since 1970. Over a connection of the caller's, not through a pool. */
export async function readCentralTime(client: pg.Client, timeoutMs: number): Promise<number> {
  const query = { text: 'select extract(epoch from clock_timestamp()) * 1000 as now', query_timeout: timeoutMs };
  const { rows } = await client.query<{ now: string }>(query as pg.QueryConfig);
  return Number(rows[0]!.now);
}
