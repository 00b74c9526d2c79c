import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { channels } from './channels.ts';
import { APP_ORIGIN } from './hardening.ts';

vi.mock('electron', () => import('./testing/electron-stand-in.ts'));
const electron = await import('./testing/electron-stand-in.ts');
const { seen, BrowserWindow } = electron;

const root = join(import.meta.dirname, '..', '..');
const PASSWORD = 'correct horse battery';

/**
 * The whole shell, started as Electron would start it, with the real core behind it; Electron's checklist in its order
 * (https://www.electronjs.org/docs/latest/tutorial/security).
 */
describe('the desktop', () => {
  let folder: string;
  const argv = process.argv;
  const window = () => BrowserWindow.last!;
  const preferences = () => window().options.webPreferences as Record<string, unknown>;
  const ask = (path: string, init?: RequestInit) => seen.protocol!(new Request(`${APP_ORIGIN}${path}`, init));
  const post = (path: string, body: unknown) =>
    ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const login = () => post('/api/v1/auth/login', { username: 'admin', password: PASSWORD });

  beforeAll(async () => {
    if (!existsSync(join(root, 'out', 'renderer', 'index.html'))) throw new Error('run `npm run build` first');
    folder = await mkdtemp(join(tmpdir(), 'desktop-'));
    seen.userData = folder;
    process.argv = ['electron', root, '--engines', 'status-engine,key-generator'];
    vi.stubEnv('CONSOLE_ADMIN_PASSWORD', PASSWORD);
    vi.stubEnv('DATABASE_URL', '');
    vi.stubEnv('REDIS_URL', '');
    await import('./main.ts');
    await vi.waitFor(() => expect(BrowserWindow.last?.loaded).toBe(`${APP_ORIGIN}/`), 60_000);
  }, 90_000);
  afterAll(async () => {
    if (!folder) return;
    electron.app.emit('before-quit', { preventDefault: () => undefined });
    await vi.waitFor(() => expect(seen.quits).toBe(1), 30_000);
    process.argv = argv;
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }, 60_000);

  it('1: loads secure content only, its own', async () => {
    expect(window().loaded).toBe('app://console/');
    const page = await ask('/trackers/7');
    expect(await page.text()).toContain('<div id="root">');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
  });

  it('2: has no Node in the window, its workers or its frames', () => {
    const off = { nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false };
    expect(preferences()).toMatchObject(off);
  });

  it('3 and 4: isolates contexts and sandboxes every process, before the app is ready', () => {
    expect(preferences()).toMatchObject({ contextIsolation: true, sandbox: true });
    expect(seen.order.indexOf('sandbox')).toBeLessThan(seen.order.indexOf('ready'));
  });

  it('5: gives the camera’s picture to its own pages, and no other permission to anybody', () => {
    const asked = (permission: string, requestingUrl: string, mediaTypes?: string[]) => {
      let given: unknown = null;
      seen.permissions.request!(null, permission, (granted: unknown) => (given = granted), {
        requestingUrl,
        mediaTypes,
      });
      return given;
    };
    expect(asked('media', 'app://console/scan/7', ['video'])).toBe(true);
    expect(asked('media', 'app://console/scan/7', ['video', 'audio'])).toBe(false);
    expect(asked('media', 'app://console/scan/7')).toBe(false);
    expect(asked('media', 'https://example.org/', ['video'])).toBe(false);
    expect(asked('media', 'app://console.example/', ['video'])).toBe(false);
    expect(asked('geolocation', 'app://console/map')).toBe(false);
    const { check } = seen.permissions;
    expect(check!(null, 'media', 'app://console/', { mediaType: 'video' })).toBe(true);
    expect(check!(null, 'media', 'app://console/', { mediaType: 'audio' })).toBe(false);
    expect(check!(null, 'media', 'https://example.org/', { mediaType: 'video' })).toBe(false);
    expect(check!(null, 'geolocation', 'app://console/', {})).toBe(false);
    expect(seen.permissions.device!({})).toBe(false);
  });

  it('6, 8, 9 and 10: leaves web security on, and experiments off', () => {
    const { enableBlinkFeatures, ...rest } = preferences();
    expect(enableBlinkFeatures).toBeUndefined();
    const safe = { webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false };
    expect(rest).toMatchObject(safe);
  });

  it('7: has a content security policy that runs only its own scripts', async () => {
    for (const path of ['/', '/index.html']) {
      const policy = (await ask(path)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain('unsafe-eval');
    }
  });

  it('11 and 12: attaches no web view', () => {
    expect(preferences().webviewTag).toBe(false);
    const event = { preventDefault: vi.fn() };
    window().webContents.emit('will-attach-webview', event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });

  it.each([
    ['https://example.org/', true],
    ['file:///etc/passwd', true],
    ['app://console.example/', true],
    ['javascript:alert(1)', true],
    ['app://console/map', false],
  ])('13: navigation to %s is stopped: %s', (url, stopped) => {
    for (const kind of ['will-navigate', 'will-redirect']) {
      const event = { url, preventDefault: vi.fn() };
      window().webContents.emit(kind, event);
      expect(event.preventDefault).toHaveBeenCalledTimes(stopped ? 1 : 0);
    }
  });

  it('14: opens no other window', () => {
    expect(window().webContents.openHandler?.({ url: 'app://console/map' })).toEqual({ action: 'deny' });
  });

  it('15: hands no address to the operating system', async () => {
    const sources = (await readdir(import.meta.dirname)).filter((name) => /^(?!.*\.test\.ts$).*\.ts$/.test(name));
    for (const name of sources)
      expect(await readFile(join(import.meta.dirname, name), 'utf8'), name).not.toContain('openExternal');
  });

  it('16: is built for the Electron that package.json pins, a supported one', async () => {
    const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const installed = JSON.parse(await readFile(join(root, 'node_modules', 'electron', 'package.json'), 'utf8'));
    expect(devDependencies.electron).toBe(installed.version);
    // The latest three majors are supported; 45 was the newest in November 2026.
    expect(Number.parseInt(installed.version, 10)).toBeGreaterThanOrEqual(45);
  });

  it('17: answers nobody but its own window', async () => {
    expect([...seen.ipc.keys()].sort()).toEqual([channels.saveDownload, channels.notify, channels.print].sort());
    const stranger = { senderFrame: { url: 'https://example.org/', parent: null } };
    for (const listener of seen.ipc.values())
      await expect((async () => listener(stranger, '/api/v1/trackers', 'x'))()).rejects.toThrow('own window');
  });

  it('18: serves itself by a protocol of its own, under one host, and no file of the computer', async () => {
    expect(seen.order[0]).toBe('schemes app');
    expect((await seen.protocol!(new Request('app://elsewhere/'))).status).toBe(404);
    for (const path of ['/../../package.json', '/%2e%2e/%2e%2e/package.json', '/..%5c..%5cpackage.json'])
      expect((await ask(path)).status, path).not.toBe(200);
  });

  // 19, the fuses, is shown on a packed console: tools/package/package.test.ts.

  it('20: gives the page the contract’s shell, and no interface of Electron', async () => {
    await import('./preload.ts');
    expect(Object.keys(seen.exposed)).toEqual(['shell']);
    expect(JSON.stringify(Object.keys(seen.exposed.shell as object))).not.toMatch(/ipc|electron|invoke|require/);
  });

  it('keeps the session in the main process, and ends it when it locks', async () => {
    const answer = await login();
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
    expect((await ask('/api/v1/auth/session')).status).toBe(200);
    electron.powerMonitor.emit('lock-screen');
    expect(seen.sent).toContainEqual([channels.locked, 'lock-screen']);
    await expect.poll(async () => (await ask('/api/v1/auth/session')).status).toBe(401);
  });

  it('drops the keys for sleep and has them again afterwards', async () => {
    await login();
    const create = async () => (await post('/api/v1/key-batches', { count: 1, label: 'Sleep' })).status;
    electron.powerMonitor.emit('suspend');
    await expect.poll(async () => (await ask('/api/v1/auth/session')).status).toBe(401);
    await login();
    expect(await create()).not.toBe(202);
    electron.powerMonitor.emit('resume');
    await expect.poll(create, { timeout: 10_000 }).toBe(202);
  });

  it('keeps its key in the keychain, its logs in the user’s folder, and its crash dumps at home', async () => {
    const keys = await readdir(join(folder, 'userData', 'data', 'keys'));
    expect(keys).toContain('keychain-key.json');
    expect(keys).not.toContain('console-key.json');
    expect(await readdir(join(folder, 'logs'))).toContain('console.log');
    expect(seen.order).toContain('uploads false');
  });

  it('runs its engines in utility processes', async () => {
    await login();
    const ready = async () => (await ask('/api/v1/health/ready')).status;
    await expect.poll(ready, { timeout: 30_000 }).toBe(200);
  });

  it('makes keys in processes of their own; those killed in mid-batch are replaced, and the batch ends exactly', async () => {
    await login();
    const count = 20_000;
    const started = await (await post('/api/v1/key-batches', { count, label: 'Killed' })).json();
    const batch = async () => (await ask(`/api/v1/key-batches/${started.resource.id}`)).json();
    const generators = () => seen.helpers.filter(({ name }) => name === 'Tracker console: key-generator');
    await expect.poll(async () => (await batch()).counts.generated, { timeout: 30_000, interval: 5 }).not.toBe(0);
    const killed = generators();
    for (const { process } of killed) process.kill();
    await expect.poll(async () => (await batch()).state, { timeout: 30_000 }).not.toBe('generating');
    expect(await batch()).toMatchObject({ state: 'ready', counts: { requested: count, generated: count } });
    expect(killed.length).toBeGreaterThan(0);
    expect(generators().length).toBeGreaterThan(killed.length);
    const csv = await (await ask(`/api/v1/key-batches/${started.resource.id}/exports?format=csv&recipient=x`)).text();
    const keys = csv
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[0]);
    expect(new Set(keys).size).toBe(count);
  }, 90_000);

  it('brings its window forward when it is started a second time', () => {
    electron.app.emit('second-instance');
    expect(seen.order.slice(-2)).toEqual(['restored', 'focused']);
  });

  it('saves a download where the person chose', async () => {
    await login();
    seen.savePath = join(folder, 'trackers.json');
    const ours = { senderFrame: { url: `${APP_ORIGIN}/trackers`, parent: null } };
    const saved = await seen.ipc.get(channels.saveDownload)!(ours, '/api/v1/trackers', 'trackers.json');
    expect(saved).toBe(seen.savePath);
    expect(JSON.parse(await readFile(seen.savePath, 'utf8'))).toMatchObject({ items: expect.any(Array) });
  });
});
