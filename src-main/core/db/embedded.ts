import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import { type DatabaseConnection, socketPath } from './connection.ts';

/**
 * PGlite with PostGIS in a thread of its own, spoken to over a private socket. `dataDir` null keeps all in memory
 * (tests); `snapshot` is a prepared data directory that spares the first start most of its work.
 */
export interface EmbeddedDatabaseData {
  dataDir: string | null;
  socketPath: string;
  snapshot: string | null;
}

export interface EmbeddedDatabase {
  connection: DatabaseConnection;
  /** The whole data directory as a tar, for the prepared snapshot. */
  dump(): Promise<Uint8Array>;
  /** Closes the database cleanly. Close every pool on it first. */
  close(): Promise<void>;
}

/**
 * Starts the embedded engine. `dataDir` null keeps all in memory. The snapshot is used only where there is no data
 * yet. Rejects with AppError `unavailable` when the engine can't start.
 */
export async function startEmbedded(options: {
  workerUrl: URL;
  dataDir: string | null;
  snapshot: string | null;
}): Promise<EmbeddedDatabase> {
  const folder =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\tracker-console-${randomUUID()}`
      : await mkdtemp(join(tmpdir(), 'tracker-console-'));
  if (options.dataDir !== null) await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const fresh = options.dataDir === null || !existsSync(join(options.dataDir, 'PG_VERSION'));
  const data: EmbeddedDatabaseData = {
    dataDir: options.dataDir,
    socketPath: socketPath(folder),
    snapshot: fresh && options.snapshot !== null && existsSync(options.snapshot) ? options.snapshot : null,
  };
  const worker = new Worker(options.workerUrl, { workerData: data });
  await answer(worker, 'ready');
  return {
    connection: { engine: 'embedded', socketFolder: folder },
    async dump() {
      const dumped = answer<{ bytes: Uint8Array }>(worker, 'dumped');
      worker.postMessage({ type: 'dump' });
      return (await dumped).bytes;
    },
    async close() {
      const stopped = answer(worker, 'stopped');
      worker.postMessage({ type: 'stop' });
      await stopped;
      if (process.platform !== 'win32') await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves with the worker's next message of a type; rejects when it ends or fails before. */
function answer<T>(worker: Worker, type: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        new AppError('unavailable', 'The embedded database stopped unexpectedly. Restart the console.', { cause }),
      );
    const done = (message: { type: string } & T) => {
      if (message.type !== type) return;
      worker.off('error', fail).off('exit', fail).off('message', done);
      resolve(message);
    };
    worker.on('error', fail).on('exit', fail).on('message', done);
  });
}
