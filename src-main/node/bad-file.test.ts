import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { centralEngine, type TestDatabase } from '../core/testing/database.ts';
import { type SpawnedHost, spawnHost } from './testing/spawned-host.ts';

/** Takes its reader a while, and has no row that could be stored. */
const BAD_FILE = `mac,serial\n${`${','.repeat(1_000_000)}\n`.repeat(12)}`;

// The whole headless host and the reader of files, each in a process of its own.
describe.each([centralEngine()])('a console with a bad file, on $name', ({ create }) => {
  let dataDir: string;
  let server: TestDatabase;
  let host: SpawnedHost | null = null;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'console-bad-file-'));
    server = await create();
  });
  afterAll(async () => {
    await host?.end('SIGKILL');
    await server?.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const start = async () => {
    const databaseUrl = server.connection.engine === 'postgresql' ? server.connection.url : '';
    host = await spawnHost({ dataDir, databaseUrl, engines: 'key-generator' });
    return host;
  };

  it('answers others, stops when it is told to, and takes the file up again', { timeout: 240_000 }, async () => {
    const { api, fetch, end } = await start();
    const batch = await api.createKeyBatch({ body: { count: 1, label: 'Bad file' } });
    const state = async (of: SpawnedHost['api'], jobId: number) => (await of.getJob({ params: { jobId } })).state;
    await expect.poll(() => state(api, batch.id), { timeout: 60_000 }).toBe('succeeded');
    const sent = await fetch(`/api/v1/key-batches/${batch.resource!.id}/manufactured-devices`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: BAD_FILE,
    });
    const job = (await sent.json()) as { id: number };
    for (let requests = 0; requests < 20; requests++)
      expect((await api.getAbout({})).version).toEqual(expect.any(String));
    expect(await end('SIGTERM')).toBe(0);

    const again = await start();
    await expect.poll(() => state(again.api, job.id), { timeout: 120_000 }).toMatch(/^(failed|succeeded)$/);
    const { result } = await again.api.getJob({ params: { jobId: job.id } });
    expect(result).not.toMatchObject({ stored: expect.toSatisfy((stored: number) => stored > 0) });
  });
});
