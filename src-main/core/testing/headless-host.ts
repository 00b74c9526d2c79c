import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ApiClient, createApiClient, urlOf } from '../../../src-shared/contract/api-client.ts';

const main = join(import.meta.dirname, '..', '..', 'node', 'main.ts');
const PASSWORD = 'correct horse battery';

export interface HeadlessHost {
  pid: number;
  /** The client of the contract, signed in as the administrator. */
  api: ApiClient;
  /** Fetches a path below the console, as the administrator. */
  get(path: string): Promise<Response>;
  /** SIGKILL: nothing is put in order first. */
  kill(): Promise<void>;
}

/** Starts the headless host from its sources in a process of its own, on a free port, and signs in. */
export async function startHeadlessHost(options: {
  dataDir: string;
  /** Empty: the embedded engine. */
  databaseUrl: string;
  engines: string;
}): Promise<HeadlessHost> {
  const { dataDir, databaseUrl, engines } = options;
  const child = spawn(
    process.execPath,
    [main, '--headless', '--port', '0', '--data-dir', dataDir, '--engines', engines],
    {
      env: { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: '', CONSOLE_ADMIN_PASSWORD: PASSWORD },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await new Promise<string>((resolve, reject) => {
    // What it prints later is read too, and left alone.
    createInterface(child.stdout).on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the console ended with code ${code} before it was ready`)));
  });
  const login = await fetch(url + urlOf('login'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  if (!login.ok) throw new Error(`could not sign in: ${await login.text()}`);
  const cookies = login.headers.getSetCookie().map((value) => value.split(';')[0]);
  const headers = { cookie: cookies.join('; ') };
  const fetchLike = (path: string, init: RequestInit) => fetch(path, init);
  return {
    pid: child.pid as number,
    api: createApiClient(fetchLike as never, { baseUrl: url, headers }),
    get: (path) => fetch(url + path, { headers }),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

export async function temporaryDataDir() {
  const dataDir = await mkdtemp(join(tmpdir(), 'console-host-'));
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) };
}
