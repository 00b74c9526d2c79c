import { z } from 'zod';
import { instant, params } from './common.ts';
import { staff } from './roles.ts';
import { json, route } from './route.ts';

export const lastReportsRoutes = {
  getLastReports: route({
    method: 'GET',
    path: '/production-runs/{productionRunId}/last-reports',
    summary: 'Until when last reports of a run that is over may arrive, and whether its last day has few',
    tag: 'fetcher',
    access: staff,
    params: params.productionRun,
    output: json(
      z.object({
        closingAskHours: z.number().int(),
        /** When its trackers are asked for once more; null while the run goes on, or where they are not. */
        until: instant.nullable(),
        /** Counted reports of its last 24 hours, and of a usual day of the week before. */
        lastDay: z.number().int(),
        usual: z.number().int(),
        /** The run is over, and its last day has less than half of a usual one. */
        thin: z.boolean(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
