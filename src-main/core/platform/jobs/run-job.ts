import type { Logger } from 'pino';
import { type Database, systemScope } from '../db/queryable.ts';
import { outcomeOf } from '../db/sqlstate.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/bus.ts';
import { endOf, GIVEN_UP, type JobEnd, JobStopped, MOST_ENDED_HOSTS, type Pause } from './job-end.ts';
import {
  type ClaimedJob,
  finishJob,
  forgetEndedHosts,
  noteSurvival,
  releaseJob,
  renewLease,
  writeProgress,
} from './job-lease-store.ts';
import { getJob } from './jobs-store.ts';
import type { JobHandler, JobOptions } from './queue.ts';
import { rateMeter } from './rate.ts';

/** Progress is written and published at most four times a second. */
const PROGRESS_MS = 250;
/** How long it waits before it writes again what a database did not take. */
const RETRY_MS = 1000;

export interface RunDeps {
  db: Database;
  events: EventBus;
  log: Logger;
  now: () => Date;
  leaseMs: number;
}

export interface RunningJob {
  jobId: number;
  /** Whether a console ended with it, so that nothing else should run beside it. */
  isSuspect(): boolean;
  stop(why: JobStopped['why']): void;
  /** Resolves when the job has ended or was given back; never rejects. */
  ended: Promise<void>;
}

/** Runs one claimed job to its end, renewing its lease meanwhile. */
export function runJob(
  deps: RunDeps,
  job: ClaimedJob,
  owner: string,
  handler: { run: JobHandler<unknown> } & JobOptions<unknown>,
): RunningJob {
  const { db, events, log, now, leaseMs } = deps;
  const lease = { jobId: job.id, owner };
  const abort = new AbortController();
  const leaving = Promise.withResolvers<void>();
  const stop = (why: JobStopped['why']) => {
    abort.abort(new JobStopped(why));
    if (why === 'stopping') leaving.resolve();
  };
  const meter = rateMeter();
  let endedHosts = job.endedHosts;
  let latest: { done: number; total: number | null } | null = null;
  let writing: Promise<void> | null = null;
  let nextWriteAt = 0;
  let waiting: NodeJS.Timeout | null = null;

  const publish = async () => {
    try {
      events.publish({ type: 'job', job: await getJob(db, job.id, now(), meter.perSecond()) });
    } catch (error) {
      log.warn({ err: error, jobId: job.id }, 'progress of a job could not be told');
    }
  };
  const flush = async () => {
    if (!latest) return;
    const progress = latest;
    latest = null;
    nextWriteAt = performance.now() + PROGRESS_MS;
    await writeProgress(db, { ...lease, ...progress }).catch((error: unknown) =>
      log.warn({ err: error, jobId: job.id }, 'progress of a job could not be written'),
    );
    await publish();
  };
  const schedule = () => {
    if (writing || waiting) return;
    const wait = Math.max(0, nextWriteAt - performance.now());
    waiting = setTimeout(() => {
      waiting = null;
      writing = flush().finally(() => {
        writing = null;
        if (latest) schedule();
      });
    }, wait);
  };

  let renewedAt = performance.now();
  const renewal = setInterval(() => {
    renewLease(db, { ...lease, leaseMs }).then(
      (renewed) => {
        renewedAt = performance.now();
        if (!renewed) stop('lease-lost');
        else if (renewed.cancelRequested) stop('cancelled');
      },
      (error: unknown) => {
        log.warn({ err: error, jobId: job.id }, 'the lease of a job could not be renewed');
        if (performance.now() - renewedAt > leaseMs) stop('lease-lost');
      },
    );
  }, leaseMs / 3);

  const advanced = () => {
    if (endedHosts === 0) return;
    const before = endedHosts;
    endedHosts = 0;
    forgetEndedHosts(db, lease).catch((error: unknown) => {
      endedHosts = before;
      log.warn({ err: error, jobId: job.id }, 'that a job advanced could not be written');
    });
  };

  const work = async (): Promise<Record<string, unknown>> => {
    if (job.endedHosts >= MOST_ENDED_HOSTS) throw new AppError('internal', GIVEN_UP);
    return handler.run({
      jobId: job.id,
      input: job.input,
      createdBy: job.createdBy,
      signal: abort.signal,
      progress(done, total) {
        latest = { done, total };
        meter.add(done, performance.now());
        schedule();
      },
      advanced,
    });
  };

  /** False when the lease is not ours any more. */
  const writeEnd = async (end: JobEnd): Promise<boolean> => {
    if (end.state !== 'succeeded' && handler.giveUp) {
      if (!(await renewLease(db, { ...lease, leaseMs }))) return false;
      await handler.giveUp({ jobId: job.id, input: job.input }).catch((error: unknown) => {
        if (outcomeOf(error) === 'wait') throw error;
        log.error({ err: error, jobId: job.id }, 'what a job left could not be put away');
      });
    }
    return db.transaction(systemScope, (tx) => finishJob(tx, lease, end, now()));
  };

  /** Until it is written, however long the database is away; a console that stops tries once more. */
  const untilWritten = async (write: () => Promise<unknown>) => {
    let isLast = false;
    void leaving.promise.then(() => {
      isLast = true;
    });
    for (;;) {
      const was = isLast;
      try {
        return await write();
      } catch (error) {
        if (was || outcomeOf(error) !== 'wait') throw error;
        log.warn({ err: error, jobId: job.id }, 'the end of a job could not be written yet');
        let timer: NodeJS.Timeout | undefined;
        await Promise.race([leaving.promise, new Promise((resolve) => (timer = setTimeout(resolve, RETRY_MS)))]);
        clearTimeout(timer);
      }
    }
  };

  const finish = async (end: JobEnd | Pause) => {
    clearInterval(renewal);
    if (waiting) clearTimeout(waiting);
    waiting = null;
    await writing;
    await flush();
    await untilWritten(async () => {
      if (end.state === 'paused') await releaseJob(db, lease, end);
      else if (await writeEnd(end)) return;
      // Where another console took it over meanwhile, this one has not ended all the same.
      await noteSurvival(db, lease);
    });
    await publish();
  };

  if (job.cancelRequested) stop('cancelled');
  else void publish();
  const ended = work()
    .then(
      (result): JobEnd => ({ state: 'succeeded', result }),
      (error: unknown) => endOf(error, abort.signal, job, log),
    )
    .then(finish)
    .catch((error: unknown) => log.error({ err: error, jobId: job.id }, 'the end of a job could not be written'));
  return { jobId: job.id, isSuspect: () => endedHosts > 0, stop, ended };
}
