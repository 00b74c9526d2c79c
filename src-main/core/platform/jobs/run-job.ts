import type { Logger } from 'pino';
import { type Database, systemScope } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/bus.ts';
import { type ClaimedJob, finishJob, type JobEnd, releaseJob, renewLease, writeProgress } from './job-lease-store.ts';
import { getJob } from './jobs-store.ts';
import type { JobHandler } from './queue.ts';
import { rateMeter } from './rate.ts';

/** Why a running handler is told to stop. */
export class JobStopped extends Error {
  readonly why: 'cancelled' | 'lease-lost' | 'stopping';
  constructor(why: JobStopped['why']) {
    super(`the job was stopped: ${why}`);
    this.name = 'JobStopped';
    this.why = why;
  }
}

/** What a handler throws to be run again after a while: the job goes back to the queue and keeps what it has. */
export class RetryLater extends Error {
  readonly afterMs: number;
  constructor(afterMs: number) {
    super(`to be tried again in ${afterMs} ms`);
    this.name = 'RetryLater';
    this.afterMs = afterMs;
  }
}

/** Progress is written and published at most four times a second. */
const PROGRESS_MS = 250;
/** A job that has been interrupted this often, by crashes or a database that went away, is given up. */
const MOST_ATTEMPTS = 12;
const RETRY_MS = 5000;

export interface RunDeps {
  db: Database;
  events: EventBus;
  log: Logger;
  now: () => Date;
  leaseMs: number;
}

export interface RunningJob {
  jobId: number;
  stop(why: JobStopped['why']): void;
  /** Resolves when the job has ended or was given back; never rejects. */
  ended: Promise<void>;
}

/** Runs one claimed job to its end, renewing its lease meanwhile. */
export function runJob(deps: RunDeps, job: ClaimedJob, owner: string, handler: JobHandler<unknown>): RunningJob {
  const { db, events, log, now, leaseMs } = deps;
  const lease = { jobId: job.id, owner };
  const abort = new AbortController();
  const stop = (why: JobStopped['why']) => abort.abort(new JobStopped(why));
  const meter = rateMeter();
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

  const work = async (): Promise<Record<string, unknown>> => {
    if (job.attempts > MOST_ATTEMPTS)
      throw new AppError('internal', 'It was interrupted too often and was given up. Start it again.');
    return handler({
      jobId: job.id,
      input: job.input,
      createdBy: job.createdBy,
      signal: abort.signal,
      progress(done, total) {
        latest = { done, total };
        meter.add(done, performance.now());
        schedule();
      },
    });
  };

  const finish = async (end: JobEnd | 'release' | 'retry' | 'lost' | { retryAfterMs: number }) => {
    clearInterval(renewal);
    if (waiting) clearTimeout(waiting);
    waiting = null;
    await writing;
    await flush();
    if (end === 'lost') return;
    if (end === 'release') await releaseJob(db, lease, 0);
    else if (end === 'retry') await releaseJob(db, lease, RETRY_MS);
    else if ('retryAfterMs' in end) await releaseJob(db, lease, end.retryAfterMs);
    else await db.transaction(systemScope, (tx) => finishJob(tx, lease, end, now()));
    await publish();
  };

  if (job.cancelRequested) stop('cancelled');
  else void publish();
  const ended = work()
    .then(
      (result): JobEnd => ({ state: 'succeeded', result }),
      (error: unknown): ReturnType<typeof endOf> => endOf(error, abort.signal, job, log),
    )
    .then(finish)
    .catch((error: unknown) => log.error({ err: error, jobId: job.id }, 'the end of a job could not be written'));
  return { jobId: job.id, stop, ended };
}

function endOf(
  error: unknown,
  signal: AbortSignal,
  job: ClaimedJob,
  log: Logger,
): JobEnd | 'release' | 'retry' | 'lost' | { retryAfterMs: number } {
  const stopped = signal.aborted && signal.reason instanceof JobStopped ? signal.reason.why : null;
  if (stopped === 'cancelled') return { state: 'cancelled' };
  if (stopped === 'lease-lost') return 'lost';
  if (stopped === 'stopping') return 'release';
  if (error instanceof RetryLater) return { retryAfterMs: error.afterMs };
  if (error instanceof AppError && error.code === 'unavailable' && job.attempts <= MOST_ATTEMPTS) return 'retry';
  const known = error instanceof AppError ? error : null;
  if (!known || known.status >= 500) log.error({ err: error, jobId: job.id, kind: job.kind }, 'a job failed');
  return {
    state: 'failed',
    errorCode: known?.code ?? 'internal',
    errorMessage:
      known?.message ??
      'Something went wrong on this console. Start it again; if it stays, give support the job number.',
  };
}
