import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fingerprint, isBuildInput } from './inputs.ts';

describe('what the build reads', () => {
  it.each([
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'tsconfig.renderer.json',
    'electron.vite.config.ts',
    'postcss.config.cjs',
    '.env.local',
    'src-renderer/index.html',
    'src-renderer/icon.svg',
    'src-renderer/theme/theme.css',
    'src-main/core/keys/p224/wasm/index.as',
    'src-shared/contract/routes.ts',
    'src-worker/fetcher.ts',
    'tools/build/build.ts',
  ])('counts %s', (path) => expect(isBuildInput(path)).toBe(true));

  it.each([
    'README.md',
    'biome.json',
    'vitest.config.ts',
    'playwright.config.ts',
    'e2e/access.spec.ts',
    'migrations/0001_foundation.sql',
    'out/main/node.js',
    'node_modules/vite/package.json',
    'src-main/core/orders/README.md',
    'src-main/core/platform/db/database.test.ts',
    'src-main/core/testing/console.ts',
    'src-renderer/map/view.test.tsx',
    'tools/bench/map.bench.ts',
  ])('leaves out %s', (path) => expect(isBuildInput(path)).toBe(false));
});

describe('its fingerprint', () => {
  /** A checkout of one file in each folder, all written at one instant. */
  async function checkout() {
    const root = await mkdtemp(join(tmpdir(), 'build-inputs-'));
    onTestFinished(() => rm(root, { recursive: true }));
    const write = async (path: string, text = '') => {
      await writeFile(join(root, path), text);
      await utimes(join(root, path), 1, 1);
    };
    for (const folder of ['src-main', 'src-renderer', 'src-shared', 'src-worker', 'tools']) {
      await mkdir(join(root, folder));
      await write(`${folder}/a.ts`);
    }
    await write('package-lock.json', '{}');
    return { root, write };
  }

  it('stays while nothing that the build reads is touched', async () => {
    const { root, write } = await checkout();
    const before = fingerprint(root);
    await write('src-main/a.test.ts', 'it');
    await write('README.md', 'words');
    await write('src-main/a.ts');
    expect(fingerprint(root)).toBe(before);
  });

  it('changes with contents, with the lock file, and with a file that is renamed and keeps its time', async () => {
    const { root, write } = await checkout();
    const seen = new Set([fingerprint(root)]);
    await write('src-main/a.ts', 'let a');
    seen.add(fingerprint(root));
    await write('package-lock.json', '{"a":1}');
    seen.add(fingerprint(root));
    await rename(join(root, 'src-shared', 'a.ts'), join(root, 'src-shared', 'b.ts'));
    seen.add(fingerprint(root));
    await utimes(join(root, 'tools', 'a.ts'), 2, 2);
    seen.add(fingerprint(root));
    expect(seen.size).toBe(5);
  });
});
