import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSbom } from './sbom.ts';

const root = join(import.meta.dirname, '..', '..');
const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'));

it('names every dependency that a package ships, with its version, and none of a developer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sbom-'));
  const { bomFormat, components } = await read(await writeSbom(folder));
  await rm(folder, { recursive: true });
  expect(bomFormat).toBe('CycloneDX');
  const { packages } = await read(join(root, 'package-lock.json'));
  const listed = new Set(components.map(({ purl }: { purl: string }) => decodeURIComponent(purl)));
  const { dependencies, devDependencies } = await read(join(root, 'package.json'));
  const purl = (name: string) => `pkg:npm/${name}@${packages[`node_modules/${name}`].version}`;
  for (const name of Object.keys(dependencies)) expect(listed).toContain(purl(name));
  for (const name of ['vitest', 'electron-builder'].filter((name) => name in devDependencies))
    expect(listed).not.toContain(purl(name));
}, 60_000);

it('runs no install script but those that are named, each decided upon', async () => {
  const { packages } = await read(join(root, 'package-lock.json'));
  const { allowScripts } = await read(join(root, 'package.json'));
  const withScript = Object.entries(packages as Record<string, { hasInstallScript?: boolean }>)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(withScript.filter((name) => !(name in allowScripts))).toEqual([]);
  expect(Object.entries(allowScripts).flatMap(([name, allowed]) => (allowed ? [name] : []))).toEqual(['node']);
});
