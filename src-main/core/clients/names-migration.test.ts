import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { name as nameSchema } from '../../../src-shared/contract/common.ts';
import { connectionConfig } from '../platform/db/connection.ts';
import { migrate } from '../platform/db/migrate.ts';
import { insertIds, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { dropAll } from '../testing/drop-all.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations');

/** Names of a time before they were brought into one form. */
describe.each(testEngines())('former names on $name', ({ create }) => {
  let test: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    test = await create();
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  });
  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are brought into it, and those that become alike get a number', async () => {
    const { db } = test;
    const apply = () => migrate(connectionConfig(test.connection), folder);
    await db.query(dropAll);
    const files = (await readdir(migrations)).filter((file) => file.endsWith('.sql')).sort();
    for (const file of files.filter((one) => one < '0250')) await cp(join(migrations, file), join(folder, file));
    await apply();

    const former = [
      'Müller',
      'Mu\u0308ller',
      ' M\u00fcLLER\u00a0\t',
      'Müller (2)',
      'Two\u3000\u2009words',
      'turned\u202e round\u0007',
      '\u200b \u0085',
      'M\u200bu\u200b\u0308ller',
      'x'.repeat(250),
    ];
    const clients: number[] = [];
    for (const name of former)
      clients.push((await insertIds(db, sql`insert into clients (name) values (${name}) returning id`))[0]!);
    const [archived] = await insertIds(
      db,
      sql`insert into clients (name, archived_at) values ('Mu\u0308ller', now()) returning id`,
    );
    // Alike, but of two clients.
    for (const client of [clients[0]!, clients[4]!])
      await db.query(sql`insert into brands (client_id, name) values (${client}::bigint, 'Cafe\u0301 ')`);
    await db.query(sql`insert into locations (kind, name, position, geofence_radius_m)
      values ('storage', ' Depot  1', st_point(10, 53)::geography, 100), ('storage', 'Depot 1', st_point(10, 53)::geography, 100)`);
    const userId = await insertUser(db, 'wanda', 'warehouse');
    await db.query(sql`insert into saved_views (user_id, list, name, state, created_at, updated_at)
      values (${userId}::bigint, 'trackers', 'Mine', '{}', now(), now()), (${userId}::bigint, 'trackers', ${`mine${' '.repeat(3)}`}, '{}', now(), now())`);

    for (const file of files.filter((one) => one >= '0250')) await cp(join(migrations, file), join(folder, file));
    await apply();

    const names = async (table: 'clients' | 'brands' | 'locations' | 'saved_views') => {
      const texts = {
        clients: sql`select name from clients where archived_at is null order by id`,
        brands: sql`select name from brands order by id`,
        locations: sql`select name from locations order by id`,
        saved_views: sql`select name from saved_views order by id`,
      };
      return (await db.query<{ name: string }>(texts[table])).rows.map((row) => row.name);
    };
    expect(await names('clients')).toEqual([
      'Müller',
      'Müller (3)',
      'MüLLER (4)',
      'Müller (2)',
      'Two words',
      'turned round',
      '(no name)',
      'Müller (5)',
      'x'.repeat(200),
    ]);
    expect(await names('brands')).toEqual(['Café', 'Café']);
    expect(await names('locations')).toEqual(['Depot 1', 'Depot 1']);
    expect(await names('saved_views')).toEqual(['Mine', 'mine (2)']);
    const { rows } = await db.query<{ name: string }>(sql`select name from clients where id = ${archived!}::bigint`);
    expect(rows[0]?.name).toBe('Müller');
    // As the API would store them.
    for (const name of await names('clients')) expect(nameSchema.parse(name)).toBe(name);
  });
});
