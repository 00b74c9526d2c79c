import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../../src-shared/contract/events.ts';
import type { Job } from '../../../../src-shared/contract/jobs.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { type Database, systemScope } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import { createLocalBus, type EventBus } from '../events/bus.ts';
import { MOST_ENDED_HOSTS, RetryLater } from './job-end.ts';
import { claimJob, forgetEndedHosts, noteSurvival, releaseJob } from './job-lease-store.ts';
import { createJobQueue } from './job-queue.ts';
import { getJob } from './jobs-store.ts';
import type { JobContext, JobHandler, JobQueue, NewJob } from './queue.ts';

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
    options: { events?: EventBus; leaseMs?: number; atOnce?: number; db?: Database; giveUp?: () => Promise<void> } = {},
  ) => {
    const events = options.events ?? createLocalBus(() => undefined);
    const log = pino({ level: 'silent' });
    const queue = createJobQueue({
      db: options.db ?? test.db,
      events,
      log,
      now: () => new Date(),
      pollMs: 30,
      leaseMs: options.leaseMs ?? 30_000,
      atOnce: options.atOnce ?? 2,
    });
    queue.handle('refold', handler, options.giveUp ? { giveUp: options.giveUp } : {});
    await queue.start();
    open.push(queue);
    return queue;
  };
  const job = (input: Record<string, unknown> = {}): NewJob => ({
    kind: 'refold',
    label: 'test',
    unit: 'things',
    total: 10,
    input,
    resource: null,
    createdBy: null,
  });
  const add = (queue: JobQueue, input: Record<string, unknown> = {}) =>
    test.db.transaction(systemScope, (tx) => queue.add(tx, job(input)));
  const silent = pino({ level: 'silent' });
  const now = () => new Date();
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

  /** A console that takes the oldest job and is never heard of again. */
  const takeAndEnd = async () => {
    const claim = { kinds: ['refold'] as const, cancellable: [], suspects: true, leaseMs: -1, now: new Date() };
    return claimJob(test.db, { ...claim, owner: randomUUID() });
  };
  const dueAgain = (id: number) => test.db.query(sql`update jobs set lease_until = null where id = ${id}`);

  it('fails a job that consoles ended with twice, without running it, and puts away what it leaves', async () => {
    const asleep = createJobQueue({ db: test.db, events: createLocalBus(() => undefined), log: silent, now });
    const id = await add(asleep);
    await takeAndEnd();
    await takeAndEnd();
    let ran = 0;
    let gaveUp = 0;
    await newQueue(async () => ({ ran: ++ran }), { giveUp: async () => void gaveUp++ });
    const job = await over(id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'internal' } });
    expect(job.error?.message).toMatch(/stopped twice/);
    expect({ ran, gaveUp }).toEqual({ ran: 0, gaveUp: 1 });
  });

  it('runs a job that a console ended with once, and alone', async () => {
    const asleep = createJobQueue({ db: test.db, events: createLocalBus(() => undefined), log: silent, now });
    const suspect = await add(asleep);
    await takeAndEnd();
    const other = await add(asleep);
    let atOnce = 0;
    let most = 0;
    await newQueue(async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 100));
      atOnce--;
      return {};
    });
    expect((await over(suspect)).state).toBe('succeeded');
    expect((await over(other)).state).toBe('succeeded');
    expect(most).toBe(1);
  });

  it.each([
    ['a database that is away', () => new AppError('unavailable', 'It is away.'), 'It is away.'],
    ['a full disk', () => Object.assign(new Error('x'), { code: '53100' }), /disk of the database is full/],
    ['locked keys', () => new AppError('key-locked', 'Unlock them.'), 'Unlock them.'],
    ['what nobody knows', () => Object.assign(new Error('secret'), { code: 'EWHATEVER' }), /unexpected problem/],
    ['a pause', () => new RetryLater(60_000), undefined],
  ])('waits for %s however often it takes, says why, and goes on', async (_, error, why) => {
    let runs = 0;
    const queue = await newQueue(async () => {
      if (++runs <= 14) throw error();
      return { runs };
    });
    const id = await add(queue);
    for (let round = 1; round <= 14; round++) {
      // Counted first: what is read after that is of this round.
      while (runs < round) await new Promise((resolve) => setTimeout(resolve, 5));
      const job = await until(id, ({ state }) => state === 'queued');
      if (why === undefined) expect(job.error).toBeNull();
      else expect(job.error?.message).toMatch(why);
      await dueAgain(id);
    }
    expect(await over(id)).toMatchObject({ state: 'succeeded', result: { runs: 15 }, error: null });
  });

  it('cancels at once what waits for a later time', async () => {
    const queue = await newQueue(async () => {
      throw new RetryLater(3_600_000);
    });
    const id = await add(queue);
    await until(id, ({ state, startedAt }) => state === 'queued' && startedAt !== null);
    await queue.requestCancel(test.db, id);
    expect((await over(id)).state).toBe('cancelled');
  });

  it('writes how a job ended once the database is back, and does not run it again', async () => {
    let away = false;
    const pass = <T>(work: () => Promise<T>) =>
      away ? Promise.reject(new AppError('unavailable', 'It is away.')) : work();
    const db: Database = {
      ...test.db,
      query: (statement) => pass(() => test.db.query(statement)),
      transaction: (scope, work) => pass(() => test.db.transaction(scope, work)),
    };
    let runs = 0;
    const tried = Promise.withResolvers<void>();
    const queue = await newQueue(
      async () => {
        away = true;
        setTimeout(() => tried.resolve(), 100);
        return { runs: ++runs };
      },
      { db },
    );
    const id = await test.db.transaction(systemScope, (tx) => queue.add(tx, job()));
    await tried.promise;
    expect((await read(id)).state).toBe('running');
    // Another console that took it over meanwhile would count this one as ended.
    away = false;
    expect(await over(id)).toMatchObject({ state: 'succeeded', result: { runs: 1 } });
  });

  it('goes by what happened: two ends of a console in a row, and nothing else, are the last', async () => {
    const steps = ['ends', 'waits', 'stores and waits', 'stores and ends', 'ends, and was cut off only'] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 8 }), async (happened) => {
        await test.db.query(sql`truncate jobs cascade`);
        const asleep = createJobQueue({ db: test.db, events: createLocalBus(() => undefined), log: silent, now });
        const jobId = await add(asleep);
        const owner = randomUUID();
        let ended = 0;
        for (const step of happened) {
          const claim = { kinds: ['refold'] as const, cancellable: [], suspects: true, now: new Date(), leaseMs: -1 };
          const own = randomUUID();
          expect((await claimJob(test.db, { ...claim, owner: own }))?.endedHosts).toBe(ended);
          if (step.startsWith('stores')) {
            await forgetEndedHosts(test.db, { jobId, owner: own });
            ended = 0;
          }
          if (step.endsWith('waits')) await releaseJob(test.db, { jobId, owner: own }, { afterMs: 0, why: null });
          else ended++;
          if (step !== 'ends, and was cut off only') continue;
          expect((await claimJob(test.db, { ...claim, owner }))?.endedHosts).toBe(ended);
          await noteSurvival(test.db, { jobId, owner: own });
          await releaseJob(test.db, { jobId, owner }, { afterMs: 0, why: null });
          ended--;
        }
        const runs: number[] = [];
        const queue = await newQueue(async () => ({ ran: runs.push(jobId) }));
        expect((await over(jobId)).state).toBe(ended < MOST_ENDED_HOSTS ? 'succeeded' : 'failed');
        expect(runs).toHaveLength(ended < MOST_ENDED_HOSTS ? 1 : 0);
        await queue.stop();
      }),
      { numRuns: 25 },
    );
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
