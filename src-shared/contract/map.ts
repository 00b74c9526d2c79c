import { z } from 'zod';
import { id, idText, instant, point } from './common.ts';
import { fencePreview } from './fence-drafts.ts';
import { everyone, operators } from './roles.ts';
import { json, route } from './route.ts';
import { status } from './status-schema.ts';

/** `west,south,east,north` in degrees; west > east crosses the antimeridian. */
const bbox = z
  .string()
  .max(200)
  .transform((text, context) => {
    const parts = text.split(',').map(Number);
    const [west, south, east, north] = parts;
    const ok =
      parts.length === 4 &&
      parts.every(Number.isFinite) &&
      // A hundred times round the world, as a map is dragged.
      Math.abs(west!) <= 36_000 &&
      Math.abs(east!) <= 36_000 &&
      Math.abs(south!) <= 90 &&
      Math.abs(north!) <= 90 &&
      south! <= north!;
    if (!ok) {
      context.addIssue('Write bbox as west,south,east,north in degrees.');
      return z.NEVER;
    }
    return { west: west!, south: south!, east: east!, north: north! };
  });

const mapFeature = z.object({
  type: z.literal('Feature'),
  geometry: point,
  properties: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('cluster'),
      count: z.number().int(),
      statusCounts: z.record(status, z.number().int()),
      /** Where its trackers are, by their nearest cities; a tracker without one is in no country. */
      holds: z.object({
        countries: z.number().int(),
        /** The country, in English, and the city that most are in or nearest to, with how many that is. */
        country: z.string().nullable(),
        countryCount: z.number().int(),
        city: z.string().nullable(),
        cityCount: z.number().int(),
      }),
      /** West, south, east and north of the trackers in the cluster, to zoom to. */
      bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
    z.object({
      kind: z.literal('tracker'),
      trackerId: id,
      macAddress: z.string().nullable(),
      status,
      reportedAt: instant,
      horizontalAccuracyM: z.number(),
      nearestCity: z.string().nullable(),
    }),
  ]),
});
export type MapFeature = z.infer<typeof mapFeature>;

/** Which last positions a map shows. */
const mapQuery = z.object({
  bbox,
  zoom: z.coerce.number().min(0).max(24).transform(Math.round),
  clientId: idText.optional(),
  productionRunId: idText.optional(),
  status: status.optional(),
  /** Ten years at most. */
  maxAgeHours: z.coerce.number().positive().max(87_600).optional(),
});

const idList = z
  .string()
  .max(20_000)
  .regex(/^\d+(,\d+)*$/, 'Write the ids with commas between them.')
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(id).max(1000));

export const mapRoutes = {
  getMapTrackers: route({
    method: 'GET',
    path: '/map/trackers',
    tag: 'map',
    access: everyone,
    summary: 'Last positions within a box as GeoJSON, clustered on the server for the zoom level',
    query: mapQuery,
    output: json(
      z.object({ type: z.literal('FeatureCollection'), features: z.array(mapFeature), total: z.number().int() }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getMapHeat: route({
    method: 'GET',
    path: '/map/heat',
    tag: 'map',
    access: everyone,
    summary: 'How many trackers are where, on a fine grid of the zoom level: what a heat map is drawn from',
    query: mapQuery,
    output: json(
      z.object({
        /** Mean longitude and latitude of the trackers in the cell, and their number. */
        cells: z.array(z.tuple([z.number(), z.number(), z.number().int()])),
        /** The number of trackers in the fullest cell. */
        most: z.number().int(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  previewFence: route({
    method: 'GET',
    path: '/map/fence-preview',
    tag: 'map',
    access: operators,
    summary: 'Which trackers a fence would hold by their last positions, before it is saved',
    query: z.object({
      longitude: z.coerce.number().min(-180).max(180),
      latitude: z.coerce.number().min(-90).max(90),
      radiusM: z.coerce.number().min(5).max(50_000),
      /** Only trackers of these runs; all trackers without it. */
      productionRunIds: idList.optional(),
      /** The location that is being changed, so that those inside now are told from those who would enter or leave. */
      locationId: idText.optional(),
    }),
    output: json(fencePreview),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getTrackerTrack: route({
    method: 'GET',
    path: '/map/trackers/{trackerId}/track',
    tag: 'map',
    access: everyone,
    summary: 'The track of one tracker, oldest first',
    params: z.object({ trackerId: idText }),
    query: z.object({
      from: instant.optional(),
      to: instant.optional(),
      limit: z.coerce.number().int().min(1).max(20_000).default(5_000),
    }),
    output: json(
      z.object({
        points: z.array(
          z.object({
            reportedAt: instant,
            longitude: z.number(),
            latitude: z.number(),
            horizontalAccuracyM: z.number(),
            status: status.nullable(),
            nearestCity: z.string().nullable(),
          }),
        ),
        truncated: z.boolean(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
