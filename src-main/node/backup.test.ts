import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSchema } from '../../tools/schema/read-schema.ts';
import { type BackupOptions, makeBackup } from '../core/app/backup/make-backup.ts';
import { type RestoreOptions, restoreBackup } from '../core/app/backup/restore-backup.ts';
import { createConsoleStatusEngine } from '../core/app/console-status-engine.ts';
import { consolePaths } from '../core/app/paths.ts';
import { readAnchors } from '../core/audit/anchors.ts';
import { appendAudit } from '../core/audit/append-store.ts';
import { beginWalk, walkOn } from '../core/audit/verification.ts';
import { keyFile } from '../core/keys/key-file.ts';
import { openKeyring } from '../core/keys/keyring.ts';
import { connectionConfig, type DatabaseConnection } from '../core/platform/db/connection.ts';
import { openDatabase } from '../core/platform/db/database.ts';
import { startEmbedded } from '../core/platform/db/embedded.ts';
import { preparedEngine } from '../core/platform/db/prepared-engine.ts';
import type { Database } from '../core/platform/db/queryable.ts';
import { systemScope } from '../core/platform/db/queryable.ts';
import { type TestDatabase, type TestEngine, testEngines } from '../core/testing/database.ts';
import { demoAccounts } from '../demo/company.ts';
import { startNetwork } from '../demo/network.ts';
import { demoCredentials } from '../demo/report-sources.ts';
import { travellers } from '../demo/run.ts';
import { seedDemo } from '../demo/seed.ts';
import { fetchedTrackers, storeHistory } from '../demo/seed-history.ts';
import { noFaults } from '../demo/simulator/faults.ts';
import { readWorldRecord } from '../demo/world-record.ts';

const paths = consolePaths();
const log = pino({ level: 'silent' });
const now = new Date('2026-11-29T12:00:00Z');
const later = new Date('2026-11-29T18:00:00Z');
/** Of scrypt, for a test in a hurry. */
const logN = 10;
/** What a restore changes on purpose. */
const changed = [
  'sessions',
  'device_changes',
  'settings',
  'audit_log',
  'audit_log_p0',
  'audit_unsealed',
  'schema_migrations',
];
const odd = 'Tab\there, line\nthere, \\N, \\., "quoted" {braces}, Łódź 🚚, back\\slash';

interface World {
  test: TestDatabase;
  dataDir: string;
  file: string;
}

/** The demo company, and rows with whatever a text can hold. */
async function world(engine: TestEngine): Promise<World> {
  const test = await engine.create();
  const dataDir = await mkdtemp(join(tmpdir(), 'backup-test-'));
  const cost = { memoryKiB: 8, iterations: 1, parallelism: 1 };
  const { keyring } = await openKeyring({ db: test.db, dataDir, randomBytes, now: () => now, cost });
  await seedDemo({ db: test.db, keyring, randomBytes, now, seed: 7, accounts: demoAccounts('a password of the test') });
  const network = await startNetwork({
    port: 0,
    seed: 7,
    faults: { ...noFaults, corrupt: 0.02 },
    ...demoCredentials(7),
  });
  try {
    const record = await readWorldRecord(test.db);
    await network.register((await travellers(test.db, record!)).entries);
    // Some of each run, lest the test take a minute.
    const some = (await fetchedTrackers(test.db, now.getTime())).filter(({ trackerId }) => trackerId % 40 === 0);
    await storeHistory(test.db, network, some, now.getTime());
  } finally {
    await network.stop();
  }
  await createConsoleStatusEngine({
    db: test.db,
    publish: () => undefined,
    now: () => now,
    log: () => undefined,
  }).drain();
  await test.db.query(sql`insert into clients (name, notes) values (${odd}, ${'\\'}), (${'null'}, ${''})`);
  await test.db.query(sql`
    insert into settings (key, value) values ('odd', ${JSON.stringify({ odd, list: [odd, null, 0.1, 1e300] })}::jsonb)`);
  await test.db.query(sql`insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at)
    select sha256('x'), min(id), now(), now(), now() + interval '1 day' from users`);
  return { test, dataDir, file: join(dataDir, 'of-the-test.backup') };
}

