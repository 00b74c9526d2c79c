import type { RefoldContext } from '../services/refolds.ts';
import type { RequestContext } from './handler.ts';

/** Who asks for a refold in this request, and where its job goes. */
export const refoldContext = ({ core, principal, now }: RequestContext): RefoldContext => ({
  jobs: core.jobs,
  userId: principal?.userId ?? null,
  now,
});
