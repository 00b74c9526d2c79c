import { join } from 'node:path';
import type { Logger } from 'pino';
import { connectionConfig, type DatabaseConnection } from '../platform/db/connection.ts';
import { openDatabase } from '../platform/db/database.ts';
import { startEmbedded } from '../platform/db/embedded.ts';
import { migrate } from '../platform/db/migrate.ts';
import { preparedEngine } from '../platform/db/prepared-engine.ts';
import type { Database } from '../platform/db/queryable.ts';
import { toAppError } from '../platform/db/sqlstate.ts';
import { AppError } from '../platform/errors.ts';
import type { LaunchWorker } from '../platform/workers/channel.ts';
import type { ConsolePaths } from './paths.ts';

export interface CentralDatabase {
  db: Database;
  connection: DatabaseConnection;
  /** Whether it answered just now, and has every migration. */
  reachable: boolean;
  /** Why it didn't answer. */
  failure: AppError | null;
  /** Applies what is missing. Nothing to do where it was reachable. */
  migrate(): Promise<void>;
  /** Closes the pool, and then the embedded engine where it is ours. */
  close(): Promise<void>;
}

/**
 * Opens the central database, or the embedded one in the data directory, with every migration applied. A database that
 * can't be reached is not an error here, since a workstation may start without it. Any other failure is.
 */
export async function openCentralDatabase(options: {
  databaseUrl: string | null;
  dataDir: string;
  paths: ConsolePaths;
  log: Logger;
  launchWorker?: LaunchWorker;
}): Promise<CentralDatabase> {
  const { databaseUrl, paths, log } = options;
  const embedded =
    databaseUrl === null
      ? await startEmbedded({
          workerUrl: paths.worker('embedded-database'),
          dataDir: join(options.dataDir, 'database'),
          prepared: preparedEngine(paths.root),
          ...(options.launchWorker ? { launch: options.launchWorker } : {}),
          onRestart: (reason) => log.error({ reason }, 'the embedded database is started again'),
        })
      : null;
  const connection: DatabaseConnection = embedded?.connection ?? { engine: 'postgresql', url: databaseUrl as string };
  const apply = async () => {
    const applied = await migrate(connectionConfig(connection), paths.migrations);
    if (applied.length > 0) log.info({ applied }, 'migrations applied');
  };
  let failure: AppError | null = null;
  try {
    await apply();
  } catch (error) {
    const known = toAppError(error);
    if (embedded !== null || !(known instanceof AppError) || known.code !== 'unavailable') throw error;
    failure = known;
  }
  const db = openDatabase({
    engine: connection.engine,
    connection: connectionConfig(connection),
    onError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  return {
    db,
    connection,
    reachable: failure === null,
    failure,
    migrate: async () => (failure === null ? undefined : apply()),
    async close() {
      await db.close();
      await embedded?.close();
    },
  };
}
