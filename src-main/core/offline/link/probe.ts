import pg from 'pg';
import { codeOf } from '../../platform/db/sqlstate.ts';
import { readCentralTime } from './central-time-store.ts';

/**
 * Answers with the database's clock (milliseconds since 1970) and how long the answer took, or rejects when it does not
 * answer in time.
 */
export interface Probe {
  ask(timeoutMs: number): Promise<{ centralTime: number; tookMs: number }>;
  close(): void;
}

/** The server is there, but is shutting down or still starting. */
const notServing = /^57P0[123]$/;

/** What took so long before is given three times as long. */
const PATIENCE = 3;
/** Opening takes seven round trips with TLS and a password: 4.2 s where one takes 600 ms. */
const LONGEST_OPENING_MS = 15_000;
/** An opening that nothing was measured of is tried with one, two, four and eight times the time, and so on again. */
const STEPS = 4;

/**
 * Asks over its own connection, which stays open: a full pool or a slow statement doesn't tell whether the database is
 * there. A connection that broke is replaced once before that counts as an answer. `timeoutMs` is what a quick network
 * needs: on a slow one opening and asking have longer, by what they took before.
 */
export function createProbe(connection: pg.ClientConfig): Probe {
  let client: pg.Client | null = null;
  let closed = false;
  let openedInMs = 0;
  let answeredInMs = 0;
  let failedOpenings = 0;
  let opening: Promise<pg.Client> | null = null;

  const drop = (dropped: pg.Client) => {
    if (client === dropped) client = null;
    // Not `end()`, which waits for the goodbye of a server that may be gone.
    (dropped as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
  const open = async (timeoutMs: number): Promise<pg.Client> => {
    const began = performance.now();
    const limit = Math.max(timeoutMs * 2 ** (failedOpenings % STEPS), openedInMs * PATIENCE);
    const connectionTimeoutMillis = Math.round(Math.min(limit, LONGEST_OPENING_MS));
    const made = new pg.Client({ ...connection, connectionTimeoutMillis, keepAlive: true });
    // What is lost between two questions is noticed by the next.
    made.on('error', () => drop(made));
    try {
      await made.connect();
    } catch (error) {
      failedOpenings++;
      drop(made);
      throw error;
    }
    failedOpenings = 0;
    openedInMs = performance.now() - began;
    client = made;
    return made;
  };
  const ask = async (timeoutMs: number) => {
    // Questions at the same time wait for one opening.
    opening ??= client ? null : open(timeoutMs);
    const asked =
      client ??
      (await opening!.finally(() => {
        opening = null;
      }));
    const began = performance.now();
    try {
      const limit = Math.round(Math.max(timeoutMs, answeredInMs * PATIENCE));
      const centralTime = await readCentralTime(asked, limit);
      answeredInMs = performance.now() - began;
      return { centralTime, tookMs: answeredInMs };
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
          return { centralTime: Number.NaN, tookMs: 0 };
        throw error;
      }
    },
    close() {
      closed = true;
      if (client) drop(client);
    },
  };
}
