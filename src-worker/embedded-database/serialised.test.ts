import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { expect, it } from 'vitest';
import { preparedEngine } from '../../src-main/core/platform/db/prepared-engine.ts';
import { withBundle } from './postgis.ts';
import { serialised } from './serialised.ts';

const prepared = preparedEngine(join(import.meta.dirname, '..', '..'));

it('is in no transaction once it is closed, whatever a connection left behind', async () => {
  const loadDataDir = new Blob([await readFile(prepared.snapshot)]);
  const database = serialised(
    await PGlite.create({ extensions: { postgis: withBundle(prepared.postgis) }, loadDataDir }),
  );
  await database.exec('begin');
  expect(database.isInTransaction()).toBe(true);
  await database.close();
  expect(database.isInTransaction()).toBe(false);
});
