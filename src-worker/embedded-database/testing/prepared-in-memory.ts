import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { preparedEngine } from '../../../src-main/core/platform/db/prepared-engine.ts';
import { withBundle } from '../postgis.ts';
import { serialised } from '../serialised.ts';

const prepared = preparedEngine(join(import.meta.dirname, '..', '..', '..'));

/** The engine as the worker runs it, in memory, with the schema of the build. Close it. */
export async function preparedInMemory(): Promise<PGlite> {
  const loadDataDir = new Blob([await readFile(prepared.snapshot)]);
  return serialised(await PGlite.create({ extensions: { postgis: withBundle(prepared.postgis) }, loadDataDir }));
}
