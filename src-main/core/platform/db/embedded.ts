import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../errors.ts';
import type { LaunchWorker, WorkerHandle } from '../workers/channel.ts';
import { launchThread } from '../workers/thread.ts';
import { type DatabaseConnection, socketPath } from './connection.ts';
import type { PreparedEngine } from './prepared-engine.ts';

/**
 * PGlite with PostGIS in a thread of its own, spoken to over a private socket. `dataDir` null keeps all in memory
 * (tests). `snapshot` and `postgis` are what the build prepared, null where it is missing or not wanted.
 */
export interface EmbeddedDatabaseData {
  dataDir: string | null;
  socketPath: string;
  snapshot: string | null;
  postgis: string | null;
}

export type ToEmbedded = { type: 'stop' } | { type: 'dump' };
export type FromEmbedded = { type: 'ready' } | { type: 'stopped' } | { type: 'dumped'; bytes: Uint8Array };
type Engine = WorkerHandle<ToEmbedded, FromEmbedded>;

export interface EmbeddedDatabase {
  connection: DatabaseConnection;
  /** The whole data directory as a tar, for the prepared snapshot. */
  dump(): Promise<Uint8Array>;
  /** Ends the engine without warning, as a crash would; for tests. */
  crash(): void;
  /** Closes the database cleanly. Close every pool on it first. */
  close(): Promise<void>;
}

const RESTART_MS = 1_000;
const FOLDER = 'tracker-console-';

/** Removes the folder that a console on the same data left when it was killed, and notes this one's for the next. */
export async function replaceFolder(note: string, folder: string): Promise<void> {
  const former = await readFile(note, 'utf8').catch(() => '');
  if (dirname(former) === dirname(folder) && basename(former).startsWith(FOLDER))
    await rm(former, { recursive: true, force: true });
  await writeFile(note, folder, { mode: 0o600 });
}

/** The engine that a console runs on this data at the moment; null when none does, or where it can't be told (Windows). */
export async function runningEmbedded(dataDir: string): Promise<DatabaseConnection | null> {
  const socketFolder = await readFile(`${dataDir}.socket-folder`, 'utf8').catch(() => null);
  return socketFolder !== null && existsSync(socketPath(socketFolder)) ? { engine: 'embedded', socketFolder } : null;
}

/**
 * Starts the embedded engine in a worker: a thread, unless the host launches workers in another way. `dataDir` null
 * keeps all in memory. The prepared snapshot is used only where there is no data yet. An engine that dies is started again on
 * its data (PostgreSQL recovers from its log) at the same address; `onRestart` is told why. Rejects with AppError
 * `unavailable` when the engine can't start at first.
 */
export async function startEmbedded(options: {
  workerUrl: URL;
  dataDir: string | null;
  prepared: Omit<PreparedEngine, 'snapshot'> & { snapshot: string | null };
  launch?: LaunchWorker;
  onRestart?: (reason: string) => void;
}): Promise<EmbeddedDatabase> {
  const { dataDir, prepared, launch = launchThread } = options;
  const folder =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\tracker-console-${randomUUID()}`
      : await mkdtemp(join(tmpdir(), FOLDER));
  if (dataDir !== null) await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (dataDir !== null && process.platform !== 'win32') await replaceFolder(`${dataDir}.socket-folder`, folder);
  const fresh = () => dataDir === null || !existsSync(join(dataDir, 'PG_VERSION'));
  let closing = false;
  let alive = true;
  let restart: NodeJS.Timeout | undefined;

  const start = (): Engine => {
    const data: EmbeddedDatabaseData = {
      dataDir,
      socketPath: socketPath(folder),
      snapshot: fresh() && prepared.snapshot !== null && existsSync(prepared.snapshot) ? prepared.snapshot : null,
      postgis: existsSync(prepared.postgis) ? prepared.postgis : null,
    };
    return launch<ToEmbedded, FromEmbedded>('embedded-database', options.workerUrl, data);
  };
  /** Data in memory died with its engine: there is nothing to start again on. */
  const keepRunning = (running: Engine) =>
    running.onExit((code) => {
      alive = false;
      if (closing || dataDir === null) return;
      options.onRestart?.(`the embedded database ended with code ${code}`);
      restart = setTimeout(() => {
        engine = start();
        alive = true;
        keepRunning(engine);
      }, RESTART_MS);
    });

  let engine = start();
  await answer(engine, 'ready');
  keepRunning(engine);
  return {
    connection: { engine: 'embedded', socketFolder: folder },
    crash: () => engine.end(),
    async dump() {
      const dumped = answer(engine, 'dumped');
      engine.post({ type: 'dump' });
      return (await dumped).bytes;
    },
    async close() {
      closing = true;
      clearTimeout(restart);
      if (alive) {
        const stopped = answer(engine, 'stopped');
        engine.post({ type: 'stop' });
        await stopped;
      }
      if (process.platform !== 'win32') await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves with the engine's next message of a type; rejects when it ends or fails before. */
function answer<T extends FromEmbedded['type']>(engine: Engine, type: T): Promise<FromEmbedded & { type: T }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        new AppError('unavailable', 'The embedded database stopped unexpectedly. Restart the console.', { cause }),
      );
    engine.onMessage((message) => {
      if (message.type === type) resolve(message as FromEmbedded & { type: T });
    });
    engine.onError(fail);
    engine.onExit(fail);
  });
}
