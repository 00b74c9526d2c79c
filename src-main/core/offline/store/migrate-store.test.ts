import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStoreSchema } from '../../../../tools/schema/read-schema.ts';
import { HOW_TO_RENEW, storeSchemaFile } from '../../../../tools/schema/schema-files.ts';
import { migrateStore } from './migrate-store.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', '..', 'migrations', 'sqlite');
const names = readdirSync(migrations).filter((name) => name.endsWith('.sql'));

describe('migrations of a workstation’s store', () => {
  let folder: string;
  let db: Sqlite.Database;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'migrations-'));
    db = new Sqlite(':memory:');
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, table: string) =>
    writeFileSync(join(folder, name), `create table ${table} (id integer)`);
  const migrate = () => migrateStore(db, folder);
  const tables = () =>
    db
      .prepare("select name from sqlite_schema where type = 'table' and name <> 'migrations' order by name")
      .pluck()
      .all();

  it('lead to the schema in the repository, at once or one by one', () => {
    migrateStore(db, migrations);
    const written = readFileSync(storeSchemaFile, 'utf8');
    expect(readStoreSchema(db), HOW_TO_RENEW).toBe(written);
    db.close();

    db = new Sqlite(':memory:');
    for (const name of names) {
      copyFileSync(join(migrations, name), join(folder, name));
      migrate();
    }
    expect(readStoreSchema(db)).toBe(written);
  });

  it('may have gaps, which stay', () => {
    write('0001_one.sql', 'one');
    write('0005_five.sql', 'five');
    migrate();
    write('0009_nine.sql', 'nine');
    migrate();
    expect(tables()).toEqual(['five', 'nine', 'one']);
  });

  it('are refused when one comes before the newest that the store has, before anything is run', () => {
    write('0001_one.sql', 'one');
    write('0005_five.sql', 'five');
    migrate();
    write('0003_late.sql', 'late');
    write('0006_six.sql', 'six');
    expect(migrate).toThrow(
      expect.objectContaining({
        code: 'conflict',
        message:
          'The store of this workstation has migration sqlite/0005_five.sql already, but not sqlite/0003_late.sql, ' +
          'which comes before it. Nothing was applied. Rename the file to a number above 0005.',
      }),
    );
    expect(tables()).toEqual(['five', 'one']);
  });

  it('are refused when two have the same number, before anything is run', () => {
    write('0001_one.sql', 'one');
    write('0002_hers.sql', 'hers');
    write('0002_his.sql', 'his');
    expect(migrate).toThrow(
      'Migrations sqlite/0002_hers.sql and sqlite/0002_his.sql have the same number. Give the later one a number of its own, above all others.',
    );
    expect(tables()).toEqual([]);
  });

  it('are refused when an applied one was changed, or is not there', () => {
    write('0001_one.sql', 'one');
    migrate();
    write('0001_one.sql', 'other');
    write('0002_two.sql', 'two');
    expect(migrate).toThrow('Migration sqlite/0001_one.sql was changed after it was applied. Add a new one instead.');
    rmSync(join(folder, '0001_one.sql'));
    expect(migrate).toThrow(
      'The store of this workstation is newer than this console (it has 0001_one.sql). Update the console.',
    );
    expect(tables()).toEqual(['one']);
  });
});
