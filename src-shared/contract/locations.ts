import { z } from 'zod';
import {
  id,
  idText,
  instant,
  lines,
  multiPolygon,
  name,
  namedListQuery,
  page,
  params,
  point,
  polygon,
  reference,
  version,
} from './common.ts';
import { everyone, operators } from './roles.ts';
import { json, nothing, route } from './route.ts';
import { locationKinds } from './status.ts';

/** Default radius of a geofence in metres. */
export const DEFAULT_GEOFENCE_RADIUS_M = 100;
/** Of a circle at least 5 m; of an outline its margin. */
export const radius = z.number().min(0).max(50_000);
/** Edges are great circles. At most 10,000 corners and 50 parts, smaller than 10,000,000 km2, not round a pole. */
export const outline = z.discriminatedUnion('type', [polygon, multiPolygon]);
export type OutlineInput = z.infer<typeof outline>;

/**
 * A storage or delivery location with its geofence: a circle around its point, or an outline, of which the radius is the
 * margin; edges are cut at 50 km. It counts for `productionRun` (the direct column) and for
 * `productionRuns` (the legacy many-to-many table).
 */
const locationSchema = z.object({
  id,
  version,
  kind: z.enum(locationKinds),
  name: z.string(),
  address: z.string(),
  position: point,
  geofenceRadiusM: z.number(),
  outline: multiPolygon.nullable(),
  nearestCity: z.string().nullable(),
  productionRun: reference.nullable(),
  productionRuns: z.array(reference),
  trackersInside: z.number().int(),
  archivedAt: instant.nullable(),
  createdAt: instant,
});
export type Location = z.infer<typeof locationSchema>;

const fields = {
  name,
  address: lines(500),
  /** Of an outline a point to show it by; its middle where none is said. */
  position: point,
  geofenceRadiusM: radius,
  /** Null makes it a circle. */
  outline: outline.nullable(),
  productionRunId: id.nullable(),
  productionRunIds: z.array(id).max(1000),
};
/** Runs that are over and take a change up all the same; the others keep the fences that they had at their end. */
export const finishedRunIds = z.array(id).max(500).default([]);
/**
 * When the fence changed to its new point and radius, which may not be ahead of the clock: the old ones keep their time
 * before. Null says that they were wrong: the new ones count from the beginning of the shape that they correct.
 */
export const fenceChangedAt = instant.nullable().default(null);

const create = z.object({
  ...fields,
  finishedRunIds,
  address: fields.address.default(''),
  position: point.optional(),
  /** 100 m by default, and no margin for an outline. */
  geofenceRadiusM: radius.optional(),
  outline: fields.outline.default(null),
  productionRunId: fields.productionRunId.default(null),
  productionRunIds: fields.productionRunIds.default([]),
});
const update = z
  .object({ ...fields, archived: z.boolean() })
  .partial()
  .extend({ fenceChangedAt, finishedRunIds });
const listQuery = namedListQuery.extend({ productionRunId: idText.optional() });

/** The five routes of one kind of location. Those of the other kind differ in name only. */
const list = (path: string, summary: string) =>
  route({
    method: 'GET',
    path,
    summary,
    tag: 'locations',
    access: everyone,
    query: listQuery,
    output: json(page(locationSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  });
const createOne = (path: string, summary: string) =>
  route({
    method: 'POST',
    path,
    summary,
    tag: 'locations',
    access: operators,
    body: json(create),
    output: json(locationSchema),
    status: 201,
    idempotent: false,
    audited: 'location.create',
  });
const getOne = (path: string, summary: string) =>
  route({
    method: 'GET',
    path: `${path}/{locationId}`,
    summary,
    tag: 'locations',
    access: everyone,
    params: params.location,
    output: json(locationSchema),
    status: 200,
    idempotent: true,
    audited: null,
  });
const updateOne = (path: string, summary: string) =>
  route({
    method: 'PATCH',
    path: `${path}/{locationId}`,
    summary,
    tag: 'locations',
    access: operators,
    params: params.location,
    body: json(update),
    output: json(locationSchema),
    status: 200,
    idempotent: true,
    audited: 'location.update',
    versioned: { record: 'locations', uncounted: ['fenceChangedAt', 'finishedRunIds'] },
  });
const deleteOne = (path: string, summary: string) =>
  route({
    method: 'DELETE',
    path: `${path}/{locationId}`,
    summary,
    tag: 'locations',
    access: operators,
    params: params.location,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'location.delete',
    versioned: { record: 'locations' },
  });

const storage = '/storage-locations';
const delivery = '/delivery-locations';

export const locationRoutes = {
  listStorageLocations: list(storage, 'Storage locations'),
  createStorageLocation: createOne(storage, 'Create a storage location'),
  getStorageLocation: getOne(storage, 'One storage location'),
  updateStorageLocation: updateOne(
    storage,
    'Change a storage location; another fence corrects history, or counts from the instant that fenceChangedAt names',
  ),
  deleteStorageLocation: deleteOne(storage, 'Delete a storage location that nothing refers to'),
  listDeliveryLocations: list(delivery, 'Delivery locations'),
  createDeliveryLocation: createOne(delivery, 'Create a delivery location'),
  getDeliveryLocation: getOne(delivery, 'One delivery location'),
  updateDeliveryLocation: updateOne(
    delivery,
    'Change a delivery location; another fence corrects history, or counts from the instant that fenceChangedAt names',
  ),
  deleteDeliveryLocation: deleteOne(delivery, 'Delete a delivery location that nothing refers to'),
};
