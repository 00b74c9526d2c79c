import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ApiClient, createApiClient, urlOf } from '../../../src-shared/contract/api-client.ts';

export const PASSWORD = 'correct horse battery';

export interface SpawnedHost {
  child: ChildProcess;
  /** Signed in as the administrator. */
  api: ApiClient;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  get(path: string): Promise<Response>;
  send(path: string, contentType: string, body: string): Promise<Response>;
  /** Sends a signal and waits for the end; tells the code, null where the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** The whole headless host in a process of its own, on a free port. `databaseUrl` is empty for the embedded engine. */
export async function spawnHost(options: {
  dataDir: string;
  databaseUrl: string;
  engines: string;
  /** More of the command line. */
  flags?: readonly string[];
  redisUrl?: string;
  /** Further variables. */
  env?: Record<string, string>;
}): Promise<SpawnedHost> {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const child = spawn(
    process.execPath,
    [
      main,
      '--headless',
      '--port',
      '0',
      '--data-dir',
      options.dataDir,
      '--engines',
      options.engines,
      ...(options.flags ?? []),
    ],
    {
      env: {
        ...process.env,
        DATABASE_URL: options.databaseUrl,
        REDIS_URL: options.redisUrl ?? '',
        CONSOLE_ADMIN_PASSWORD: PASSWORD,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await printedUrl(child);
  const login = await fetch(url + urlOf('login'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  const cookie = login.headers.getSetCookie().map((value) => value.split(';')[0]);
  const headers = { cookie: cookie.join('; ') };
  const api = createApiClient(((path: string, init: RequestInit) => fetch(path, init)) as never, {
    baseUrl: url,
    headers,
  });
  return {
    child,
    api,
    fetch: (path, init = {}) => fetch(url + path, { ...init, headers: { ...headers, ...init.headers } }),
    get: (path) => fetch(url + path, { headers }),
    send: (path, type, body) =>
      fetch(url + path, { method: 'POST', headers: { ...headers, 'content-type': type }, body }),
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill(signal);
        await ended;
      }
      return child.exitCode;
    },
  };
}

/** The address that the console prints when it is ready; what it prints later is read too, and left alone. */
function printedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface(child.stdout!).on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.on('exit', () => reject(new Error('the console ended before it was ready')));
  });
}
