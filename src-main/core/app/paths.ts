import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type WorkerName =
  | 'embedded-database'
  | 'fetcher'
  | 'status-engine'
  | 'key-generator'
  | 'row-reader'
  | 'map-packer';

/** Where the console's files are, whether it runs from its sources or from the build. */
export interface ConsolePaths {
  root: string;
  version: string;
  migrations: string;
  lua: string;
  renderer: string;
  preload: string;
  worker(name: WorkerName): URL;
}

/** The folder above `from` that holds this product's package.json. */
function findRoot(from: string): { root: string; version: string } {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name: string; version: string };
      if (name === 'tracker-lifecycle-console') return { root: folder, version };
    }
    if (dirname(folder) === folder) throw new Error(`no package.json of the console above ${from}`);
  }
}

export function consolePaths(): ConsolePaths {
  const { root, version } = findRoot(import.meta.dirname);
  const fromSources = import.meta.filename.endsWith('.ts');
  return {
    root,
    version,
    migrations: join(root, 'migrations'),
    lua: join(root, 'src-main', 'core', 'fetching', 'schedule', 'redis', 'lua'),
    renderer: join(root, 'out', 'renderer'),
    preload: join(root, 'out', 'preload', 'preload.cjs'),
    worker: (name) =>
      pathToFileURL(fromSources ? join(root, 'src-worker', `${name}.ts`) : join(root, 'out', 'main', `${name}.js`)),
  };
}