const backUp = ({ test, dataDir, file }: World, options: Partial<BackupOptions> = {}, to = file) =>
  makeBackup(to, {
    connection: test.connection,
    dataDir,
    version: '0.1.0',
    now,
    log,
    by: 'command',
    keys: null,
    ...options,
  });

const restoring = (
  dataDir: string,
  databaseUrl: string | null,
  options: Partial<RestoreOptions> = {},
): RestoreOptions => ({
  dataDir,
  databaseUrl,
  paths,
  now: later,
  keys: null,
  mayOverwrite: async () => false,
  ...options,
});

/** Every table by name: how many rows, and a sum over all of their columns. */
async function contents(db: Database): Promise<Record<string, string>> {
  const { rows: tables } = await db.query<{ name: string }>(sql`
    select relname as name from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and relname <> 'spatial_ref_sys' order by relname collate "C"`);
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await db.query<{ sum: string }>({
      text: `select count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text collate "C")), '') as sum from "${name}" t`,
      values: [],
    } as unknown as ReturnType<typeof sql>);
    found[name] = rows[0]!.sum;
  }
  return found;
}

const without = (all: Record<string, string>) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !changed.includes(name)));

/** A place to restore to: an empty database of a server, or a new data directory. */
async function target(engine: TestEngine['name']) {
  const dataDir = await mkdtemp(join(tmpdir(), 'restore-test-'));
  const server = engine === 'postgresql' ? await testEngines().at(-1)!.create() : null;
  await server?.db.close();
  const url = server && server.connection.engine === 'postgresql' ? server.connection.url : null;
  return {
    dataDir,
    url,
    /** Opens what was restored. */
    async opened<T>(work: (db: Database, connection: DatabaseConnection) => Promise<T>): Promise<T> {
      const embedded =
        url === null
          ? await startEmbedded({
              workerUrl: paths.worker('embedded-database'),
              dataDir: join(dataDir, 'database'),
              prepared: preparedEngine(paths.root),
            })
          : null;
      const connection = embedded?.connection ?? ({ engine: 'postgresql', url: url as string } as const);
      const db = openDatabase({ engine: connection.engine, connection: connectionConfig(connection), asOwner: true });
      try {
        return await work(db, connection);
      } finally {
        await db.close();
        await embedded?.close();
      }
    },
    async remove() {
      await rm(dataDir, { recursive: true, force: true });
      // The pool is closed already; this drops the database.
      await server?.close().catch(() => undefined);
    },
  };
}

