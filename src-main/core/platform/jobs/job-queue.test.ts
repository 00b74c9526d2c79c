import { pino } from 'pino';
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../../src-shared/contract/events.ts';
import type { Job } from '../../../../src-shared/contract/jobs.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { systemScope } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import { createLocalBus, type EventBus } from '../events/bus.ts';
import { createJobQueue } from './job-queue.ts';
import { getJob } from './jobs-store.ts';
import type { JobContext, JobHandler, JobQueue } from './queue.ts';

describe.each(testEngines())('job queue on $name', ({ create }) => {
  let test: TestDatabase;
  const open: JobQueue[] = [];
  beforeAll(async () => {
    test = await create();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((queue) => queue.stop()));
    await test.db.query(sql`truncate jobs cascade`);
  });
  afterAll(() => test?.close());

  const newQueue = async (
    handler: JobHandler<unknown>,
    options: { events?: EventBus; leaseMs?: number; atOnce?: number } = {},
  ) => {
    const events = options.events ?? createLocalBus(() => undefined);
    const log = pino({ level: 'silent' });
    const queue = createJobQueue({
      db: test.db,
      events,
      log,
      now: () => new Date(),
      pollMs: 30,
      leaseMs: options.leaseMs ?? 30_000,
      atOnce: options.atOnce ?? 2,
    });
    queue.handle('refold', handler);
    await queue.start();
    open.push(queue);
    return queue;
  };
  const add = (queue: JobQueue, input: Record<string, unknown> = {}) =>
    test.db.transaction(systemScope, (tx) =>
      queue.add(tx, {
        kind: 'refold',
        label: 'test',
        unit: 'things',
        total: 10,
        input,
        resource: null,
        createdBy: null,
      }),
    );
  const read = (id: number) => getJob(test.db, id, new Date());
  const until = async (id: number, condition: (job: Job) => boolean) => {
    for (;;) {
      const job = await read(id);
      if (condition(job)) return job;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const over = (id: number) => until(id, ({ state }) => state !== 'queued' && state !== 'running');
  const aborted = ({ signal }: JobContext<unknown>) =>
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason));
    });

  it('runs a job and keeps its result', async () => {
    const queue = await newQueue(async ({ input }) => ({ got: input }));
    const job = await over(await add(queue, { a: 1 }));
    expect(job).toMatchObject({ state: 'succeeded', result: { got: { a: 1 } }, error: null });
    expect(job.startedAt).not.toBeNull();
    expect(job.finishedAt).not.toBeNull();
  });

  it('does not start a job whose transaction was rolled back', async () => {
    let ran = 0;
    const queue = await newQueue(async () => ({ ran: ++ran }));
    const lost = test.db.transaction(systemScope, async (tx) => {
      await queue.add(tx, {
        kind: 'refold',
        label: 'x',
        unit: '',
        total: 1,
        input: {},
        resource: null,
        createdBy: null,
      });
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    await over(await add(queue));
    expect(ran).toBe(1);
  });

  it('says why a job failed: the sentence of an AppError, and nothing of an unexpected error', async () => {
    const queue = await newQueue(async ({ input }) => {
      if ((input as { known?: boolean }).known) throw new AppError('conflict', 'Do this instead.');
      throw new Error('secret');
    });
    expect((await over(await add(queue, { known: true }))).error).toEqual({
      code: 'conflict',
      message: 'Do this instead.',
    });
    const unknown = await over(await add(queue));
    expect(unknown.error?.code).toBe('internal');
    expect(JSON.stringify(unknown)).not.toContain('secret');
  });

  it('tells progress with rate and time left, at most four times a second, the last one included', async () => {
    const events = createLocalBus(() => undefined);
    const heard: ServerEvent[] = [];
    events.subscribe((event) => heard.push(event));
    const queue = await newQueue(
      async ({ progress }) => {
        for (let i = 1; i <= 100; i++) {
          progress(i, 200);
          await new Promise((resolve) => setTimeout(resolve, 6));
        }
        return {};
      },
      { events },
    );
    const job = await over(await add(queue));
    expect(job.progress).toMatchObject({ done: 100, total: 200, unit: 'things' });
    const told = heard.flatMap((event) =>
      event.type === 'job' && event.job.progress.done > 0 ? [event.job.progress] : [],
    );
    expect(new Set(told.map(({ done }) => done)).size).toBeLessThanOrEqual(12);
    expect(told.some(({ ratePerSecond, secondsLeft }) => ratePerSecond !== null && secondsLeft !== null)).toBe(true);
  });

  it('cancels a running job, here and on another console, and one that never began', async () => {
    const events = createLocalBus(() => undefined);
    const one = await newQueue(aborted, { events });
    const id = await add(one);
    await until(id, ({ state }) => state === 'running');
    const elsewhere = createJobQueue({ db: test.db, events, log: pino({ level: 'silent' }), now: () => new Date() });
    await test.db.transaction(systemScope, (tx) => elsewhere.requestCancel(tx, id));
    expect((await over(id)).state).toBe('cancelled');

    await one.stop();
    const waiting = await add(one);
    await one.requestCancel(test.db, waiting);
    await newQueue(aborted);
    expect((await over(waiting)).state).toBe('cancelled');
  });

  it('gives a job back when it stops, and another console goes on with it', async () => {
    let runs = 0;
    const first = await newQueue((context) => {
      runs++;
      context.progress(3, 10);
      return aborted(context);
    });
    const id = await add(first);
    await until(id, ({ progress }) => progress.done === 3);
    await first.stop();
    expect(await read(id)).toMatchObject({ state: 'queued', progress: { done: 3 } });
    await newQueue(async () => ({ runs: ++runs }));
    expect((await over(id)).result).toEqual({ runs: 2 });
  });

  it('takes a job over whose lease ran out, and the console that lost it writes no more', async () => {
    let release = () => {};
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    const lost = await newQueue(
      async () => {
        await stuck;
        return { by: 'lost' };
      },
      // No room for a second: it would take its own job back before the other sees it.
      { atOnce: 1 },
    );
    const id = await add(lost);
    await until(id, ({ state }) => state === 'running');
    await test.db.query(sql`update jobs set lease_until = clock_timestamp() - interval '1 second' where id = ${id}`);
    await newQueue(async () => ({ by: 'other' }));
    expect((await over(id)).result).toEqual({ by: 'other' });
    release();
    await lost.stop();
    expect((await read(id)).result).toEqual({ by: 'other' });
  });

  it('runs each of many jobs once, however many consoles look', async () => {
    const seen: number[] = [];
    const queues = [await newQueue(count), await newQueue(count), await newQueue(count)];
    async function count({ jobId }: JobContext<unknown>) {
      seen.push(jobId);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return {};
    }
    const ids = await Promise.all(Array.from({ length: 30 }, (_, i) => add(queues[i % 3]!)));
    for (const id of ids) await over(id);
    expect(seen.sort((a, b) => a - b)).toEqual(ids.sort((a, b) => a - b));
  });
});
