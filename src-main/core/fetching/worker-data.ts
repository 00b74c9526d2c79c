import type { DatabaseConnection } from '../platform/db/connection.ts';

/** What a host gives the fetcher's worker at its start. Keys come as messages. */
export interface FetcherWorkerData {
  connection: DatabaseConnection;
  /** How far this machine’s clock is behind the database’s, in milliseconds; `clock` messages follow. 0 unless given. */
  clockOffsetMs?: number;
  /** Where the schedule is: Redis, or the host's memory, reached by `rpc` messages. */
  schedule: { kind: 'redis'; url: string; luaFolder: string; name?: string } | { kind: 'memory' };
  /** Longest wait for one answer, and so how long a killed console's claims stay; a minute unless given. */
  requestTimeoutMs?: number;
}