describe.each(testEngines())('a backup of a database on $name', (engine) => {
  let from: World;
  let before: Record<string, string>;
  let schema: string;
  /** Of a client that is made after the backup. */
  let nextId: number;

  beforeAll(async () => {
    from = await world(engine);
    await backUp(from, {
      keys: { store: keyFile(join(from.dataDir, 'keys', 'console-key.json')), passphrase: 'of the test', logN },
    });
    before = await contents(from.test.db);
    const { rows } = await from.test.db.query<{ id: number }>(sql`select last_value + 1 as id from clients_id_seq`);
    nextId = rows[0]!.id;
    schema = await readSchema(connectionConfig(from.test.connection));
  }, 180_000);
  afterAll(async () => {
    await from?.test.close();
    if (from) await rm(from.dataDir, { recursive: true, force: true });
  });

  it.each(testEngines().map(({ name }) => name))(
    'comes back whole on %s: every table, sequences, partitions, rights',
    async (name) => {
      const to = await target(name);
      try {
        const key = keyFile(join(to.dataDir, 'keys', 'console-key.json'));
        const restored = await restoreBackup(
          from.file,
          restoring(to.dataDir, to.url, { keys: { store: key, passphrase: 'of the test' } }),
        );
        expect(restored).toMatchObject({ migrated: [], former: null, hasKeys: true, keysRestored: true });
        expect(await key.read()).toEqual(await keyFile(join(from.dataDir, 'keys', 'console-key.json')).read());
        await to.opened(async (db, connection) => {
          const after = await contents(db);
          expect(without(after)).toEqual(without(before));
          expect(after.schema_migrations).toBe(before.schema_migrations);
          expect(after.sessions).toBe('0 ');
          // What there is none of is not shown to come back.
          for (const name of [
            'location_reports',
            'location_reports_2026_11',
            'tracker_status',
            'status_history',
            'device_keys',
            'run_periods',
          ])
            expect([name, after[name]]).not.toEqual([name, '0 ']);
          expect(await readSchema(connectionConfig(connection))).toBe(schema);
          const { rows } = await db.query<{ name: string; notes: string }>(
            sql`select name, notes from clients where name = ${odd}`,
          );
          expect(rows).toEqual([{ name: odd, notes: '\\' }]);
          const { rows: value } = await db.query(sql`select value from settings where key = 'odd'`);
          expect(value).toEqual([{ value: { odd, list: [odd, null, 0.1, 1e300] } }]);
          const made = await db.query<{ id: number }>(sql`insert into clients (name) values ('next') returning id`);
          expect(made.rows).toEqual([{ id: nextId }]);
          // What is worked out by the database is, and what checks is back.
          await expect(
            db.query(sql`insert into brands (client_id, name) values (-1, 'of nobody')`),
          ).rejects.toMatchObject({ code: '23503' });
          await expect(db.query(sql`delete from audit_log`)).rejects.toThrow('append-only');
          const seen = await db.transaction({ kind: 'user', userId: 1, clientId: 1 }, (tx) =>
            tx.query(sql`select from clients`),
          );
          expect(seen.rowCount).toBe(1);
          expect(await walkOn(db, beginWalk())).toMatchObject({ firstBrokenId: null, isOver: true });
          const { rows: last } = await db.query<{ action: string }>(
            sql`select action from audit_entries order by sequence desc limit 2`,
          );
          expect(last.map(({ action }) => action)).toEqual(['backup.restore', 'backup.create']);
        });
        // The verifier has the anchors of the backup.
        const { anchors } = await readAnchors(to.dataDir);
        expect(anchors.at(-1)).toMatchObject({ why: 'backup' });
        expect((await stat(join(to.dataDir, 'audit-anchors.jsonl'))).mode & 0o777).toBe(0o600);
      } finally {
        await to.remove();
      }
    },
    300_000,
  );

  it('is one moment: on a server others go on, the embedded engine holds them back', async () => {
    const file = join(from.dataDir, 'busy.backup');
    let written = false;
    let writtenBeforeTheLast: boolean | null = null;
    let writing: Promise<unknown> | null = null;
    // Brands have been copied by then, users come after.
    const add = async () => {
      await from.test.db.transaction(systemScope, async (tx) => {
        await tx.query(sql`insert into brands (client_id, name) select min(id), 'meanwhile' from clients`);
        await tx.query(sql`
          insert into users (username, display_name, password_hash, role) values ('meanwhile', 'meanwhile', '', 'admin')`);
      });
      written = true;
    };
    const onProgress: BackupOptions['onProgress'] = async ({ table }) => {
      if (table === 'clients') {
        writing = add();
        if (engine.name === 'postgresql') await writing;
      }
      if (table === 'workstation_mutations') writtenBeforeTheLast = written;
    };
    await backUp(from, { onProgress }, file);
    await writing;
    await from.test.db.query(sql`delete from brands where name = 'meanwhile'`);
    await from.test.db.query(sql`delete from users where username = 'meanwhile'`);
    expect(writtenBeforeTheLast).toBe(engine.name === 'postgresql');
    expect(gunzipSync(await readFile(file)).toString('utf8')).not.toContain('meanwhile');
  }, 60_000);

  it('says what is lost, asks, and keeps what stood there aside', async () => {
    const to = await target(engine.name);
    try {
      await restoreBackup(from.file, restoring(to.dataDir, to.url));
      await to.opened(async (db) => {
        await db.query(
          sql`insert into locations (name, kind, position) select 'Since', kind, position from locations limit 1`,
        );
        await db.transaction(systemScope, (tx) =>
          appendAudit(tx, { at: later, userId: 1, username: 'admin', action: 'location.create' }),
        );
      });
      let asked: readonly string[] = [];
      const mayOverwrite = async (lines: readonly string[]) => {
        asked = lines;
        return false;
      };
      await expect(restoreBackup(from.file, restoring(to.dataDir, to.url, { mayOverwrite }))).rejects.toThrow(
        'Nothing was changed.',
      );
      expect(asked).toEqual([
        `Since the backup 2 entries were written to the audit log, the last at ${later.toISOString()}. The changes that they record would be lost.`,
        expect.stringMatching(/^locations: 41 stand there, 40 are in the backup\.$/),
      ]);
      const locations = sql`select from locations`;
      const again = await restoreBackup(from.file, restoring(to.dataDir, to.url, { mayOverwrite: async () => true }));
      await to.opened(async (db) => expect((await db.query(locations)).rowCount).toBe(40));
      expect(again.former === null).toBe(to.url !== null);
      if (again.former) expect(existsSync(join(again.former, 'PG_VERSION'))).toBe(true);
      expect((await readdir(to.dataDir)).filter((name) => name.startsWith('audit-anchors'))).toHaveLength(2);
    } finally {
      await to.remove();
    }
  }, 300_000);

  it('is refused when cut, changed, foreign or newer, before anything is touched', async () => {
    const to = await target(engine.name);
    const bytes = await readFile(from.file);
    const text = gunzipSync(bytes).toString('latin1');
    const bad = join(to.dataDir, 'bad.backup');
    const refused = async (content: Buffer | string, why: RegExp) => {
      await writeFile(bad, content);
      await expect(restoreBackup(bad, restoring(to.dataDir, to.url))).rejects.toThrow(why);
    };
    const zipped = (changedText: string) => gzipSync(Buffer.from(changedText, 'latin1'));
    try {
      for (const part of [0.1, 0.5, 0.99]) await refused(bytes.subarray(0, bytes.length * part), /incomplete/);
      await refused(zipped(text.slice(0, text.lastIndexOf('\n{"end"') + 1)), /incomplete/);
      await refused(zipped(text.replace('Tab', 'Tap')), /checksum differs/);
      const flipped = Buffer.from(bytes);
      flipped[Math.floor(bytes.length / 2)]! ^= 0xff;
      await refused(flipped, /damaged|checksum/);
      await refused('PGDMP', /not a backup/);
      await refused(Buffer.alloc(0), /incomplete|not a backup/);
      await refused(gzipSync('something else\n'), /not a backup/);
      await refused(zipped(text.replace('backup 1\n', 'backup 2\n')), /newer console/);
      await expect(restoreBackup(join(to.dataDir, 'none'), restoring(to.dataDir, to.url))).rejects.toThrow(
        'There is no file',
      );
      await backUp(from, {}, bad);
      const newer = gunzipSync(await readFile(bad))
        .toString('latin1')
        .replace(/("migrations":\[.*?)\]/, `$1,{"name":"9999_to_come.sql","sha256":"${'a'.repeat(64)}"}]`);
      const { createHash } = await import('node:crypto');
      const body = newer.slice(0, newer.lastIndexOf('{"end"'));
      const sum = createHash('sha256').update(Buffer.from(body, 'latin1')).digest('hex');
      await refused(
        zipped(body + newer.slice(body.length).replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${sum}"`)),
        /newer than this console \(it has 9999_to_come.sql\)\. Update the console/,
      );
      expect(existsSync(join(to.dataDir, 'database'))).toBe(false);
    } finally {
      await to.remove();
    }
  }, 300_000);
});
