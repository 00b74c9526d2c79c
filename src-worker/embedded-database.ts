import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { postgis } from '@electric-sql/pglite-postgis';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { EmbeddedDatabaseData } from '../src-main/core/db/embedded.ts';
import { serialised } from './embedded-database/serialised.ts';

/** Core, fetcher and status engine each have a small pool; the engine runs one statement at a time anyway. */
const MAX_CONNECTIONS = 64;

const { dataDir, socketPath, snapshot } = workerData as EmbeddedDatabaseData;
if (!parentPort) throw new Error('embedded-database runs as a worker');
const port = parentPort;

const database = await PGlite.create({
  ...(dataDir === null ? {} : { dataDir }),
  extensions: { postgis },
  ...(snapshot === null ? {} : { loadDataDir: new Blob([await readFile(snapshot)]) }),
});
const server = new PGLiteSocketServer({ db: serialised(database), path: socketPath, maxConnections: MAX_CONNECTIONS });
await server.start();

port.on('message', async (message: { type: 'stop' } | { type: 'dump' }) => {
  if (message.type === 'dump') {
    const dump = await database.dumpDataDir('none');
    port.postMessage({ type: 'dumped', bytes: new Uint8Array(await dump.arrayBuffer()) });
    return;
  }
  await server.stop();
  await database.close();
  port.postMessage({ type: 'stopped' });
  port.close();
});
port.postMessage({ type: 'ready' });
