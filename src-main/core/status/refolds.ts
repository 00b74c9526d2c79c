import type { Database, Transaction } from '../platform/db/queryable.ts';
import type { JobHandler, JobQueue } from '../platform/jobs/queue.ts';
import { queueRefold, type RefoldExtent, type RefoldTarget, refoldsLeft, tieRefold } from './refold-queue-store.ts';

export interface RefoldRequest {
  target: RefoldTarget;
  /** What superseded history rows will say. */
  reason: string;
  /** What the job is about, for the list of jobs. */
  label: string;
  resource: { type: string; id: number } | null;
  extent?: RefoldExtent;
}

/** Who asked for a refold, and the queue that shows it. */
export interface RefoldContext {
  jobs: Pick<JobQueue, 'add'>;
  userId: number | null;
  now: Date;
}

/**
 * Has history folded again, as a job that shows how far it has come. In the transaction of the change that made it
 * necessary, after it. The status engine does the work, on whichever console it runs. Returns the job; null when no
 * tracker is concerned.
 */
export async function refold(tx: Transaction, context: RefoldContext, request: RefoldRequest): Promise<number | null> {
  const { target, reason, label, resource, extent } = request;
  const trackers = await queueRefold(tx, target, reason, context.now, extent);
  if (trackers === 0) return null;
  const jobId = await context.jobs.add(tx, {
    kind: 'refold',
    label: `${label}: ${reason}`,
    unit: 'trackers',
    total: trackers,
    input: { trackers },
    resource,
    createdBy: context.userId,
  });
  await tieRefold(tx, target, jobId);
  return jobId;
}

const LOOK_MS = 300;

/**
 * Follows the refold of a change to its end. It folds nothing itself: trackers wait in `status_pending`, which the
 * status engines of all consoles work off, so nothing is lost when this job is interrupted.
 */
export function refoldJob({ db, now }: { db: Database; now: () => Date }): JobHandler<{ trackers: number }> {
  return async ({ jobId, input: { trackers }, signal, progress, advanced }) => {
    // It only looks on, and can't be what ended a console.
    advanced();
    for (;;) {
      const { waiting, postponed } = await refoldsLeft(db, jobId, now());
      progress(trackers - waiting - postponed, trackers);
      if (waiting === 0) return { trackers, postponed };
      await pause(LOOK_MS, signal);
    }
  };
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
