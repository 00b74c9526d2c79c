import pg from 'pg';

/**
 * Runs work on a connection of its own and ends it. When the connection is lost, the query that runs or comes next
 * rejects; without a listener the loss would end the process as well, since nobody may be waiting just then.
 */
export async function withClient<T>(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
