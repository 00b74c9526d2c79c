import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient, urlOf } from '../../src-shared/contract/api-client.ts';
import { type TestDatabase, testEngines } from '../core/testing/database.ts';

const COUNT = 30_000;
const PASSWORD = 'correct horse battery';

// The whole headless host in a process of its own, which is killed while it generates, and started again.
describe.each(testEngines())('a console killed while it generates, on $name', ({ name, create }) => {
  let dataDir: string;
  let server: TestDatabase | null = null;
  let child: ChildProcess | null = null;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'console-killed-'));
    if (name === 'postgresql') server = await create();
  });
  afterAll(async () => {
    await kill();
    await server?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const kill = async () => {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  };
  const start = async (): Promise<{ api: ApiClient; get(path: string): Promise<Response> }> => {
    const main = join(import.meta.dirname, 'main.ts');
    const own = server?.connection.engine === 'postgresql' ? server.connection.url : '';
    child = spawn(
      process.execPath,
      [main, '--headless', '--port', '0', '--data-dir', dataDir, '--engines', 'key-generator'],
      {
        env: { ...process.env, DATABASE_URL: own, REDIS_URL: '', CONSOLE_ADMIN_PASSWORD: PASSWORD },
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
    return { api, get: (path) => fetch(url + path, { headers }) };
  };

  it('goes on where it stopped, without gap or duplicate', { timeout: 240_000 }, async () => {
    const before = await start();
    const job = await before.api.createKeyBatch({ body: { count: COUNT, label: 'Killed' } });
    const keyBatchId = job.resource?.id as number;
    let seen = 0;
    while (seen === 0) seen = (await before.api.getKeyBatch({ params: { keyBatchId } })).counts.generated;
    await kill();
    expect(seen).toBeLessThan(COUNT);

    // What a dead console leaves on a shared database is another's after half a minute; here at once.
    await server?.db.query(sql`update jobs set lease_until = clock_timestamp() where id = ${job.id}`);
    const { api, get } = await start();
    expect((await api.getKeyBatch({ params: { keyBatchId } })).counts.generated).toBeGreaterThanOrEqual(seen);
    let state = 'running';
    while (state === 'queued' || state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 100));
      state = (await api.getJob({ params: { jobId: job.id } })).state;
    }
    expect(state).toBe('succeeded');
    expect(await api.getKeyBatch({ params: { keyBatchId } })).toMatchObject({
      state: 'ready',
      counts: { requested: COUNT, generated: COUNT },
    });
    const csv = await (await get(`/api/v1/key-batches/${keyBatchId}/exports?format=csv&recipient=x`)).text();
    const lines = csv
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(','));
    expect(lines).toHaveLength(COUNT);
    for (const column of [0, 1, 2]) expect(new Set(lines.map((line) => line[column])).size).toBe(COUNT);
    for (const [key, hashed] of lines)
      if (createHash('sha256').update(key!, 'base64').digest('base64') !== hashed)
        expect.fail(`${key} is not ${hashed}`);
  });
});

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
