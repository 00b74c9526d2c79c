import { randomUUID } from 'node:crypto';
import type { JobKind } from '../../../../src-shared/contract/job-kinds.ts';
import type { Queryable, Transaction } from '../db/queryable.ts';
import { claimJob, endAllLeases } from './job-lease-store.ts';
import { getJob, insertJob, requestJobCancel } from './jobs-store.ts';
import type { JobHandler, JobOptions, JobQueue } from './queue.ts';
import { type RunDeps, type RunningJob, runJob } from './run-job.ts';

/** A dead console's jobs come back after this long. */
const LEASE_MS = 30_000;
/** How often to look for what other consoles queued, gave back or lost. */
const POLL_MS = 5000;
/** Jobs at once on one console: a long one must not keep a short import waiting. */
const AT_ONCE = 2;

/** The job table's queue. Several consoles share the table; each runs jobs of the kinds that it has handlers for. */
export function createJobQueue(
  deps: Omit<RunDeps, 'leaseMs'> & { leaseMs?: number; pollMs?: number; atOnce?: number },
): JobQueue {
  const { db, events, log, now } = deps;
  const leaseMs = deps.leaseMs ?? LEASE_MS;
  const atOnce = deps.atOnce ?? AT_ONCE;
  type Handler = { run: JobHandler<unknown> } & JobOptions<unknown>;
  const handlers = new Map<JobKind, Handler & { ready: () => boolean }>();
  const running = new Map<RunningJob, () => boolean>();
  let state: 'new' | 'started' | 'stopped' = 'new';
  let timer: NodeJS.Timeout | null = null;
  let unsubscribe: (() => void) | null = null;
  let looking: Promise<void> | null = null;
  let lookAgain = false;

  const look = (): void => {
    if (state !== 'started') return;
    lookAgain = true;
    looking ??= (async () => {
      while (lookAgain && state === 'started') {
        lookAgain = false;
        while (running.size < atOnce && state === 'started' && (await takeOne()));
      }
    })()
      .catch((error: unknown) => log.warn({ err: error }, 'jobs could not be looked for'))
      .finally(() => {
        looking = null;
      });
  };

  async function takeOne(): Promise<boolean> {
    // What a console ended with runs alone, so that nothing innocent ends with it again.
    if ([...running.keys()].some((run) => run.isSuspect())) return false;
    const owner = randomUUID();
    const all = [...handlers.keys()];
    const kinds = all.filter((kind) => handlers.get(kind)?.ready());
    // A job that is to be cancelled needs nothing that the others wait for.
    const job = await claimJob(db, {
      kinds,
      cancellable: all,
      suspects: running.size === 0,
      owner,
      leaseMs,
      now: now(),
    });
    const handler = job && handlers.get(job.kind);
    if (!job || !handler) return false;
    const run = runJob({ db, events, log, now, leaseMs }, job, owner, handler);
    running.set(run, handler.ready);
    // Stopped, or the keys locked, while the claim was on its way: given back like the others.
    if (state !== 'started' || (!handler.ready() && !job.cancelRequested)) run.stop('stopping');
    void run.ended.then(() => {
      running.delete(run);
      look();
    });
    return true;
  }

  const tell = async (jobId: number) => {
    try {
      events.publish({ type: 'job', job: await getJob(db, jobId, now()) });
    } catch (error) {
      log.warn({ err: error, jobId }, 'a change of a job could not be told');
    }
  };

  return {
    async add(tx: Transaction, job) {
      const jobId = await insertJob(tx, job, now());
      tx.afterCommit(() => {
        void tell(jobId);
        look();
      });
      return jobId;
    },
    handle(kind, handler, { ready = () => true, giveUp } = {}) {
      if (state !== 'new') throw new Error('handlers are registered before start()');
      const rest = giveUp ? { giveUp: giveUp as NonNullable<Handler['giveUp']> } : {};
      handlers.set(kind, { run: handler as JobHandler<unknown>, ready, ...rest });
    },
    async requestCancel(tx: Queryable | Transaction, jobId) {
      await requestJobCancel(tx, jobId);
      // The event tells the console that runs it, whichever it is; its lease renewal tells it should the event be lost.
      if ('afterCommit' in tx) tx.afterCommit(() => void tell(jobId));
      else await tell(jobId);
    },
    async start() {
      if (state !== 'new') throw new Error('a queue starts once');
      if (db.engine === 'embedded') await endAllLeases(db);
      state = 'started';
      unsubscribe = events.subscribe((event) => {
        if (event.type !== 'job') return;
        if (event.job.cancelRequested)
          for (const run of running.keys()) if (run.jobId === event.job.id) run.stop('cancelled');
        if (event.job.state === 'queued') look();
      });
      timer = setInterval(look, deps.pollMs ?? POLL_MS);
      look();
    },
    async recheck() {
      const giveBack = () => {
        const unready = [...running].filter(([, ready]) => !ready()).map(([run]) => run);
        for (const run of unready) run.stop('stopping');
        return Promise.all(unready.map((run) => run.ended));
      };
      const given = giveBack();
      look();
      // A job that was being claimed when the call came is not among the running ones yet.
      await looking;
      await given;
      await giveBack();
    },
    async stop() {
      state = 'stopped';
      if (timer) clearInterval(timer);
      unsubscribe?.();
      await looking;
      for (const run of running.keys()) run.stop('stopping');
      await Promise.all([...running.keys()].map((run) => run.ended));
    },
  };
}
