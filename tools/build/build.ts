import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSnapshot } from './snapshot.ts';

/** Builds everything into out/: the P-224 module, both hosts, workers, renderer, and the embedded engine's snapshot. */
const root = join(import.meta.dirname, '..', '..');
const stamp = join(root, 'out', 'build-stamp.json');
const sources = [
  'src-main',
  'src-renderer',
  'src-shared',
  'src-worker',
  'tools',
  'package.json',
  'electron.vite.config.ts',
  'postcss.config.cjs',
];

/** Newest change below a path, and how many files there are: a deleted file changes the count. */
function fingerprint(path: string): { files: number; newest: number } {
  if (!existsSync(path)) return { files: 0, newest: 0 };
  const stat = statSync(path);
  if (!stat.isDirectory()) return { files: 1, newest: stat.mtimeMs };
  const parts = readdirSync(path).map((name) => fingerprint(join(path, name)));
  return {
    files: parts.reduce((sum, part) => sum + part.files, 0),
    newest: parts.reduce((newest, part) => Math.max(newest, part.newest), 0),
  };
}

function run(label: string, ...command: string[]): void {
  const started = performance.now();
  const [program, ...args] = command as [string, ...string[]];
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) {
    console.error(`${label} failed\n${result.stdout}\n${result.stderr}`);
    process.exit(1);
  }
  console.log(`built ${label} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const bin = (name: string) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const before = (): string => JSON.stringify(sources.map((path) => fingerprint(join(root, path))));

const current = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
if (!process.argv.includes('--if-changed') || current !== before()) {
  run('P-224 module', process.execPath, join(root, 'tools', 'build', 'p224.ts'));
  run('console', bin('electron-vite'), 'build');
}
await buildSnapshot(root);
writeFileSync(stamp, before());
