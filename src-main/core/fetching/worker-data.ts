import type { DatabaseConnection } from '../platform/db/connection.ts';
import type { WorkerKek } from '../platform/workers/protocol.ts';

/** What a host gives the fetcher's worker at its start. */
export interface FetcherWorkerData {
  connection: DatabaseConnection;
  /** Null while this console isn't enrolled or is locked; the worker then waits for a `kek` message. */
  kek: WorkerKek | null;
  /** Where the schedule is: Redis, or the host's memory, reached by `rpc` messages. */
  schedule: { kind: 'redis'; url: string; luaFolder: string; name?: string } | { kind: 'memory' };
  /** Longest wait for one answer, and so how long a killed console's claims stay; a minute unless given. */
  requestTimeoutMs?: number;
}
