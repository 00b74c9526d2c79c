import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences } from './differences.ts';

const migrations = join(import.meta.dirname, '..', '..', 'migrations');

/** Where the schemas lie that the migrations lead to. */
export const schemaFile = join(migrations, 'schema.txt');
export const storeSchemaFile = join(migrations, 'sqlite', 'schema.txt');

/** What a test says when a schema is not the written one. */
export const HOW_TO_RENEW =
  'The schema is not the one in the repository (-). If the migrations are meant so (+), run `npm run schema`, look at what changed, and commit it.';

/** The written schema of a central database, as an engine words it. */
export function writtenSchema(engine: 'embedded' | 'postgresql'): string {
  const text = readFileSync(schemaFile, 'utf8');
  return engine === 'embedded' ? text : asPostgresql(text, differences);
}

/** Throws when a difference is none any more. */
export function asPostgresql(text: string, list: typeof differences): string {
  return list.reduce((changed, { embedded, postgresql }) => {
    if (!changed.includes(embedded)) throw new Error(`no line of the schema is "${embedded}": take it out of the list`);
    return changed.replaceAll(embedded, () => postgresql);
  }, text);
}
