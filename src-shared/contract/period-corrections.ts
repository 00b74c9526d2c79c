import { z } from 'zod';
import { id, idText, instant, params, reference } from './common.ts';
import { operators, staff } from './roles.ts';
import { json, route } from './route.ts';

const runPeriodSchema = z.object({
  id,
  productionRun: reference,
  client: reference,
  /** Null reaches back without limit, and for the end it is the present one. */
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  isGuessed: z.boolean(),
});
export type RunPeriodRow = z.infer<typeof runPeriodSchema>;

export const periodCorrectionRoutes = {
  listRunPeriods: route({
    method: 'GET',
    path: '/trackers/{trackerId}/periods',
    summary: 'When it belonged to which production run, latest first',
    tag: 'trackers',
    access: staff,
    params: params.tracker,
    output: json(z.object({ items: z.array(runPeriodSchema) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  correctRunPeriod: route({
    method: 'POST',
    path: '/trackers/{trackerId}/periods/{periodId}/correction',
    summary: 'Correct a run period: its run, beginning or end; a dry run shows what would change',
    tag: 'trackers',
    access: operators,
    params: z.object({ ...params.tracker.shape, periodId: idText }),
    body: json(
      z.object({
        productionRunId: id.optional(),
        /** Null reaches back without limit. */
        startsAt: instant.nullable().optional(),
        endsAt: instant.optional(),
        reason: z.string().trim().min(1).max(500),
        dryRun: z.boolean().default(false),
      }),
    ),
    /** Reports and deliveries that belong to another run afterwards, or to none. */
    output: json(
      z.object({ reports: z.number().int(), deliveries: z.number().int(), items: z.array(runPeriodSchema) }),
    ),
    status: 200,
    idempotent: false,
    audited: 'trackers.correctPeriod',
  }),
  cancelPlannedPeriods: route({
    method: 'POST',
    path: '/trackers/planned/cancel',
    summary: 'Cancel the moves that are planned for trackers',
    tag: 'trackers',
    access: operators,
    body: json(z.object({ trackerIds: z.array(id).min(1).max(500) })),
    output: json(z.object({ cancelled: z.number().int() })),
    status: 200,
    idempotent: true,
    audited: 'trackers.cancelPlanned',
  }),
};
