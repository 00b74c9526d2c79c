import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import { writeFetcherSettings } from '../src-main/core/fetching/fetcher-settings.ts';
import { createMemorySchedule } from '../src-main/core/fetching/schedule/memory-schedule.ts';
import { serveSchedule } from '../src-main/core/fetching/schedule/remote-schedule.ts';
import { startReportServer } from '../src-main/core/fetching/testing/report-server.ts';
import type { FetcherWorkerData } from '../src-main/core/fetching/worker-data.ts';
import { copySecret } from '../src-main/core/keys/secret-bytes.ts';
import type { WorkerMessage } from '../src-main/core/platform/workers/protocol.ts';
import { launchThread } from '../src-main/core/platform/workers/thread.ts';
import { insertRun } from '../src-main/core/testing/company.ts';
import { testEngines } from '../src-main/core/testing/database.ts';
import { insertKek, insertKeyedTrackers, uploadedReport } from '../src-main/core/testing/keyed-trackers.ts';
import { inWords } from '../src-shared/domain/part-state.ts';

const POLL = { timeout: 30_000, interval: 50 };
/** Long enough to start an embedded database and a worker. */
const TEST_MS = 90_000;

it.each(testEngines())(
  'waits for its key, fetches, and stops when told: $name',
  async ({ create }) => {
    const test = await create();
    const server = await startReportServer();
    const keys = await insertKek(test.db);
    const today = new Date().toISOString().slice(0, 10);
    const { runId } = await insertRun(test.db, 'now', today, today);
    const [tracker] = await insertKeyedTrackers(test.db, keys, { count: 1, runId });
    server.reports.set(tracker!.hashedKey, [uploadedReport(tracker!, new Date(Date.now() - 3_600_000))]);
    await test.db.query(sql`
    insert into report_sources (name, kind, url, min_interval_seconds, max_batch_size, batch_size)
    values ('home', 'haystack', ${server.url}, 0, 1, 1)`);
    await writeFetcherSettings(test.db, { fetchIntervalMinutes: 0.05 }, new Date());

    const schedule = createMemorySchedule();
    const data: FetcherWorkerData = { connection: test.connection, schedule: { kind: 'memory' } };
    const worker = launchThread('fetcher', pathToFileURL(join(import.meta.dirname, 'fetcher.ts')), data);
    const messages: WorkerMessage[] = [];
    serveSchedule(schedule, {
      post: (message) => worker.post({ type: 'rpc', message }),
      onMessage: (listener) =>
        worker.onMessage((message) => {
          if (message.type === 'rpc') listener(message.message);
          else messages.push(message);
        }),
    });
    const exited = new Promise<number>((resolve) => worker.onExit(resolve));
    const send = worker.post;
    const seen = (wanted: (message: WorkerMessage) => boolean) =>
      expect.poll(() => messages.some(wanted), POLL).toBe(true);

    await seen((message) => message.type === 'state' && inWords(message.state).startsWith('It waits for the keys'));
    expect(server.requests).toEqual([]);
    const kek = copySecret(keys.kek());
    send({ type: 'kek', kek: { kekId: keys.kekId(), kek } }, kek);
    // Moved to the thread: this side has it no more.
    expect(kek.byteLength).toBe(0);
    await seen((message) => message.type === 'state' && message.state.is === 'up');
    await seen((message) => message.type === 'event' && message.event.type === 'fetcher');
    const stored = async () => {
      const { rows } = await test.db.query<{ count: number }>(sql`select count(*)::int as count from location_reports`);
      return rows[0]!.count;
    };
    await expect.poll(stored, POLL).toBe(1);
    send({ type: 'kek', kek: null });
    await seen((message) => message.type === 'locked');
    send({ type: 'stop' });
    expect(await exited).toBe(0);
    expect(messages.at(-1)).toEqual({ type: 'state', state: { is: 'stopped' } });
    expect((await schedule.stats(Date.now())).leased).toBe(0);
    await server.close();
    await test.close();
  },
  TEST_MS,
);
