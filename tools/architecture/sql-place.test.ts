import { expect, it } from 'vitest';
import { readSources } from './sources.ts';
import { misplacedSql } from './sql-place.ts';

const file = 'src-main/core/orders/orders.ts';

it.each([
  ["import type { Sql } from 'sql-template-tag';", 'imports sql-template-tag'],
  ["db.query('select 1')", 'has SQL ("select …")'],
  ['db.query(`\n  with due as (select 1) select 2`)', 'has SQL ("with due as …")'],
  ["store.run('update people set name = 1')", 'has SQL ("update people set …")'],
  ['store.run("DELETE FROM people")', 'has SQL ("DELETE FROM …")'],
])('SQL outside of a store is refused: %s', (text, why) => {
  expect(misplacedSql(file, text)).toEqual([`${file} ${why}: SQL stands in *-store.ts.`]);
  expect(misplacedSql('src-main/core/orders/orders-store.ts', text)).toEqual([]);
  expect(misplacedSql('src-main/core/platform/db/listing.ts', text)).toEqual([]);
});

it('a sentence is not taken for SQL', () => {
  expect(misplacedSql(file, "throw new Error('Select an order, with its devices, then update it.');")).toEqual([]);
});

it('SQL stands in stores alone', () => {
  expect([...readSources('src-main/core')].flatMap(([name, text]) => misplacedSql(name, text))).toEqual([]);
});
