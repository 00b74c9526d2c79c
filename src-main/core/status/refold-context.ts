import type { RequestContext } from '../platform/http/handler.ts';
import type { RefoldContext } from './refolds.ts';

/** Who asks for a refold in this request, and where its job goes. */
export const refoldContext = ({ core, principal, now }: RequestContext): RefoldContext => ({
  jobs: core.jobs,
  userId: principal?.userId ?? null,
  now,
});
