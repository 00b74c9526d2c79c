import { Worker } from 'node:worker_threads';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostMessage, WorkerMessage } from '../src-main/core/platform/workers/protocol.ts';
import { ingest } from '../src-main/core/status/testing/status-world.ts';
import { insertRun, insertTrackers } from '../src-main/core/testing/company.ts';
import { type TestDatabase, testEngines } from '../src-main/core/testing/database.ts';

describe.each(testEngines())('the status engine’s worker on $name', (engine) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await engine.create();
  });
  afterAll(() => database.close());

  it('folds what comes, tells the host, and ends when it is told to', async () => {
    const { runId, clientId } = await insertRun(database.db, 'run', '2026-05-01', '2026-05-31');
    const [tracker] = await insertTrackers(database.db, { count: 1, runId });
    const worker = new Worker(new URL('./status-engine.ts', import.meta.url), {
      workerData: { connection: database.connection },
    });
    const messages: WorkerMessage[] = [];
    worker.on('message', (message: WorkerMessage) => messages.push(message));
    const send = (message: HostMessage) => worker.postMessage(message);
    const ended = new Promise<number>((resolve) => worker.once('exit', resolve));
    await expect.poll(() => messages, { timeout: 15_000 }).toContainEqual({ type: 'state', state: { is: 'up' } });

    const position = { longitude: 8.5, latitude: 47.4 };
    await ingest(database.db, [{ trackerId: tracker!.id, at: Date.UTC(2026, 4, 4), n: 1, position, accuracyM: 9 }]);
    send({ type: 'poke' });
    const event = { type: 'tracker-status', clientId, trackerIds: [tracker!.id] };
    await expect.poll(() => messages, { timeout: 15_000 }).toContainEqual({ type: 'event', event });
    const { rows } = await database.db.query(sql`select status from tracker_status where tracker_id = ${tracker!.id}`);
    expect(rows).toEqual([{ status: 'IN_TRANSIT' }]);

    send({ type: 'ping' });
    await expect.poll(() => messages, { timeout: 15_000 }).toContainEqual({ type: 'pong' });
    send({ type: 'stop' });
    expect(await ended).toBe(0);
    expect(messages.at(-1)).toEqual({ type: 'state', state: { is: 'stopped' } });
  });
});
