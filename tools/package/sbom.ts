import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];

interface Bom {
  components: { 'bom-ref': string; properties?: { name: string }[] }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/** Writes what a package is made of, by the lock file, as CycloneDX (`npm sbom`). Returns the path. */
export async function writeSbom(output: string): Promise<string> {
  // npm itself, where npm started this: on Windows it is no program that could be run by its name.
  const npm = process.env.npm_execpath;
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = npm
    ? await run(process.execPath, [npm, ...args], options)
    : await run('npm', args, { ...options, shell: process.platform === 'win32' });
  await mkdir(output, { recursive: true });
  const path = join(output, 'sbom.cdx.json');
  await writeFile(path, JSON.stringify(withoutDevelopment(JSON.parse(stdout) as Bom), null, 2));
  return path;
}

/** npm's own `--omit dev` (11.19) also leaves out what both a package and a developer's tool depend on. */
function withoutDevelopment(bom: Bom): Bom {
  const dropped = new Set(
    bom.components
      .filter(({ properties = [] }) => properties.some(({ name }) => name === 'cdx:npm:package:development'))
      .map((component) => component['bom-ref']),
  );
  return {
    ...bom,
    components: bom.components.filter((component) => !dropped.has(component['bom-ref'])),
    dependencies: bom.dependencies
      .filter(({ ref }) => !dropped.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => !dropped.has(each)) })),
  };
}
