import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSources, root } from './sources.ts';
import { droppedIn, foreignWrites, ownedTables, tablesIn, withoutOwner } from './tables.ts';

const tablesOf = (folder: string) => {
  const texts = readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));
  const dropped = texts.flatMap(droppedIn);
  return texts.flatMap(tablesIn).filter((table) => !dropped.includes(table));
};

const central = tablesOf('migrations');
// Whoever runs migrations keeps a table of those that were run.
const ofWorkstation = new Set([...tablesOf('migrations/sqlite'), 'migrations']);

describe('owners of tables', () => {
  it('are asked of each migration', () => {
    expect(tablesIn('create table weather (\n  id bigint\n);').flatMap(withoutOwner)).toEqual([
      'The table weather has no owner: name its room in tools/architecture/tables.ts.',
    ]);
  });

  it('are named for every table', () => {
    expect(central.length).toBeGreaterThan(40);
    expect(central.flatMap(withoutOwner)).toEqual([]);
    expect(ownedTables.filter((table) => !central.includes(table))).toEqual(['schema_migrations']);
  });
});

describe('a foreign write is refused', () => {
  const file = 'src-main/core/analytics/x-store.ts';
  it.each([
    'insert into users (id)',
    'update users u set name = 1',
    'update users\n  set name = 1',
    'delete from only users where',
    'truncate table users',
    'merge into users u using',
    'copy users (id, name) from stdin',
    "select 1 from alerts for update skip locked) insert into users values ('x')",
  ])('%s', (statement) => {
    const text = `await tx.query(sql\`${statement}\`);`;
    expect(foreignWrites(file, text, ofWorkstation)).toEqual([`${file} writes users, which only access may.`]);
    expect(foreignWrites('src-main/core/access/x-store.ts', text, ofWorkstation)).toEqual([]);
  });

  it.each([
    [
      'of a table that is put in',
      file,
      `sql\`delete from \${raw(name)}\``,
      'writes to a table whose name is put in: write it out.',
    ],
    ['of a table that is none', file, 'sql`delete from weather`', 'writes weather, which no migration creates.'],
    [
      'of the outbox',
      'src-main/core/offline/x.ts',
      "store.run('delete from outbox')",
      "writes outbox of the workstation's SQLite: only offline/store may.",
    ],
    [
      'of the database from the store',
      'src-main/core/offline/store/x.ts',
      "store.run('delete from users')",
      "writes users, but offline/store has only the workstation's SQLite.",
    ],
    [
      'of the database from the map file',
      'src-main/core/map/packs/pack-file-store.ts',
      "db.prepare('delete from users')",
      'writes users, but it has only the MBTiles file of a workstation.',
    ],
  ])('%s', (_what, writer, text, why) => {
    expect(foreignWrites(writer, text, ofWorkstation)).toEqual([`${writer} ${why}`]);
  });

  it('but not reading, locking, or an upsert of its own', () => {
    const text =
      'sql`insert into alerts as a (id) select id from users for update of users on conflict (id) do update set id = a.id`';
    expect(foreignWrites(file, text, ofWorkstation)).toEqual([]);
  });
});

it('each table is written by its own room', () => {
  expect([...readSources('src-main/core')].flatMap(([file, text]) => foreignWrites(file, text, ofWorkstation))).toEqual(
    [],
  );
});
