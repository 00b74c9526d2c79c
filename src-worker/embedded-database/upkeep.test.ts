import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { preparedInMemory } from './testing/prepared-in-memory.ts';
import { tidyOneTable } from './upkeep.ts';

let database: PGlite;
beforeAll(async () => {
  database = await preparedInMemory();
  await tidyAll();
  await database.exec(`
    create table busy (id int primary key, value int);
    create index on busy (value);
    insert into busy select n, n from generate_series(1, 5000) n;
    grant select, update on busy to console_service;
    set role console_service`);
}, 120_000);
afterAll(() => database?.close());

const failed = new Set<string>();
const warned: string[] = [];
const tidyOne = () => tidyOneTable(database, failed, (message) => warned.push(message));
const tidyAll = async () => {
  const done: string[] = [];
  for (let work = await tidyOne(); work !== null; work = await tidyOne()) done.push(work);
  return done;
};
const size = async () =>
  (await database.query<{ size: number }>(`select pg_relation_size('busy')::int as size`)).rows[0]!.size;

it('tidies what has changed, once, as the owner, and leaves the session in its role', async () => {
  expect(await tidyAll()).toEqual(['analyze public.busy']);
  expect((await database.query(`select count(*)::int as n from pg_stats where tablename = 'busy'`)).rows).toEqual([
    { n: 2 },
  ]);
  await database.exec('update busy set value = value + 1');
  expect(await tidyAll()).toEqual(['vacuum (analyze) public.busy']);
  expect(await tidyAll()).toEqual([]);
  expect((await database.query('select current_user as role')).rows).toEqual([{ role: 'console_service' }]);
});

it('keeps a table that is updated for ever from growing', async () => {
  await database.exec('update busy set value = value + 1');
  await tidyAll();
  const before = await size();
  for (let n = 0; n < 5; n++) {
    await database.exec('update busy set value = value + 1');
    expect(await tidyAll()).toEqual(['vacuum (analyze) public.busy']);
  }
  expect(await size()).toBeLessThan(1.5 * before);
});

it('waits while a transaction is open, and takes no part in it', async () => {
  await database.exec('update busy set value = value + 1');
  await database.exec('begin; update busy set value = 7 where id = 1');
  expect(await tidyOne()).toBe(null);
  await database.exec('rollback');
  expect(await tidyAll()).toEqual(['vacuum (analyze) public.busy']);
  expect((await database.query('select value = 7 as kept from busy where id = 1')).rows).toEqual([{ kept: false }]);
});

it('leaves a table alone that it could not tidy up, says so, and goes on with others', async () => {
  await database.exec(`reset role;
    create table broken (value int);
    create function fine(int) returns int language plpgsql immutable as 'begin return 1; end';
    create index on broken (fine(value));
    insert into broken select generate_series(1, 5000);
    create or replace function fine(int) returns int language plpgsql immutable as 'begin raise exception ''broken''; end';
    set role console_service`);
  await database.exec('reset role; update busy set value = value + 1; set role console_service');
  expect((await tidyAll()).toSorted()).toEqual(['analyze public.broken', 'vacuum (analyze) public.busy']);
  expect(warned).toEqual(['the table public.broken could not be tidied up']);
  expect((await database.query('select current_user as role')).rows).toEqual([{ role: 'console_service' }]);
});
