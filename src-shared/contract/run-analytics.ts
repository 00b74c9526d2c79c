import { z } from 'zod';
import { instant, params } from './common.ts';
import { everyone } from './roles.ts';
import { json, route } from './route.ts';
import { periods } from './status.ts';

const counts = z.object({
  IN_TRANSIT: z.number().int(),
  IN_STORAGE: z.number().int(),
  DELIVERED: z.number().int(),
});
const runAggregate = z.object({
  bucketStart: instant,
  /** Trackers in each status at the end of the hour or day. */
  statusCounts: counts,
  /** Trackers that entered each status within that hour or day. */
  entered: counts,
});
export type RunAggregate = z.infer<typeof runAggregate>;

export const runAnalyticsRoutes = {
  listRunAggregates: route({
    method: 'GET',
    path: '/production-runs/{productionRunId}/aggregates',
    summary: 'Trackers of a run by status at the end of each UTC hour or day in which something changed, oldest first',
    tag: 'production-runs',
    access: everyone,
    params: params.productionRun,
    query: z.object({ period: z.enum(periods).default('day'), from: instant.optional(), to: instant.optional() }),
    output: json(z.object({ items: z.array(runAggregate) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
