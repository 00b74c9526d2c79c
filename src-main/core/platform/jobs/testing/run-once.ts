import { pino } from 'pino';
import { endOf } from '../job-end.ts';
import type { JobContext, JobHandler, JobOptions } from '../queue.ts';

/** Runs a handler once, without a queue, and puts away what it leaves when that was its end. */
export async function runOnce(
  handler: JobHandler<unknown>,
  giveUp: NonNullable<JobOptions<unknown>['giveUp']>,
  context: Omit<JobContext<unknown>, 'advanced'>,
): Promise<Record<string, unknown>> {
  try {
    return await handler({ ...context, advanced: () => undefined });
  } catch (error) {
    const job = { id: context.jobId, kind: 'key-generation', input: context.input } as const;
    const claimed = { ...job, createdBy: null, cancelRequested: false, attempts: 1, endedHosts: 0 };
    const end = endOf(error, context.signal, claimed, pino({ level: 'silent' }));
    if (end.state !== 'paused') await giveUp(context);
    throw error;
  }
}
