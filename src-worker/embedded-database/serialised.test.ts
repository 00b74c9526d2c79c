import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { postgis } from '@electric-sql/pglite-postgis';
import { expect, it } from 'vitest';
import { snapshotPath } from '../../src-main/core/platform/db/snapshot-path.ts';
import { serialised } from './serialised.ts';

const snapshot = snapshotPath(join(import.meta.dirname, '..', '..'));

it('is in no transaction once it is closed, whatever a connection left behind', async () => {
  const loadDataDir = new Blob([await readFile(snapshot)]);
  const database = serialised(await PGlite.create({ extensions: { postgis }, loadDataDir }));
  await database.exec('begin');
  expect(database.isInTransaction()).toBe(true);
  await database.close();
  expect(database.isInTransaction()).toBe(false);
});
