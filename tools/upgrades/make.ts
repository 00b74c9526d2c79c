import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { writeBackup } from '../../src-main/core/platform/backup/write-backup.ts';
import { withClient } from '../../src-main/core/platform/db/with-client.ts';
import { whatIsSeen } from './seen.ts';

/**
 * Makes the data of a version for the test of upgrades: runs the demo of a commit on a database of TEST_DATABASE_URL, keeps
 * one tracker in fifty, asks its API what people see, and backs the database up beside that.
 *
 *   TEST_DATABASE_URL=postgres://… node tools/run.mjs tools/upgrades/make.ts NAME [--commit HEAD] [--modules FOLDER]
 *
 * `--modules` names a folder with packages that this version has no more; they come before the present ones.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { commit: { type: 'string', default: 'HEAD' }, modules: { type: 'string' } },
});
const [name] = positionals;
const server = process.env.TEST_DATABASE_URL;
if (!name || !server) throw new Error('Give a name, and TEST_DATABASE_URL.');

/** One tracker in fifty with all that is its own, so that the data is small. */
const keepFew = `
  do $$
  declare
    own regclass;
  begin
    set local session_replication_role = replica;
    for own in
      select c.oid::regclass from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tracker_id' and not a.attisdropped
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
    loop
      execute format('delete from %s where tracker_id %% 50 <> 0', own);
    end loop;
    delete from trackers where id % 50 <> 0;
    delete from sessions;
  end
  $$`;

const PASSWORD = 'only for the data of this test';
const PORT = Number(process.env.UPGRADE_PORT ?? 4893);
const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'upgrade-data-'));
const tree = join(folder, 'tree');
const database = `upgrade_data_${process.pid}`;
const url = Object.assign(new URL(server), { pathname: `/${database}` }).href;
/** Ended with this command, whatever becomes of it. */
const started: ChildProcess[] = [];
const base = `http://127.0.0.1:${PORT}`;

execFileSync('git', ['worktree', 'add', '-q', '--detach', tree, values.commit], { cwd: root });
try {
  linkPackages();
  narrowHistory();
  await withClient({ connectionString: server }, (client) => client.query(`create database ${database}`));
  const demo = await startConsole(['--demo']);
  await demo.said(/The demo company is ready/);
  await untilFolded();
  await demo.stop();
  await withClient({ connectionString: url }, (client) => client.query(keepFew));
  const running = await startConsole([]);
  const get = await signedIn();
  const at = new Date();
  const seen = await whatIsSeen(get);
  await running.stop();
  const versions = join(import.meta.dirname, 'versions');
  mkdirSync(versions, { recursive: true });
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: tree, encoding: 'utf8' }).trim();
  writeFileSync(
    join(versions, `${name}.seen.json.gz`),
    gzipSync(JSON.stringify({ commit, at: at.toISOString(), seen }), { level: 9 }),
  );
  const written = await withClient({ connectionString: url }, (client) =>
    writeBackup(client, join(versions, `${name}.backup`), {
      engine: 'postgresql',
      version: name as string,
      now: at,
      keys: null,
      anchorsOf: async () => [],
    }),
  );
  console.log(`${name} (${commit.slice(0, 7)}): ${written.rows} rows, ${written.bytes} bytes`);
} finally {
  for (const child of started) child.kill('SIGKILL');
  execFileSync('git', ['worktree', 'remove', '--force', tree], { cwd: root });
  await withClient({ connectionString: server }, (client) =>
    client.query(`drop database if exists ${database} with (force)`),
  );
  rmSync(folder, { recursive: true, force: true });
}

/** Only those that are kept get two weeks of reports, so that this takes a minute. */
function narrowHistory(): void {
  const where = 'and t.mac_address is not null\n    order by t.id';
  const file = ['src-main/demo', 'tools/demo'].map((each) => join(tree, each, 'seed-history.ts')).find(existsSync);
  const text = readFileSync(file as string, 'utf8');
  if (!text.includes(where)) throw new Error(`${file} chooses its trackers otherwise: see whose history it stores.`);
  writeFileSync(file as string, text.replace(where, `and t.id % 50 = 0 ${where}`));
}

function linkPackages(): void {
  const target = join(tree, 'node_modules');
  mkdirSync(target);
  const seen = new Set<string>();
  for (const from of [values.modules, join(root, 'node_modules')]) {
    for (const each of from === undefined ? [] : readdirSync(from)) {
      if (!seen.has(each)) symlinkSync(resolve(from as string, each), join(target, each));
      seen.add(each);
    }
  }
}

async function startConsole(flags: string[]): Promise<{ said(what: RegExp): Promise<void>; stop(): Promise<void> }> {
  const args = ['--headless', '--port', String(PORT), '--data-dir', join(folder, 'data'), '--engines', 'status-engine'];
  const child: ChildProcess = spawn(process.execPath, ['src-main/node/main.ts', ...args, ...flags], {
    cwd: tree,
    env: { ...process.env, DATABASE_URL: url, REDIS_URL: '', CONSOLE_ADMIN_PASSWORD: PASSWORD },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const said = async (what: RegExp) => {
    for (;;) {
      if (what.test(text)) return;
      if (child.exitCode !== null) throw new Error(`The console ended:\n${text}`);
      await sleep(500);
    }
  };
  await said(/Ctrl-C stops it/);
  return {
    said,
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Until the history has not grown for a while: the queues have other names in other versions. */
async function untilFolded(): Promise<void> {
  await withClient({ connectionString: url }, async (client) => {
    for (let before = -1; ; ) {
      const { rows } = await client.query('select count(*)::int as count from status_history');
      if (rows[0].count === before && before > 0) return;
      before = rows[0].count;
      await sleep(20_000);
    }
  });
}

async function signedIn() {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  const body = JSON.stringify({ username: 'admin', password: PASSWORD });
  const answer = await fetch(`${base}/api/v1/auth/login`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`no login: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return async (path: string) => {
    const found = await fetch(`${base}/api/v1${path}`, { headers: { cookie } });
    if (!found.ok) throw new Error(`${path}: ${found.status} ${await found.text()}`);
    return found.json();
  };
}
