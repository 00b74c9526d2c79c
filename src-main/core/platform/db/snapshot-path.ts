import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the prepared data directory of the embedded engine is; its name says which migrations it holds. */
export function snapshotPath(root: string): string {
  const folder = join(root, 'migrations');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.sql')) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return join(root, 'out', 'pglite', `snapshot-${hash.digest('hex').slice(0, 16)}.tar`);
}
