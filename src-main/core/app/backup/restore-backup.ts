import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import type pg from 'pg';
import { deleteAllSessions } from '../../access/sessions/sessions-store.ts';
import { addAnchors, anchorsIn, setAnchorsAside } from '../../audit/anchors.ts';
import { appendAudit } from '../../audit/append-store.ts';
import { sealAll } from '../../audit/sealer.ts';
import type { KeyStore } from '../../keys/key-file.ts';
import { openSealedKey } from '../../keys/sealed-keys.ts';
import { forgetDeviceChanges } from '../../offline/sync/device-changes-store.ts';
import { noteRestored } from '../../platform/backup/catalog-store.ts';
import { loadBackup, migrationsAfter } from '../../platform/backup/load-backup.ts';
import { type CheckedBackup, checkBackup } from '../../platform/backup/read-backup.ts';
import { type Progress, syncFolder } from '../../platform/backup/write-backup.ts';
import { connectionConfig } from '../../platform/db/connection.ts';
import { startEmbedded } from '../../platform/db/embedded.ts';
import { migrate } from '../../platform/db/migrate.ts';
import { onClient } from '../../platform/db/on-client.ts';
import { preparedEngine } from '../../platform/db/prepared-engine.ts';
import { withClient } from '../../platform/db/with-client.ts';
import { AppError } from '../../platform/errors.ts';
import { claimDataDir } from '../data-dir.ts';
import type { ConsolePaths } from '../paths.ts';
import { refuseWhileInUse, whatStands } from './standing.ts';

export interface RestoreOptions {
  dataDir: string;
  /** Null: the embedded database of the data directory. */
  databaseUrl: string | null;
  /** What the names of roles begin with in a database that has none yet; `console` unless given. */
  roles?: string | null;
  paths: Pick<ConsolePaths, 'root' | 'migrations' | 'worker'>;
  now: Date;
  /** Opens the keys in the backup, which go to the store then. */
  keys: { store: KeyStore; passphrase: string } | null;
  /** Is told what would be overwritten, in sentences, and says whether to go on. Not asked where nothing is. */
  mayOverwrite: (lines: readonly string[]) => Promise<boolean>;
  onProgress?: (progress: Progress & { of: number }) => void;
}

export interface Restored {
  backup: CheckedBackup['header'];
  rows: number;
  /** Migrations that came since the backup. */
  migrated: string[];
  /** Where the former embedded database is kept; null when there was none. */
  former: string | null;
  hasKeys: boolean;
  keysRestored: boolean;
}

/**
 * Restores a backup into the embedded database of a data directory, or a central one. The file is read to its end and
 * checked before anything is touched. AppError with a sentence for whatever keeps it from being restored; what stood there
 * stands then.
 */
export async function restoreBackup(path: string, options: RestoreOptions): Promise<Restored> {
  const backup = await checkBackup(path);
  migrationsAfter(options.paths.migrations, backup.header);
  if (options.keys !== null && backup.keys === null)
    throw new AppError('validation-failed', 'There are no keys in this backup. Leave out --with-keys.');
  const key = options.keys && backup.keys ? await openSealedKey(backup.keys, options.keys.passphrase) : null;
  const giveBack = await claimDataDir(options.dataDir);
  try {
    const restored = await (options.databaseUrl === null
      ? intoEmbedded(path, backup, options)
      : intoCentral(path, backup, options, options.databaseUrl));
    await setAnchorsAside(options.dataDir, options.now);
    await addAnchors(options.dataDir, anchorsIn(backup.header.anchors));
    if (key && options.keys) await options.keys.store.write(key, options.now);
    return { ...restored, backup: backup.header, hasKeys: backup.keys !== null, keysRestored: key !== null };
  } finally {
    key?.kek.fill(0);
    await giveBack();
  }
}

type Loaded = Pick<Restored, 'rows' | 'migrated' | 'former'>;

const intoCentral = (path: string, backup: CheckedBackup, options: RestoreOptions, url: string): Promise<Loaded> =>
  withClient(connectionConfig({ engine: 'postgresql', url }), async (client) => {
    await refuseWhileInUse(client);
    const lines = await whatStands(client, backup);
    if (lines !== null) await askFirst(options, lines);
    return { ...(await load(client, path, backup, options)), former: null };
  });

/** Into a database of its own beside the present one, which is put aside once the new one is whole. */
async function intoEmbedded(path: string, backup: CheckedBackup, options: RestoreOptions): Promise<Loaded> {
  const present = join(options.dataDir, 'database');
  const unfinished = join(options.dataDir, 'database.restoring');
  const stands = existsSync(join(present, 'PG_VERSION'));
  if (stands) {
    const lines = await onEngine(present, options, (client) => whatStands(client, backup)).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'conflict') throw error;
      return ['The existing database can’t be opened, so the console can’t tell what would be lost.'];
    });
    if (lines !== null) await askFirst(options, lines);
  }
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  try {
    // A database as this console makes them serves a backup of the same version as it is.
    const isFresh = migrationsAfter(options.paths.migrations, backup.header).length === 0;
    const loaded = await onEngine(unfinished, options, async (client, connection) => {
      if (isFresh) await migrate(connection, options.paths.migrations);
      return load(client, path, backup, options, isFresh);
    });
    const former = stands ? join(options.dataDir, `database.before-restore-${options.now.getTime()}`) : null;
    if (former !== null) await rename(present, former);
    else await rm(present, { recursive: true, force: true });
    await rename(unfinished, present);
    await syncFolder(options.dataDir);
    return { ...loaded, former };
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(`${unfinished}.socket-folder`, { force: true });
  }
}

async function onEngine<T>(
  dataDir: string,
  { paths }: RestoreOptions,
  work: (client: pg.Client, connection: pg.ClientConfig) => Promise<T>,
): Promise<T> {
  const workerUrl = paths.worker('embedded-database');
  const engine = await startEmbedded({ workerUrl, dataDir, prepared: preparedEngine(paths.root) });
  try {
    const connection = connectionConfig(engine.connection);
    return await withClient(connection, (client) => work(client, connection));
  } finally {
    await engine.close();
  }
}

async function askFirst({ mayOverwrite }: RestoreOptions, lines: readonly string[]): Promise<void> {
  if (!(await mayOverwrite(lines))) throw new AppError('conflict', 'Nothing was changed.');
}

function load(client: pg.Client, path: string, backup: CheckedBackup, options: RestoreOptions, isFresh = false) {
  const { now, onProgress, paths } = options;
  const { madeAt, version, anchors } = backup.header;
  const of = Object.values(backup.end.rows).reduce((sum, rows) => sum + rows, 0);
  return loadBackup(client, path, backup, {
    migrations: paths.migrations,
    roles: options.roles ?? null,
    isFresh,
    ...(onProgress ? { onProgress: (progress: Progress) => onProgress({ ...progress, of }) } : {}),
    after: async () => {
      const db = onClient(client);
      // A session that was ended since must not come back.
      await deleteAllSessions(db);
      // Workstations go by its transactions, which are those of another database now. They make their copies again.
      await forgetDeviceChanges(db, new Date(8.64e15));
      await noteRestored(client, now);
      await appendAudit(db, {
        at: now,
        userId: null,
        username: null,
        action: 'backup.restore',
        details: { file: basename(path), madeAt, version, console: hostname(), lastEntry: anchors.at(-1)?.id ?? null },
      });
      await sealAll(db);
    },
  });
}
