import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimDataDir } from '../core/app/data-dir.ts';
import { consolePaths } from '../core/app/paths.ts';
import { connectionConfig } from '../core/platform/db/connection.ts';
import { openDatabase } from '../core/platform/db/database.ts';
import { startEmbedded } from '../core/platform/db/embedded.ts';
import { migrate } from '../core/platform/db/migrate.ts';
import { preparedEngine } from '../core/platform/db/prepared-engine.ts';

const paths = consolePaths();
let dataDir: string;
let elsewhere: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'backup-command-'));
  elsewhere = await mkdtemp(join(tmpdir(), 'backup-command-'));
});
afterAll(async () => {
  for (const folder of [dataDir, elsewhere]) await rm(folder, { recursive: true, force: true });
});

/** A command as people give it, without a terminal. */
function run(name: 'backup' | 'restore', args: string[], shell = ''): Promise<{ code: number | null; said: string }> {
  const command = [process.execPath, join(import.meta.dirname, `${name}.ts`), ...args]
    .map((each) => `'${each}'`)
    .join(' ');
  const child = spawn('sh', ['-c', `${shell} exec ${command}`], {
    env: { ...process.env, DATABASE_URL: '', CONSOLE_BACKUP_PASSPHRASE: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

const engineOn = (folder: string) =>
  startEmbedded({
    workerUrl: paths.worker('embedded-database'),
    dataDir: join(folder, 'database'),
    prepared: preparedEngine(paths.root),
  });

test('back up a console that runs, restore into another folder, and leave nothing of what fails', async () => {
  const file = join(elsewhere, 'whole.backup');
  const nothing = await run('backup', [file, '--data-dir', dataDir]);
  expect(nothing).toEqual({ code: 1, said: expect.stringContaining('There is no database in') });

  // A console at work, as far as the commands can tell.
  const giveBack = await claimDataDir(dataDir);
  const engine = await engineOn(dataDir);
  await migrate(connectionConfig(engine.connection), paths.migrations);
  const db = openDatabase({ engine: 'embedded', connection: connectionConfig(engine.connection) });
  await db.query(sql`insert into clients (name) values ('Acme')`);
  await db.query(sql`insert into users (username, display_name, password_hash, role) values ('a', 'A', '', 'admin')`);
  const running = await run('backup', [file, '--data-dir', dataDir]);
  expect(running.said).toContain('it holds back all other work while this copies');
  expect(running).toEqual({ code: 0, said: expect.stringMatching(/Backed up to .*: \d+ rows/) });
  expect(await run('restore', [file, '--data-dir', dataDir])).toEqual({
    code: 1,
    said: expect.stringContaining('Another console works in'),
  });
  await db.query(sql`insert into clients (name) values ('Globex')`);
  await db.close();
  await engine.close();
  await giveBack();

  // It is there, and is not replaced unasked.
  expect((await run('backup', [file, '--data-dir', dataDir])).said).toContain('is there already');
  // The disk is full: a limit of the file's size is as good.
  const cut = join(elsewhere, 'cut.backup');
  const full = await run('backup', [cut, '--data-dir', dataDir], 'ulimit -f 1;');
  expect(full.code).toBe(1);
  expect((await readdir(elsewhere)).sort()).toEqual(['whole.backup']);

  const asked = await run('restore', [file, '--data-dir', dataDir]);
  expect(asked).toEqual({ code: 1, said: expect.stringContaining('Give --yes to overwrite it. Nothing was changed.') });
  const yes = await run('restore', [file, '--data-dir', dataDir, '--yes']);
  expect(yes.code).toBe(0);
  expect(yes.said).toMatch(/The former database is kept in/);

  const restored = await engineOn(dataDir);
  const after = openDatabase({ engine: 'embedded', connection: connectionConfig(restored.connection) });
  expect((await after.query(sql`select name from clients`)).rows).toEqual([{ name: 'Acme' }]);
  await after.close();
  await restored.close();
  expect(existsSync(join(dataDir, 'database.restoring'))).toBe(false);

  const check = await run('backup', ['--check', file, '--data-dir', elsewhere]);
  expect(check.said).toMatch(
    /The backup is complete: \d+ rows.*\nIt holds no keys.\nIt has 1 anchors of the audit log; 1 were new/,
  );
  await writeFile(file, 'something else');
  expect(await run('backup', ['--check', file, '--data-dir', elsewhere])).toEqual({
    code: 1,
    said: expect.stringContaining('is not a backup'),
  });
}, 400_000);
