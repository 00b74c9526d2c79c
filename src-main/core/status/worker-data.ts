import type { DatabaseConnection } from '../platform/db/connection.ts';

/** What a host gives the status engine's worker at its start. */
export interface StatusEngineWorkerData {
  connection: DatabaseConnection;
}
