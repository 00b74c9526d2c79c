import type { DatabaseConnection } from '../platform/db/connection.ts';

/** What a host gives the status engine's worker at its start. */
export interface StatusEngineWorkerData {
  connection: DatabaseConnection;
  /** How far this machine’s clock is behind the database’s, in milliseconds; `clock` messages follow. 0 unless given. */
  clockOffsetMs?: number;
}
