import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSchema } from '../../../../tools/schema/read-schema.ts';
import { writtenSchema } from '../../../../tools/schema/schema-files.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { needing } from '../../testing/needing.ts';
import { type PreparedDatabase, prepareDatabase } from '../../testing/prepared-database.ts';
import { connectionConfig } from './connection.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { type Database, systemScope } from './queryable.ts';
import { isPrefix, withRoles } from './roles.ts';
import { codeOf, sqlstate } from './sqlstate.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', '..', 'migrations');

/** What the service role must not do, each for a way to more rights. */
const beyond = [
  'create table mine ()',
  'create function mine() returns int language sql as $$ select 1 $$',
  'alter table audit_log disable trigger audit_log_is_append_only',
  'alter table trackers disable row level security',
  'drop policy client_read on trackers',
  'create policy mine on trackers using (true)',
  'create trigger mine before insert on clients for each row execute function count_change()',
  'truncate clients cascade',
  "insert into audit_log (id, at, action, previous_hash, hash) values (99, now(), 'x', '', '')",
  'update audit_log set actor = null',
  'delete from audit_log',
  "insert into audit_unsealed (at, action) values (now(), 'x')",
  'update audit_unsealed set actor = null',
  'delete from audit_unsealed',
  'delete from schema_migrations',
  'create role mine',
];
const ended = (work: Promise<unknown>) =>
  work.then(
    () => 'allowed',
    (error) => codeOf(error).code,
  );
const inSystem = (db: Database, statement: string) =>
  ended(db.transaction(systemScope, (tx) => tx.query(sql`${raw(statement)}`)));

describe.each(testEngines())('the product itself on $name', ({ name, create }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await create();
  });
  afterAll(() => test?.close());

  it.each(beyond)('may not: %s', async (statement) => {
    expect(await inSystem(test.db, statement)).toBe(sqlstate.insufficientPrivilege);
  });

  it('makes and drops partitions, reads and writes every table, past row level security', async () => {
    await test.db.transaction(systemScope, async (tx) => {
      await tx.query(sql`select ensure_location_report_partitions('2026-01-05', '2026-02-05')`);
      await tx.query(sql`select drop_location_reports_before('2026-03-01')`);
      const { rows } = await tx.query<{ name: string }>(sql`select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition
          and not exists (select from pg_depend d where d.objid = pg_class.oid and d.deptype = 'e')`);
      expect(rows.length).toBeGreaterThan(40);
      for (const { name } of rows) await tx.query(sql`select from ${raw(name)} limit 1`);
      await tx.query(sql`insert into clients (name) values ('Acme')`);
      expect((await tx.query(sql`select from clients`)).rowCount).toBe(1);
    });
  });

  it('is given no function that runs as the owner and may find a table of the caller’s', async () => {
    const { rows } = await test.db.query<{ name: string; settings: string[]; open: boolean }>(sql`
      select oid::regprocedure::text as name, proconfig as settings,
        prorettype <> 'trigger'::regtype and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) a
          where a.grantee = 0) as open
      from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = pg_proc.oid and d.deptype = 'e')`);
    expect(rows.length).toBeGreaterThan(8);
    for (const { name, settings } of rows)
      expect([name, settings.find((setting) => setting.startsWith('search_path='))]).toEqual([
        name,
        'search_path=public, pg_temp',
      ]);
    // What everybody may call tells what everybody may know.
    expect(rows.filter(({ open }) => open).map((row) => row.name)).toEqual(['firmware_of(bigint)']);
  });

  // On PostgreSQL the tests' own pool is the owner's.
  if (name === 'embedded')
    it('has single statements run as the service role too, once the engine is open', async () => {
      const db = openDatabase({ engine: 'embedded', connection: connectionConfig(test.connection) });
      try {
        const { rows } = await db.query<{ role: string }>(sql`select current_user::text as role`);
        expect(rows[0]!.role).toBe('console_service');
        expect(await ended(db.query(sql`create table mine ()`))).toBe(sqlstate.insufficientPrivilege);
      } finally {
        await db.query(sql`reset role`);
        await db.close();
      }
    });
});

it.each(['console', 'a_1', `a${'b'.repeat(39)}`])('a prefix of roles may be %s', (prefix) => {
  expect(isPrefix(prefix)).toBe(true);
});
it.each(['', 'Acme', '1a', 'pg_acme', 'a-b', 'a"b', `a${'b'.repeat(40)}`])('and may not be "%s"', (prefix) => {
  expect(isPrefix(prefix)).toBe(false);
});

