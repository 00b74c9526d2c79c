import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectionConfig } from '../../src-main/core/platform/db/connection.ts';
import { startEmbedded } from '../../src-main/core/platform/db/embedded.ts';
import { migrate } from '../../src-main/core/platform/db/migrate.ts';
import { snapshotPath } from '../../src-main/core/platform/db/snapshot-path.ts';

/**
 * Prepares the data directory of the embedded engine: PostGIS installed and every migration applied, so that a first
 * start takes seconds. Does nothing when the snapshot of these migrations is there.
 */
export async function buildSnapshot(root: string): Promise<string> {
  const path = snapshotPath(root);
  if (existsSync(path)) return path;
  const workerUrl = pathToFileURL(join(root, 'src-worker', 'embedded-database.ts'));
  const engine = await startEmbedded({ workerUrl, dataDir: null, snapshot: null });
  await migrate(connectionConfig(engine.connection), join(root, 'migrations'));
  const bytes = await engine.dump();
  await engine.close();
  await mkdir(dirname(path), { recursive: true });
  // Written aside and renamed: a build that is interrupted leaves no half snapshot behind.
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith('snapshot-') && join(dirname(path), name) !== path) await rm(join(dirname(path), name));
  }
  return path;
}

if (import.meta.main) {
  const started = performance.now();
  const path = await buildSnapshot(join(import.meta.dirname, '..', '..'));
  console.log(`snapshot ${path} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
