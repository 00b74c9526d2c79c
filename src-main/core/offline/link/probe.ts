import pg from 'pg';
import { codeOf } from '../../platform/db/sqlstate.ts';
import { readCentralTime } from './central-time-store.ts';

/** Answers with the database's clock (milliseconds since 1970), or rejects when it does not answer in time. */
export interface Probe {
  ask(timeoutMs: number): Promise<{ centralTime: number }>;
  close(): void;
}

/** The server is there, but is shutting down or still starting. */
const notServing = /^57P0[123]$/;

/**
 * Asks over its own connection, which stays open: a full pool or a slow statement doesn't tell whether the database is
 * there. A connection that broke is replaced once before that counts as an answer.
 */
export function createProbe(connection: pg.ClientConfig): Probe {
  let client: pg.Client | null = null;
  let closed = false;

  const drop = (dropped: pg.Client) => {
    if (client === dropped) client = null;
    // Not `end()`, which waits for the goodbye of a server that may be gone.
    (dropped as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
  const open = async (timeoutMs: number): Promise<pg.Client> => {
    const made = new pg.Client({ ...connection, connectionTimeoutMillis: timeoutMs, keepAlive: true });
    // What is lost between two questions is noticed by the next.
    made.on('error', () => drop(made));
    try {
      await made.connect();
    } catch (error) {
      drop(made);
      throw error;
    }
    client = made;
    return made;
  };
  const ask = async (timeoutMs: number) => {
    const asked = client ?? (await open(timeoutMs));
    try {
      return { centralTime: await readCentralTime(asked, timeoutMs) };
    } catch (error) {
      drop(asked);
      throw error;
    }
  };
  return {
    async ask(timeoutMs) {
      if (closed) throw new Error('the probe is closed');
      const reused = client !== null;
      try {
        return await ask(timeoutMs);
      } catch (error) {
        const { code } = codeOf(error);
        const timedOut = error instanceof Error && /timeout/i.test(error.message);
        if (reused && !timedOut) return ask(timeoutMs);
        // A refusal in the server's own words (too many connections) is an answer; its time is not known then.
        if (
          code !== null &&
          /^[0-9A-Z]{5}$/.test(code) &&
          !code.startsWith('08') &&
          !notServing.test(code) &&
          !/^E[A-Z]{4}$/.test(code)
        )
          return { centralTime: Number.NaN };
        throw error;
      }
    },
    close() {
      closed = true;
      if (client) drop(client);
    },
  };
}