needing('postgres', 'postgresPrograms').describe('roles that an administrator prepared', () => {
  let own: PreparedDatabase;
  let other: PreparedDatabase;
  let service: Database;
  beforeAll(async () => {
    own = await prepareDatabase();
    other = await prepareDatabase();
    await expect(
      migrate(connectionConfig({ engine: 'postgresql', url: own.serviceUrl }), migrations),
    ).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/lacks \d+ migrations.*DATABASE_OWNER_URL/),
    });
    await own.migrate();
    service = openDatabase({ engine: 'postgresql', connection: { connectionString: own.serviceUrl } });
  });
  afterAll(async () => {
    await service?.close();
    await own?.close();
    await other?.close();
  });
  const asOwner = (url: string) =>
    openDatabase({ engine: 'postgresql', connection: { connectionString: url, max: 1 } });

  it('lead to the same schema under other names, made by an owner who may make no role', async () => {
    const schema = await readSchema({ connectionString: own.ownerUrl });
    // Whether a role may log in is the administrator’s.
    const comparable = (text: string) =>
      withRoles(text, own.prefix)
        .split('\n')
        .filter((line) => !/^role |^ {2}(no)?login |^ {2}granted to /.test(line))
        .sort();
    expect(comparable(schema)).toEqual(comparable(writtenSchema('postgresql')));
  });

  it('are made and granted once, however often script and migrations run', async () => {
    const db = asOwner(own.ownerUrl);
    const catalogs = async () => {
      const { rows } = await db.query<{ all: string }>(sql`select md5(concat(
        (select string_agg(x::text, ';' order by x::text) from (select rolname, rolcanlogin, rolsuper, rolcreaterole, rolbypassrls, oid from pg_roles) x),
        (select string_agg(x::text, ';' order by x::text) from pg_auth_members x),
        (select string_agg(concat(oid, xmin, relacl::text), ';' order by oid) from pg_class where relnamespace = 'public'::regnamespace),
        (select string_agg(concat(oid, xmin), ';' order by oid) from pg_policy),
        (select string_agg(concat(oid, xmin), ';' order by oid) from pg_proc where pronamespace = 'public'::regnamespace),
        (select concat(xmin, datacl::text) from pg_database where datname = current_database()))) as all`);
      return rows[0]!.all;
    };
    try {
      const before = await catalogs();
      own.prepare();
      expect(await own.migrate()).toEqual([]);
      expect(await catalogs()).toBe(before);
    } finally {
      await db.close();
    }
  });

  it.each([...beyond, 'create temporary table mine ()'])('the console may not: %s', async (statement) => {
    expect(await inSystem(service, statement)).toBe(sqlstate.insufficientPrivilege);
    expect(await ended(service.query(sql`${raw(statement)}`))).toBe(sqlstate.insufficientPrivilege);
  });

  it('the console becomes no other role than people’s, neither of its own database nor of another', async () => {
    for (const role of [`${own.prefix}_owner`, `${other.prefix}_staff`, `${other.prefix}_service`, 'postgres'])
      expect([role, await ended(service.query(sql`set role ${raw(role)}`))]).toEqual([
        role,
        sqlstate.insufficientPrivilege,
      ]);
    const { rows } = await service.transaction({ kind: 'user', userId: 1, clientId: null }, (tx) =>
      tx.query<{ role: string }>(sql`select current_user::text as role`),
    );
    expect(rows[0]!.role).toBe(`${own.prefix}_staff`);
  });

  it('a company’s console does not come into another’s database', async () => {
    const stranger = Object.assign(new URL(own.serviceUrl), { pathname: `/${other.name}` }).href;
    const db = asOwner(stranger);
    expect(await ended(db.query(sql`select 1`))).toBe(sqlstate.insufficientPrivilege);
    await db.close();
  });

  it('leave an installation as it was whose consoles log in as the owner', async () => {
    const db = asOwner(own.ownerUrl);
    try {
      await db.transaction(systemScope, (tx) => tx.query(sql`insert into clients (name) values ('Globex')`));
      const seen = await db.transaction({ kind: 'user', userId: 1, clientId: 999 }, (tx) =>
        tx.query(sql`select from clients`),
      );
      expect(seen.rowCount).toBe(0);
    } finally {
      await db.close();
    }
  });

  it('are refused under another prefix than the database has', async () => {
    const connection = connectionConfig({ engine: 'postgresql', url: own.ownerUrl });
    await expect(migrate(connection, migrations, 'other')).rejects.toMatchObject({
      message: expect.stringContaining('Leave DATABASE_ROLES out'),
    });
  });
});
