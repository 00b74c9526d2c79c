import { z } from 'zod';
import { id, instant, lines, name, point, reference } from './common.ts';
import { outline, radius } from './locations.ts';
import { operators } from './roles.ts';
import { json, route } from './route.ts';
import { locationKinds } from './status.ts';
import { status } from './status-schema.ts';

/** Locations that one import takes at once. */
export const LOCATIONS_AT_ONCE = 500;

/** Which trackers a fence would hold that is not saved yet. */
export const fencePreview = z.object({
  inside: z.number().int(),
  /** Trackers that the fence would take in, and those there now that it would leave out. */
  entering: z.number().int(),
  leaving: z.number().int(),
  /** The nearest of those inside, at most 50. */
  trackers: z.array(
    z.object({
      trackerId: id,
      macAddress: z.string().nullable(),
      status,
      position: point,
      distanceM: z.number(),
      reportedAt: instant,
      isThereNow: z.boolean(),
    }),
  ),
});

const concerned = {
  /** Only trackers of these runs; all trackers without it. */
  productionRunIds: z.array(id).max(1000).optional(),
  /** The location that is being changed, so that it is not compared with itself. */
  locationId: id.optional(),
};

const importedLocation = z.object({
  /** Which row or feature of the file it is, from 1; problems name it. */
  row: z.number().int().min(1).max(1_000_000),
  kind: z.enum(locationKinds),
  name,
  address: lines(500).default(''),
  /** Of an outline its middle, where none is said. */
  position: point.optional(),
  /** 100 m by default, and no margin for an outline. */
  geofenceRadiusM: radius.optional(),
  outline: outline.nullable().default(null),
});
export type ImportedLocation = z.input<typeof importedLocation>;

const importProblem = z.object({
  row: z.number().int(),
  field: z.enum(['name', 'position', 'outline', 'geofenceRadiusM']),
  message: z.string(),
  /** Where an outline goes wrong. */
  at: point.nullable(),
});
export type ImportProblem = z.infer<typeof importProblem>;

/** Fences that are not stored yet: what they would hold and touch, and many of them from a file. */
export const fenceDraftRoutes = {
  previewOutline: route({
    method: 'POST',
    path: '/map/outline-preview',
    tag: 'map',
    access: operators,
    summary: 'Which trackers an outline would hold by their last positions, before it is saved',
    body: json(z.object({ outline, marginM: radius.default(0), ...concerned })),
    output: json(fencePreview),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getFenceSurroundings: route({
    method: 'POST',
    path: '/map/fence-surroundings',
    tag: 'map',
    access: operators,
    summary: 'How many of the last reports lie inside a fence that is not saved yet, and the fences that it overlaps',
    body: json(
      z.object({
        position: point.optional(),
        /** The radius of a circle, the margin of an outline. */
        geofenceRadiusM: radius,
        outline: outline.nullable().default(null),
        ...concerned,
      }),
    ),
    output: json(
      z.object({
        /** Of the last reports of the trackers concerned, a bounded sample: how many lie inside, from how many trackers. */
        reports: z.object({ inside: z.number().int(), of: z.number().int(), trackers: z.number().int() }),
        /** All that overlap are counted; the first 20 are named. */
        overlapping: z.object({
          count: z.number().int(),
          named: z.array(reference.extend({ kind: z.enum(locationKinds) })),
        }),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
    quick: true,
  }),
  importLocations: route({
    method: 'POST',
    path: '/location-imports',
    tag: 'locations',
    access: operators,
    summary: 'Create many locations at once: all of them, or none and what is wrong with which',
    body: json(
      z.object({
        /** Checks everything and stores nothing. */
        dryRun: z.boolean().default(false),
        locations: z.array(importedLocation).min(1).max(LOCATIONS_AT_ONCE),
        /** Runs that all of them count for. */
        productionRunIds: z.array(id).max(1000).default([]),
      }),
    ),
    output: json(
      z.object({
        /** 0 for a dry run, and where something is wrong. */
        created: z.number().int(),
        /** The first 500 things that are wrong. */
        problems: z.array(importProblem),
        /** The job that folds history again; null when no tracker is concerned. */
        jobId: id.nullable(),
      }),
    ),
    status: 200,
    idempotent: false,
    audited: 'location.import',
  }),
};
