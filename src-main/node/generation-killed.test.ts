import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testEngines } from '../core/testing/database.ts';
import { type SpawnedHost, spawnHost } from './testing/spawned-host.ts';

/** Several pages of the job: it is seen at work, and killed, long before the last. */
const COUNT = 12_000;

// The whole headless host in a process of its own, which is killed while it generates, and started again.
describe.each(testEngines())('a console killed while it generates, on $name', ({ name, create }) => {
  let dataDir: string;
  let server: TestDatabase | null = null;
  let host: SpawnedHost | null = null;
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
    const running = host;
    host = null;
    await running?.end('SIGKILL');
  };
  const start = async () => {
    const databaseUrl = server?.connection.engine === 'postgresql' ? server.connection.url : '';
    host = await spawnHost({ dataDir, databaseUrl, engines: 'key-generator' });
    return host;
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
    const { api, fetch } = await start();
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
    const csv = await (await fetch(`/api/v1/key-batches/${keyBatchId}/exports?format=csv&recipient=x`)).text();
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
