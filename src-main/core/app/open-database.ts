import { join } from 'node:path';
import type { Logger } from 'pino';
import { connectionConfig, type DatabaseConnection, poolSize } from '../platform/db/connection.ts';
import { openDatabase } from '../platform/db/database.ts';
import { startEmbedded } from '../platform/db/embedded.ts';
import { migrate } from '../platform/db/migrate.ts';
import { readOwnRights } from '../platform/db/own-rights.ts';
import { preparedEngine } from '../platform/db/prepared-engine.ts';
import type { Database } from '../platform/db/queryable.ts';
import { toAppError } from '../platform/db/sqlstate.ts';
import { AppError } from '../platform/errors.ts';
import type { LaunchWorker } from '../platform/workers/channel.ts';
import type { ConsolePaths } from './paths.ts';
import { wrongDatabase } from './wrong-settings.ts';

export interface CentralDatabase {
  db: Database;
  connection: DatabaseConnection;
  /** Whether it answered just now, and has every migration. */
  reachable: boolean;
  /** Whether this console's role owns the schema of a central database, where that answered. */
  ownsSchema: boolean;
  /** Why it didn't answer; a wrong setting, unless a network that is away explains it. */
  failure: AppError | null;
  /** Applies what is missing. Nothing to do where it was reachable. */
  migrate(): Promise<void>;
  /** Closes the pool, and then the embedded engine where it is ours. */
  close(): Promise<void>;
}

/** What a central server gets to take leave of its connections. */
const GOODBYE_MS = 1_000;

/**
 * Opens the central database, or the embedded one in the data directory, with every migration applied. A database that
 * can't be reached is not an error here, since a workstation may start without it. Any other failure is.
 */
export async function openCentralDatabase(options: {
  databaseUrl: string | null;
  databaseOwnerUrl?: string | null;
  databaseRoles?: string | null;
  databaseConnections?: number;
  dataDir: string;
  paths: ConsolePaths;
  log: Logger;
  launchWorker?: LaunchWorker;
}): Promise<CentralDatabase> {
  const { databaseUrl, paths, log } = options;
  for (const [setting, url] of [
    ['DATABASE_URL', databaseUrl],
    ['DATABASE_OWNER_URL', options.databaseOwnerUrl],
  ] as const)
    if (url && !/^(postgres(ql)?:\/\/|socket:|\/)/.test(url))
      throw new AppError('validation-failed', `${setting} must be postgres://user:password@host:port/database.`);
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
  const connection: DatabaseConnection = embedded?.connection ?? {
    engine: 'postgresql',
    url: databaseUrl as string,
    ...(options.databaseConnections === undefined ? {} : { connections: options.databaseConnections }),
  };
  const owner: DatabaseConnection = options.databaseOwnerUrl
    ? { engine: 'postgresql', url: options.databaseOwnerUrl }
    : connection;
  const apply = async () => {
    const applied = await migrate(connectionConfig(owner), paths.migrations, options.databaseRoles);
    if (applied.length > 0) log.info({ applied }, 'migrations applied');
  };
  let failure: AppError | null = null;
  let wrong: string | null = null;
  try {
    await apply();
  } catch (error) {
    if (embedded === null && databaseUrl !== null) {
      const [setting, url] = options.databaseOwnerUrl
        ? (['DATABASE_OWNER_URL', options.databaseOwnerUrl] as const)
        : (['DATABASE_URL', databaseUrl] as const);
      const found = wrongDatabase(setting, url, error);
      if (found && !found.mayPass) throw new AppError('validation-failed', found.sentence, { cause: error });
      if (found) wrong = found.sentence;
    }
    const known = toAppError(error);
    if (embedded !== null || !(known instanceof AppError) || known.code !== 'unavailable') throw error;
    failure = wrong === null ? known : new AppError('unavailable', wrong, { cause: error });
  }
  const db = openDatabase({
    engine: connection.engine,
    connection: { ...connectionConfig(connection), max: poolSize(connection, 'core') },
    onError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  const rights = async () => (embedded === null ? await readOwnRights(db) : { owns: false });
  const { owns } =
    failure === null ? await rights().catch((error) => db.close().then(() => Promise.reject(error))) : { owns: false };
  return {
    db,
    connection,
    ownsSchema: owns,
    reachable: failure === null,
    failure,
    async migrate() {
      if (failure === null) return;
      await apply();
      await rights();
    },
    async close() {
      // A server that is gone says no goodbye.
      const gone = setTimeout(() => db.abandon(), GOODBYE_MS);
      if (embedded !== null) clearTimeout(gone);
      await db.close().finally(() => clearTimeout(gone));
      await embedded?.close();
    },
  };
}
