import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Redis } from 'ioredis';
import { type BootOptions, bootConsole, type RunningConsole } from '../../src-main/core/app/boot.ts';
import { consolePaths } from '../../src-main/core/app/paths.ts';
import { API_PREFIX } from '../../src-shared/contract/routes.ts';

export interface Answer {
  status: number;
  headers: Headers;
  bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  json: any;
}

/** Where something was found, and what. */
export interface Place {
  where: string;
  content: Buffer;
}

export interface CapturedConsole {
  running: RunningConsole;
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  /** The same for the one answer that may hold private keys: it is not kept. */
  sendUnkept(path: string): Promise<Answer>;
  /** Everything that went out over the API so far: answers with their headers, and events. */
  readonly traffic: Place[];
  stop(): Promise<void>;
}

const HOST = '127.0.0.1:4780';

/** A whole console, workers included, with everything that its API sends kept for a look. Nothing is as talkative as `trace`. */
export async function captureConsole(
  options: Pick<BootOptions, 'dataDir' | 'redisUrl' | 'adminPassword'>,
): Promise<CapturedConsole> {
  const running = await bootConsole({
    ...options,
    headless: true,
    port: 0,
    demo: false,
    engines: ['fetcher', 'status-engine', 'key-generator'],
    databaseUrl: null,
    sessionIdleHours: 12,
    sessionMaxHours: 24,
    logLevel: 'trace',
    paths: consolePaths(),
    allowedHosts: [HOST],
    logFile: join(options.dataDir, 'logs', 'console.log'),
  });
  const traffic: CapturedConsole['traffic'] = [];
  let cookie = '';
  const ask = async (method: string, path: string, body?: unknown, contentType = 'application/json') => {
    const headers = new Headers({ host: HOST, cookie, 'idempotency-key': crypto.randomUUID() });
    const init: RequestInit = { method, headers };
    if (body !== undefined) {
      headers.set('content-type', contentType);
      init.body = typeof body === 'string' ? body : JSON.stringify(body);
    }
    const response = await running.handle(new Request(`http://${HOST}${API_PREFIX}${path}`, init));
    const set = response.headers.getSetCookie().map((value) => value.split(';')[0]);
    if (set.length > 0) cookie = set.join('; ');
    return response;
  };
  const read = async (response: Response): Promise<Answer> => {
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.includes('json') && bytes.length > 0;
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      json: isJson ? JSON.parse(bytes.toString()) : null,
    };
  };
  await ask('POST', '/auth/login', { username: 'admin', password: options.adminPassword });
  const events = await ask('GET', '/events');
  const reader = events.body!.getReader();
  const listening = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      traffic.push({ where: 'an event', content: Buffer.from(value) });
    }
  })();
  return {
    running,
    traffic,
    async send(method, path, body, contentType) {
      const answer = await read(await ask(method, path, body, contentType));
      const head = Buffer.from([...answer.headers].map(([name, value]) => `${name}: ${value}\n`).join(''));
      traffic.push({ where: `the answer to ${method} ${path}`, content: Buffer.concat([head, answer.bytes]) });
      return answer;
    },
    sendUnkept: async (path) => read(await ask('GET', path)),
    async stop() {
      await running.stop();
      await listening;
    },
  };
}

/** Every command that a Redis gets from anyone, as `MONITOR` tells it, published messages included. */
export async function monitorRedis(url: string) {
  const client = new Redis(url);
  const monitor = await client.monitor();
  const said: string[] = [];
  monitor.on('monitor', (_time: string, args: string[]) => said.push(args.join(' ')));
  return {
    said,
    /** All keys with their values, as Redis would save them, and in the form in which they are read. */
    async contents(): Promise<Place[]> {
      const found: Place[] = [];
      for (const key of await client.keys('*')) {
        const dump = await client.dumpBuffer(key);
        found.push({ where: `Redis key ${key}`, content: Buffer.concat([Buffer.from(key), dump ?? Buffer.alloc(0)]) });
      }
      return found;
    },
    close() {
      monitor.disconnect();
      client.disconnect();
    },
  };
}

/** Every file below a folder but those in `except`, whole. */
export async function filesBelow(folder: string, except: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const wanted = paths.filter((path) => !relative(folder, path).startsWith(except));
  return Promise.all(wanted.map(async (path) => ({ where: relative(folder, path), content: await readFile(path) })));
}
