import { copyFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSchema } from '../../../../tools/schema/read-schema.ts';
import { HOW_TO_RENEW, writtenSchema } from '../../../../tools/schema/schema-files.ts';
import { startBreakingProxy } from '../../testing/breaking-proxy.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { dropAll } from '../../testing/drop-all.ts';
import { connectionConfig } from './connection.ts';
import { migrate } from './migrate.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', '..', 'migrations');

describe.each(testEngines())('migrations on $name', ({ name: engine, create }) => {
  let test: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    test = await create();
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  });
  afterAll(async () => {
    await test?.close();
    await rm(folder, { recursive: true });
  });
  const apply = () => migrate(connectionConfig(test.connection), folder);
  const schema = () => readSchema(connectionConfig(test.connection));

  it('lead to the schema in the repository', async () => {
    expect(await schema(), HOW_TO_RENEW).toBe(writtenSchema(engine));
  });

  it('lead to it whichever months have reports', async () => {
    await test.db.query(sql`select ensure_location_report_partitions('2026-10-31', '2026-12-01')`);
    expect(await schema()).toBe(writtenSchema(engine));
  });

  // A migration after the other, and the whole schema behind each.
  it('lead to it from a database of any age', { timeout: 120_000 }, async () => {
    await test.db.query(dropAll);
    expect(await schema()).not.toContain('table ');
    for (const name of (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort()) {
      await copyFile(join(migrations, name), join(folder, name));
      expect(await apply()).toEqual([name]);
    }
    expect(await schema()).toBe(writtenSchema(engine));
  });

  it('are refused when one comes before the newest that the database has, before anything is run', async () => {
    await cp(migrations, folder, { recursive: true });
    await writeFile(join(folder, '0016_late.sql'), 'create table late ()');
    await writeFile(join(folder, '9999_next.sql'), 'create table next ()');
    await expect(apply()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /^The database has migration (\d{4})_\w+\.sql already, but not 0016_late\.sql, which comes before it\. Nothing was applied\. Rename the file to a number above \1\.$/,
      ),
    });
    await rm(join(folder, '0016_late.sql'));
    await writeFile(join(folder, '9999_other.sql'), 'create table other ()');
    await expect(apply()).rejects.toMatchObject({
      code: 'conflict',
      message:
        'Migrations 9999_next.sql and 9999_other.sql have the same number. Give the later one a number of its own, above all others.',
    });
    await rm(join(folder, '9999_other.sql'));
    expect(await schema()).toBe(writtenSchema(engine));
  });

  it('are left undone by a connection that is lost before a statement or the end, and done by the next start', async () => {
    const proxy = await startBreakingProxy(test.connection);
    try {
      for (const lost of ['create table late_wish', 'insert into schema_migrations', 'commit']) {
        await writeFile(join(folder, '9999_next.sql'), 'create table late_wish ()');
        proxy.breakBefore(lost);
        await expect(migrate(proxy.connection, folder), lost).rejects.toThrow('9999_next.sql failed');
        expect(await schema(), lost).toBe(writtenSchema(engine));
      }
      expect(await migrate(proxy.connection, folder)).toEqual(['9999_next.sql']);
    } finally {
      await proxy.close();
    }
  });
});
