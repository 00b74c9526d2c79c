import { z } from 'zod';
import { id, idText, instant, line } from './common.ts';
import { everyone } from './roles.ts';
import { json, nothing, route } from './route.ts';

/** The most trackers in one pin: they have to fit a laptop's disk and load within minutes. */
export const MAX_PINNED_TRACKERS = 5_000;

/** What to pin: a client's trackers, those of a production run, or those that are or were within a box. */
const reviewTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('client'), clientId: id }),
  z.object({ kind: z.literal('run'), productionRunId: id }),
  z.object({
    kind: z.literal('area'),
    /** Degrees. West > east crosses the antimeridian. */
    west: z.number().min(-180).max(180),
    south: z.number().min(-90).max(90),
    east: z.number().min(-180).max(180),
    north: z.number().min(-90).max(90),
  }),
]);
export type ReviewTarget = z.infer<typeof reviewTargetSchema>;

const reviewPinSchema = z.object({
  id,
  target: reviewTargetSchema,
  label: z.string(),
  from: instant,
  to: instant,
  /** waiting: the connection was lost while it was read; it goes on by itself. */
  state: z.enum(['loading', 'waiting', 'ready', 'failed']),
  done: z.number().int(),
  total: z.number().int().nullable(),
  /** Why it could not be read. What was read before is kept. */
  error: z.string().nullable(),
  /** When the data was read; null before the first time. */
  loadedAt: instant.nullable(),
  bytes: z.number().int(),
  trackers: z.number().int(),
});
export type ReviewPin = z.infer<typeof reviewPinSchema>;

const pinParams = z.object({ reviewPinId: idText });

export const reviewRoutes = {
  listReviewPins: route({
    method: 'GET',
    path: '/review-pins',
    summary: 'What you pinned on this workstation to look at without the central database',
    tag: 'reviews',
    access: everyone,
    output: json(z.object({ items: z.array(reviewPinSchema) })),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  pinReview: route({
    method: 'POST',
    path: '/review-pins',
    summary: 'Pin a client, a production run or an area with a range of time; it is read in the background',
    tag: 'reviews',
    access: everyone,
    body: json(
      z
        .object({ target: reviewTargetSchema, label: line(1, 200), from: instant, to: instant })
        .refine((body) => Date.parse(body.from) < Date.parse(body.to), {
          path: ['to'],
          message: 'Choose an end after the beginning.',
        }),
    ),
    output: json(reviewPinSchema),
    status: 202,
    idempotent: false,
    audited: 'review.pin',
    ownTransaction: true,
  }),
  refreshReview: route({
    method: 'POST',
    path: '/review-pins/{reviewPinId}/refresh',
    summary: 'Read a pin again; what it holds stays until then',
    tag: 'reviews',
    access: everyone,
    params: pinParams,
    output: json(reviewPinSchema),
    status: 202,
    idempotent: true,
    audited: 'review.refresh',
    ownTransaction: true,
  }),
  unpinReview: route({
    method: 'DELETE',
    path: '/review-pins/{reviewPinId}',
    summary: 'Take a pin and its data off this workstation',
    tag: 'reviews',
    access: everyone,
    params: pinParams,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'review.unpin',
    ownTransaction: true,
  }),
};
