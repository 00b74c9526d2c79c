import { readFile, rm } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { EmbeddedDatabaseData, FromEmbedded, ToEmbedded } from '../src-main/core/platform/db/embedded.ts';
import { workerParent } from '../src-main/core/platform/workers/parent.ts';
import { DurableFs, durableStartParams } from './embedded-database/durable-fs.ts';
import { rollBackLost } from './embedded-database/lost-connections.ts';
import { withBundle } from './embedded-database/postgis.ts';
import { serialised } from './embedded-database/serialised.ts';
import { unpackPrepared } from './embedded-database/unpack.ts';
import { keepTidy } from './embedded-database/upkeep.ts';

/** Core, fetcher and status engine each have a small pool; the engine runs one statement at a time anyway. */
const MAX_CONNECTIONS = 64;

const host = await workerParent<EmbeddedDatabaseData, ToEmbedded, FromEmbedded>();
const { dataDir, socketPath, snapshot, postgis } = host.data;

// V8 compiles PostGIS on all cores at once, by default, and needs 600 MB for it, much of which the allocator keeps.
setFlagsFromString('--wasm-num-compilation-tasks=1');

const extensions = { postgis: withBundle(postgis) };
/** In memory, for tests and the build: there is nothing to sync. */
const inMemory = async () =>
  PGlite.create({
    extensions,
    ...(snapshot === null ? {} : { loadDataDir: new Blob([await readFile(snapshot)]) }),
  });
/** On the disk: what was acknowledged survives a power cut. */
const onDisk = async (folder: string) => {
  if (snapshot !== null) await unpackPrepared(snapshot, folder);
  return PGlite.create({ extensions, fs: new DurableFs(folder), startParams: durableStartParams });
};

const engine = await (dataDir === null ? inMemory() : onDisk(dataDir));
const database = serialised(engine);
// An engine that was killed leaves a socket file that nobody listens on.
if (process.platform !== 'win32') await rm(socketPath, { force: true });
const server = new PGLiteSocketServer({ db: database, path: socketPath, maxConnections: MAX_CONNECTIONS });
rollBackLost(server, database);
await server.start();
// In memory nothing lasts long enough to need it.
const tidying = dataDir === null ? null : keepTidy(database, (message, error) => console.warn(message, error));

host.onMessage(async (message) => {
  if (message.type === 'dump') {
    const dump = await database.dumpDataDir('none');
    host.say({ type: 'dumped', bytes: new Uint8Array(await dump.arrayBuffer()) });
    return;
  }
  await tidying?.stop();
  await server.stop();
  await database.close();
  host.say({ type: 'stopped' });
  host.close();
});
host.say({ type: 'ready' });
