import { z } from 'zod';
import { id, instant } from './common.ts';
import { floor } from './roles.ts';
import { json, route } from './route.ts';
import { returnReasonSchema } from './trackers.ts';

export const retirementRoutes = {
  retireTrackers: route({
    method: 'POST',
    path: '/trackers/retire',
    summary: 'Take trackers out of use: returned from their orders, out of their runs, with all of their history',
    tag: 'trackers',
    access: floor,
    body: json(
      z.object({
        trackerIds: z.array(id).min(1).max(500),
        reason: returnReasonSchema,
        at: instant.optional().describe('Since when, within the present run period of each; now without it.'),
      }),
    ),
    output: json(z.object({ retired: z.number().int() })),
    status: 200,
    idempotent: true,
    audited: 'trackers.retire',
  }),
};
