import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compress } from './compress.ts';
import { buildFonts } from './fonts.ts';
import { fingerprint } from './inputs.ts';
import { buildMap } from './map/build-map.ts';
import { prepareEngine } from './prepared-engine.ts';

/** Builds everything into out/: the P-224 module, the bundled map, the font, both hosts, workers, renderer, and the embedded engine's snapshot. */
const root = join(import.meta.dirname, '..', '..');
const stamp = join(root, 'out', 'build-stamp');

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
// Taken before the build, so that what is changed meanwhile is built the next time.
const wanted = fingerprint(root);
const built = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
if (!process.argv.includes('--if-changed') || built !== wanted) {
  run('P-224 module', process.execPath, join(root, 'tools', 'build', 'p224.ts'));
  await buildMap(root);
  await buildFonts(root);
  run('console', bin('electron-vite'), 'build');
  await compress(join(root, 'out', 'renderer'));
}
await prepareEngine(root);
writeFileSync(stamp, wanted);
