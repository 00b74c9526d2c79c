import type { Logger } from 'pino';
import { outcomeOf, toAppError } from '../db/sqlstate.ts';
import { AppError } from '../errors.ts';
import type { ClaimedJob, JobEnd } from './job-lease-store.ts';

export type { JobEnd };

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

/** A job that consoles ended with this often, without storing any work between, is not taken up again. */
export const MOST_ENDED_HOSTS = 2;
export const GIVEN_UP =
  'The console stopped twice while it worked on this, so the job was stopped. If nobody stopped the console, the file or the amount is too large for this machine: try a smaller one.';

/** The job goes back to the queue; `why` is what a person reads meanwhile. */
export interface Pause {
  state: 'paused';
  afterMs: number;
  why: { code: string; message: string } | null;
}

const RETRY_MS = 5000;
const UNKNOWN_RETRY_MS = 60_000;
const WAITS = 'This console met an unexpected problem and tries again every minute. Its log says what it is.';

/** What a failure means for a job. */
export function endOf(error: unknown, signal: AbortSignal, job: ClaimedJob, log: Logger): JobEnd | Pause {
  const stopped = signal.aborted && signal.reason instanceof JobStopped ? signal.reason.why : null;
  if (stopped === 'cancelled') return { state: 'cancelled' };
  if (stopped !== null) return { state: 'paused', afterMs: 0, why: null };
  if (error instanceof RetryLater) return { state: 'paused', afterMs: error.afterMs, why: null };
  const told = toAppError(error);
  const known = told instanceof AppError ? told : null;
  const outcome = outcomeOf(error);
  const about = { err: error, jobId: job.id, kind: job.kind };
  if (outcome === 'wait' || outcome === 'retry') {
    log.warn(about, 'a job waits');
    if (!known) return { state: 'paused', afterMs: UNKNOWN_RETRY_MS, why: { code: 'unavailable', message: WAITS } };
    return { state: 'paused', afterMs: RETRY_MS, why: { code: known.code, message: known.message } };
  }
  if (!known || known.status >= 500) log.error(about, 'a job failed');
  return {
    state: 'failed',
    errorCode: known?.code ?? 'internal',
    errorMessage:
      known?.message ??
      'Something went wrong on this console. Start it again; if it fails again, give support the job number.',
  };
}
