import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';
import { FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertShippable, isCommonJs, problemsOf } from './contents.ts';
import { writeElectronStandIn } from './electron-stand-in.ts';
import { pack } from './pack.ts';

const root = join(import.meta.dirname, '..', '..');

/** The real packing of the real build, around a stand-in for Electron's executable. Linux: the stand-in has its layout. */
describe.runIf(process.platform === 'linux')('the package', () => {
  let folder: string;
  let files: string[];
  beforeAll(async () => {
    if (!existsSync(join(root, 'out', 'main', 'electron.js'))) throw new Error('run `npm run build` first');
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    const { version } = JSON.parse(await readFile(join(root, 'node_modules', 'electron', 'package.json'), 'utf8'));
    await writeElectronStandIn(join(folder, 'electron'), version);
    await pack({ electronDist: join(folder, 'electron'), output: join(folder, 'dist'), folderOnly: true });
    files = await assertShippable(join(folder, 'dist'));
  }, 180_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds what the console needs, and nothing of a developer', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((file) => file.startsWith('out/')).some((file) => file.endsWith('.map'))).toBe(false);
    expect(files.filter((file) => /^node_modules\/[^@/]*\/package.json$/.test(file)).length).toBeGreaterThan(20);
  });

  it('has native modules beside the archive, where they can be opened', () => {
    const unpacked = join(folder, 'dist', 'linux-unpacked', 'resources', 'app.asar.unpacked', 'node_modules');
    expect(existsSync(join(unpacked, 'better-sqlite3'))).toBe(true);
    expect(existsSync(join(unpacked, '@node-rs'))).toBe(true);
  });

  it('has its fuses set (checklist, item 19)', async () => {
    const executable = join(folder, 'dist', 'linux-unpacked', 'tracker-lifecycle-console');
    const wire = await getCurrentFuseWire(executable);
    expect(wire.version).toBe(FuseVersion.V1);
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ];
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    for (const fuse of on) expect([fuse, wire[fuse]]).toEqual([fuse, FuseState.ENABLE]);
    for (const fuse of off) expect([fuse, wire[fuse]]).toEqual([fuse, FuseState.DISABLE]);
  });

  it('starts from what was packed alone', async () => {
    const archive = join(folder, 'dist', 'linux-unpacked', 'resources', 'app.asar');
    const app = join(folder, 'app');
    extractAll(archive, app);
    const args = ['--headless', '--port', '0', '--data-dir', join(folder, 'data')];
    const child = spawn(process.execPath, [join(app, 'out', 'main', 'node.js'), ...args], {
      env: { PATH: process.env.PATH, HOME: folder, CONSOLE_ADMIN_PASSWORD: 'a long enough password' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'exit');
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (printed += part));
    const url = () => /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
    await expect.poll(url, { timeout: 60_000 }).toBeDefined();
    const ready = async () => (await fetch(`${url()}/api/v1/health/ready`)).status;
    await expect.poll(ready, { timeout: 60_000, interval: 200 }).toBe(200);
    expect(await (await fetch(`${url()}/trackers/7`)).text()).toContain('<div id="root">');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 120_000);

  it('has a preload that a sandbox can load', async () => {
    expect(await isCommonJs(join(root, 'out', 'preload', 'preload.cjs'))).toBe(true);
  });
});

describe('the check of a package', () => {
  it.each([
    'out/main/node.js.map',
    'src-renderer/App.tsx',
    'src-main/demo/simulator/main.ts',
    'out/main/demo-simulator.js',
    'data/keys/console-key.json',
    'recovery-kit-1.txt',
    'node_modules/x/.env',
    'node_modules/x/tls.key',
    'node_modules/vitest/package.json',
    'prefix_keyfile',
    'auth.json',
  ])('refuses %s', (file) => expect(problemsOf([file])).toContain(`${file} must not ship`));

  it('names what is missing', () => {
    expect(problemsOf([])).toContain('out/preload/preload.cjs is missing');
  });

  it('fails where nothing was packed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'package-'));
    await expect(assertShippable(folder)).rejects.toThrow('there is no app.asar');
    await rm(folder, { recursive: true });
  });
});
