import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import { migrateStore } from '../../src-main/core/offline/store/migrate-store.ts';
import { connectionConfig } from '../../src-main/core/platform/db/connection.ts';
import { startEmbedded } from '../../src-main/core/platform/db/embedded.ts';
import { prepareEngine } from '../build/prepared-engine.ts';
import { readSchema, readStoreSchema } from './read-schema.ts';
import { schemaFile, storeSchemaFile } from './schema-files.ts';

/** `npm run schema`: writes the schemas that the migrations lead to beside them. */
const root = join(import.meta.dirname, '..', '..');
const engine = await startEmbedded({
  workerUrl: pathToFileURL(join(root, 'src-worker', 'embedded-database.ts')),
  dataDir: null,
  prepared: await prepareEngine(root),
});
try {
  await writeFile(schemaFile, await readSchema(connectionConfig(engine.connection)));
} finally {
  await engine.close();
}

const store = new Sqlite(':memory:');
migrateStore(store, dirname(storeSchemaFile));
await writeFile(storeSchemaFile, readStoreSchema(store));
store.close();
console.log(`Written: ${schemaFile}, ${storeSchemaFile}`);
