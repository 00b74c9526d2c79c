import { mayCancel } from '../../../src-shared/contract/job-kinds.ts';
import { rejectedRowsFile } from '../manufacturing/imports/rejected-rows.ts';
import { AppError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { getJob, listJobs } from '../platform/jobs/jobs-store.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';

export interface JobDeps {
  jobs: JobQueue;
}

export const jobHandlers = (deps: JobDeps) =>
  ({
    listJobs: ({ tx, now }, { query }) => listJobs(tx, query, now),

    getJob: ({ tx, now }, { params }) => getJob(tx, params.jobId, now),

    async cancelJob(context, { params }) {
      const { tx, now } = context;
      const before = await getJob(tx, params.jobId, now);
      if (!mayCancel(before, requirePrincipal(context)))
        throw new AppError('forbidden', 'Only those who may start such a job, or have started this one, can stop it.');
      if (before.kind === 'refold') {
        throw new AppError(
          'conflict',
          'A recalculation of status history can’t be stopped halfway: history would not match the fences and runs. Change the fence or run back instead.',
        );
      }
      await deps.jobs.requestCancel(tx, before.id);
      await context.audit({ resourceType: 'job', resourceId: before.id, details: { kind: before.kind } });
      return getJob(tx, before.id, now);
    },

    getRejectedRows: (context, { params }) => rejectedRowsFile(context, params.jobId),
  }) satisfies Partial<Handlers>;
