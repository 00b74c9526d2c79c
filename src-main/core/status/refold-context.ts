import type { RequestContext } from '../platform/http/handler.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import type { RefoldContext } from './refolds.ts';

/** Who asks for a refold in this request, and where its job goes. */
export const refoldContext = (
  { jobs }: { jobs: JobQueue },
  { principal, now }: Pick<RequestContext, 'principal' | 'now'>,
): RefoldContext => ({ jobs, userId: principal?.userId ?? null, now });
