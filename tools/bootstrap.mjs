// Runs on whatever Node started npm (20 or later), before anything is installed: no dependency, no TypeScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const MIN_NODE_MAJOR = 22;

/** The Node that the project brings along (24, what Electron embeds): better-sqlite3 crashes on Node 20. */
const projectNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Installs the locked dependencies when they are missing or not those of the lock file. */
export function ensureInstalled() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = join(root, 'node_modules', '.installed-lock');
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (installed === wanted && existsSync(projectNode)) return;
  console.log('Installing dependencies …');
  const npm = process.env.npm_execpath;
  // Not `npm ci`: it refuses a lock file that lacks other platforms' optional packages, and a registry mirror that is
  // behind with one of them makes npm write such a lock file. The locked versions are installed all the same.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  // A package manager's variables of the outer run would make the inner one think that it is part of it.
  const env = { ...process.env, NODE_ENV: 'development' };
  const run = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit', env })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', env, shell: process.platform === 'win32' });
  if (run.status !== 0) fail('The dependencies could not be installed. See npm’s message above, then try again.');
  writeFileSync(stamp, wanted);
}

/** Path of a Node that is new enough; ends the process with a clear message when there is none. */
export function nodeForProject() {
  const path = existsSync(projectNode) ? projectNode : process.execPath;
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? 'unknown';
  const major = Number(/^v(\d+)/.exec(version)?.[1]);
  if (!(major >= MIN_NODE_MAJOR)) {
    fail(
      `This needs Node ${MIN_NODE_MAJOR} or later; ${path} is ${version}. The dependency "node" brings version 24 along: ` +
        'delete node_modules and run the command again, with install scripts allowed for it.',
    );
  }
  return path;
}

/** Environment in which `node` and the project's commands are the project's own. */
export function projectEnvironment() {
  const separator = process.platform === 'win32' ? ';' : ':';
  const paths = [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: paths.join(separator) };
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}
