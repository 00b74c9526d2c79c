import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectionConfig } from '../../src-main/core/platform/db/connection.ts';
import { startEmbedded } from '../../src-main/core/platform/db/embedded.ts';
import { migrate } from '../../src-main/core/platform/db/migrate.ts';
import { type PreparedEngine, preparedEngine } from '../../src-main/core/platform/db/prepared-engine.ts';
import { buildPostgisBundle } from './postgis-bundle.ts';

/**
 * Prepares what makes a start of the embedded engine take seconds: the extension without what isn't used, and a data
 * directory with PostGIS installed and every migration applied. Does nothing when both are there.
 */
export async function prepareEngine(root: string): Promise<PreparedEngine> {
  const prepared = preparedEngine(root);
  const folder = dirname(prepared.snapshot);
  await mkdir(folder, { recursive: true });
  await whole(prepared.postgis, buildPostgisBundle);
  await whole(prepared.snapshot, async (path) => {
    const workerUrl = pathToFileURL(join(root, 'src-worker', 'embedded-database.ts'));
    const engine = await startEmbedded({ workerUrl, dataDir: null, prepared: { ...prepared, snapshot: null } });
    await migrate(connectionConfig(engine.connection), join(root, 'migrations'));
    await writeFile(path, await engine.dump());
    await engine.close();
  });
  const wanted: string[] = Object.values(prepared);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!wanted.includes(path)) await rm(path);
  }
  return prepared;
}

/** Written aside and renamed: a build that is interrupted leaves no half file behind. */
async function whole(path: string, write: (path: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return;
  await write(`${path}.part`);
  await rename(`${path}.part`, path);
}
