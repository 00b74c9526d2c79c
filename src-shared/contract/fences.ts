import { z } from 'zod';
import { id, instant, multiPolygon, params, point, reference } from './common.ts';
import { jobSchema } from './jobs.ts';
import { fenceChangedAt, finishedRunIds, outline, radius } from './locations.ts';
import { operators, staff } from './roles.ts';
import { json, route } from './route.ts';
import { locationKinds } from './status.ts';
import { changedFinishedRun, historyExample } from './status-rules.ts';

const fenceVerdicts = ['fits', 'larger', 'smaller', 'too-few'] as const;
const fenceSuggestion = z.object({
  verdict: z.enum(fenceVerdicts),
  currentRadiusM: z.number().min(0).max(50_000),
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
  finishedRuns: z.array(changedFinishedRun),
  examples: z.array(historyExample),
});
export type FencePreviewResult = z.infer<typeof fencePreviewResult>;

/** Fences that one list names, and that one request changes. */
export const FENCES_AT_ONCE = 500;

/** Result of the job `fence-check`: the fences in use that don't fit the reports near them, the worst first. */
export const fenceCheckResult = z.object({
  /** Fences that were looked at. */
  fences: z.number().int(),
  fitting: z.number().int(),
  /** Too few reports near them to tell. */
  unknown: z.number().int(),
  /** All that don't fit; `items` names the first 500. */
  unfitting: z.number().int(),
  items: z.array(
    fenceSuggestion.extend({
      locationId: id,
      kind: z.enum(locationKinds),
      name: z.string(),
      suggestedRadiusM: z.number(),
      /** Runs that are over and that it counts for: they keep their history unless they are named. */
      finishedRuns: z.array(reference).default([]),
    }),
  ),
});
export type FenceCheckResult = z.infer<typeof fenceCheckResult>;

/** A point or outline, and radius, that a fence has or had, in a half-open stretch of time. */
const fenceShape = z.object({
  /** Null from the beginning. */
  from: instant.nullable(),
  /** Null for the present shape. */
  to: instant.nullable(),
  position: point,
  outline: multiPolygon.nullable(),
  geofenceRadiusM: z.number(),
});

export type FenceShape = z.infer<typeof fenceShape>;

const fenceSize = z.object({
  locationId: id,
  geofenceRadiusM: z.number().min(5).max(50_000),
  /** The radius that the change was decided for: a fence with another one now is refused. */
  currentRadiusM: z.number().min(0).max(50_000),
});
export type FenceSize = z.infer<typeof fenceSize>;

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
  listFenceShapes: route({
    method: 'GET',
    path: '/locations/{locationId}/fence-shapes',
    summary: 'The shapes that a fence has and had, each with its time, the latest first',
    tag: 'locations',
    access: staff,
    params: params.location,
    output: json(
      z.object({
        items: z.array(fenceShape),
        /** Finished runs that keep what the fence was at their end, where it is another since. */
        runsThatKeepOthers: z.number().int(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  previewFenceHistory: route({
    method: 'POST',
    path: '/locations/{locationId}/fence-preview',
    summary: 'Preview another fence without saving: how the history of its trackers would change',
    tag: 'locations',
    access: operators,
    params: params.location,
    body: json(
      z.object({
        geofenceRadiusM: radius,
        position: point.optional(),
        outline: outline.nullable().optional(),
        /** The run that the location would belong to, and the others that it would count for; as they are where left out. */
        productionRunId: id.nullable().optional(),
        productionRunIds: z.array(id).max(1000).optional(),
        fenceChangedAt,
      }),
    ),
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'location.preview',
  }),
  checkFences: route({
    method: 'POST',
    path: '/fence-check',
    summary: 'Compare every fence in use with the reports near it: which don’t fit, and the radius that would',
    tag: 'locations',
    access: operators,
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'location.check',
  }),
  resizeFences: route({
    method: 'POST',
    path: '/fence-sizes',
    summary: 'Correct the radius of several fences at once; those changed since are refused by name, the others go on',
    tag: 'locations',
    access: operators,
    body: json(z.object({ fences: z.array(fenceSize).min(1).max(FENCES_AT_ONCE), finishedRunIds })),
    output: json(
      z.object({
        changed: z.array(id),
        refused: z.array(z.object({ locationId: id, name: z.string(), reason: z.string() })),
        /** The job that folds history again; null when no tracker is concerned. */
        jobId: id.nullable(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: 'location.resize',
  }),
};
