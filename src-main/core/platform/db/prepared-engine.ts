import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PREFIX, grantToService, migrationText } from './roles.ts';

/** What the build prepares for the embedded engine. */
export interface PreparedEngine {
  /** A data directory with PostGIS and every migration, which spares the first start most of its work. */
  snapshot: string;
  /** The extension without what the console doesn't use. */
  postgis: string;
}

/** Of what makes the data directory and the extension. A package of the product keeps them in its package.json. */
function versions(root: string): unknown {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return [dependencies['@electric-sql/pglite'], dependencies['@electric-sql/pglite-postgis']];
}

/** Where that is; the names say which migrations and which extension they hold. */
export function preparedEngine(root: string): PreparedEngine {
  const folder = join(root, 'migrations');
  const hash = createHash('sha256')
    .update(JSON.stringify(versions(root)))
    .update(migrationText(grantToService, DEFAULT_PREFIX));
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.sql')) hash.update(name).update(readFileSync(join(folder, name)));
  }
  const id = hash.digest('hex').slice(0, 16);
  const at = (name: string) => join(root, 'out', 'pglite', name);
  return { snapshot: at(`snapshot-${id}.tar`), postgis: at(`postgis-${id}.tar.gz`) };
}
