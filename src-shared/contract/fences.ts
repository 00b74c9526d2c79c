import { z } from 'zod';
import { id, instant, params, point } from './common.ts';
import { jobSchema } from './jobs.ts';
import { operators, staff } from './roles.ts';
import { json, route } from './route.ts';
import { statusSchema } from './status.ts';

const fenceVerdicts = ['fits', 'larger', 'smaller', 'too-few'] as const;
const fenceSuggestion = z.object({
  verdict: z.enum(fenceVerdicts),
  currentRadiusM: z.number(),
  /** Null when there are too few reports to tell. */
  suggestedRadiusM: z.number().nullable(),
  /** How many reports near the location were looked at. */
  reports: z.number().int(),
  /** Of these: inside, undecided (outside by no more than their accuracy), and surely outside. */
  inside: z.number().int(),
  undecided: z.number().int(),
  outside: z.number().int(),
  medianAccuracyM: z.number().nullable(),
  medianDistanceM: z.number().nullable(),
  p90DistanceM: z.number().nullable(),
  /** The largest radius that doesn't overlap another fence of the same run; null when none is near. */
  roomM: z.number().nullable(),
});
export type FenceSuggestion = z.infer<typeof fenceSuggestion>;

/** Trackers that a fence preview names; it counts all of them. */
export const PREVIEW_NAMES = 50;

const previewEntry = z.object({ status: statusSchema, location: z.string().nullable(), enteredAt: instant });
/** Result of the job `fence-preview`: what the changed fence would do to history. */
export const fencePreviewResult = z.object({
  trackers: z.number().int(),
  /** Trackers with reports near enough for the fence to matter. */
  touched: z.number().int(),
  changed: z.number().int(),
  /** How many of the changed ones would have another status now. */
  otherStatusNow: z.number().int(),
  entriesAdded: z.number().int(),
  entriesRemoved: z.number().int(),
  examples: z.array(
    z.object({
      trackerId: id,
      tracker: z.string(),
      removed: z.array(previewEntry),
      added: z.array(previewEntry),
    }),
  ),
});
export type FencePreviewResult = z.infer<typeof fencePreviewResult>;

export const fenceRoutes = {
  getFenceSuggestion: route({
    method: 'GET',
    path: '/locations/{locationId}/fence-suggestion',
    summary: 'A radius that fits the reports near a location: from their distances and accuracies',
    tag: 'locations',
    access: staff,
    params: params.location,
    output: json(fenceSuggestion),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  previewFenceHistory: route({
    method: 'POST',
    path: '/locations/{locationId}/fence-preview',
    summary: 'Fold the history of the trackers concerned with another fence, and keep nothing of it: what would change',
    tag: 'locations',
    access: operators,
    params: params.location,
    body: json(z.object({ geofenceRadiusM: z.number().min(5).max(50_000), position: point.optional() })),
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'location.preview',
  }),
};
