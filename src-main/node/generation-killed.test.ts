import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testEngines } from '../core/testing/database.ts';
import { type HeadlessHost, startHeadlessHost, temporaryDataDir } from '../core/testing/headless-host.ts';

/** Enough that the kill comes in the middle, however fast the database is. */
const COUNT = { embedded: 10_000, postgresql: 30_000 };

// The whole headless host in a process of its own, which is killed while it generates, and started again.
describe.each(testEngines())('a console killed while it generates, on $name', ({ name, create }) => {
  let data: Awaited<ReturnType<typeof temporaryDataDir>>;
  let server: TestDatabase | null = null;
  const started: HeadlessHost[] = [];
  const count = COUNT[name];
  beforeAll(async () => {
    data = await temporaryDataDir();
    if (name === 'postgresql') server = await create();
  });
  afterAll(async () => {
    for (const host of started) await host.kill();
    await server?.close();
    await data?.remove();
  });

  const start = async () => {
    const databaseUrl = server?.connection.engine === 'postgresql' ? server.connection.url : '';
    const host = await startHeadlessHost({ dataDir: data.dataDir, databaseUrl, engines: 'key-generator' });
    started.push(host);
    return host;
  };

  it('goes on where it stopped, without gap or duplicate', { timeout: 240_000 }, async () => {
    const before = await start();
    const job = await before.api.createKeyBatch({ body: { count, label: 'Killed' } });
    const keyBatchId = job.resource?.id as number;
    const generated = async ({ api }: HeadlessHost) =>
      (await api.getKeyBatch({ params: { keyBatchId } })).counts.generated;
    let seen = 0;
    while (seen === 0) seen = await generated(before);
    await before.kill();
    expect(seen).toBeLessThan(count);

    // What a dead console leaves on a shared database is another's after half a minute; here at once.
    await server?.db.query(sql`update jobs set lease_until = clock_timestamp() where id = ${job.id}`);
    const after = await start();
    expect(await generated(after)).toBeGreaterThanOrEqual(seen);
    let state = 'running';
    while (state === 'queued' || state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 100));
      state = (await after.api.getJob({ params: { jobId: job.id } })).state;
    }
    expect(state).toBe('succeeded');
    expect(await after.api.getKeyBatch({ params: { keyBatchId } })).toMatchObject({
      state: 'ready',
      counts: { requested: count, generated: count },
    });
    const csv = await (await after.get(`/api/v1/key-batches/${keyBatchId}/exports?format=csv&recipient=x`)).text();
    const rows = csv
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(','));
    expect(rows).toHaveLength(count);
    for (const column of [0, 1, 2]) expect(new Set(rows.map((row) => row[column])).size).toBe(count);
    const hashOf = (key: string) => createHash('sha256').update(key, 'base64').digest('base64');
    expect(rows.filter(([key, hashed]) => hashOf(key as string) !== hashed)).toEqual([]);
  });
});
