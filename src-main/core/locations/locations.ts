import type { Location } from '../../../src-shared/contract/locations.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { FenceReach } from '../status/refold-queue-store.ts';
import { type RefoldContext, refold } from '../status/refolds.ts';
import {
  getLocation,
  insertLocation,
  type LocationChange,
  type LocationFields,
  lockLocation,
  missingRuns,
  setLocationRuns,
  updateLocation,
} from './locations-store.ts';

/** Names the city that a position is nearest to, as `Basel, CH`; null where there is none. Passed in, since the list of cities takes a second to load. */
export type NameCity = (longitude: number, latitude: number) => Promise<string | null>;

/** Stores a new location. Throws AppError `validation-failed` for a run that is not there. */
export async function createLocation(
  tx: Transaction,
  kind: LocationKind,
  fields: LocationFields,
  context: RefoldContext,
  nameCity: NameCity,
): Promise<Location> {
  await refuseMissingRuns(tx, fields);
  const [longitude, latitude] = fields.position.coordinates;
  const id = await insertLocation(tx, kind, fields, await nameCity(longitude, latitude));
  await setLocationRuns(tx, id, fields.productionRunIds);
  const location = await getLocation(tx, kind, id);
  await refold(tx, context, {
    target: { locationIds: [id] },
    reason: 'fence added',
    label: location.name,
    resource: resourceOf(location),
    extent: { reach: [reachOf(location)] },
  });
  return location;
}

/**
 * Changes a location. History depends on where a fence is, how large, whether it is in use, and for which runs it
 * counts: a change of any of these queues the trackers concerned to be folded again. Returns it before and after.
 */
export async function changeLocation(
  tx: Transaction,
  kind: LocationKind,
  id: number,
  change: LocationChange,
  context: RefoldContext,
  nameCity: NameCity,
): Promise<{ before: Location; after: Location }> {
  await lockLocation(tx, kind, id);
  const before = await getLocation(tx, kind, id);
  await refuseMissingRuns(tx, change);
  const moved = change.position !== undefined && !samePlace(change.position, before.position);
  const nearestCity = moved ? await nameCity(...change.position!.coordinates) : undefined;
  await updateLocation(tx, id, { ...change, nearestCity }, context.now);
  if (change.productionRunIds) await setLocationRuns(tx, id, change.productionRunIds);
  const after = await getLocation(tx, kind, id);
  if (fence(before) !== fence(after)) {
    await refold(tx, context, {
      target: { locationIds: [id] },
      reason: 'fence changed',
      label: after.name,
      resource: resourceOf(after),
      extent: { reach: [reachOf(before), reachOf(after)] },
    });
  }
  return { before, after };
}

const resourceOf = ({ id, kind }: Location) => ({ type: `${kind}-location`, id });

export const reachOf = ({ position, geofenceRadiusM }: Pick<Location, 'position' | 'geofenceRadiusM'>): FenceReach => {
  const [longitude, latitude] = position.coordinates;
  return { longitude, latitude, radiusM: geofenceRadiusM };
};

/** Everything about a location that the status rules read. */
const fence = (location: Location) =>
  JSON.stringify([
    location.position.coordinates,
    location.geofenceRadiusM,
    location.archivedAt === null,
    location.productionRun?.id,
    location.productionRuns.map((run) => run.id).sort((a, b) => a - b),
  ]);

const samePlace = (a: Location['position'], b: Location['position']) =>
  a.coordinates[0] === b.coordinates[0] && a.coordinates[1] === b.coordinates[1];

async function refuseMissingRuns(
  tx: Transaction,
  fields: Pick<LocationChange, 'productionRunId' | 'productionRunIds'>,
): Promise<void> {
  const direct = fields.productionRunId ?? null;
  const missing = await missingRuns(tx, [...(direct === null ? [] : [direct]), ...(fields.productionRunIds ?? [])]);
  const [first] = missing;
  if (first === undefined) return;
  const path = first === direct ? 'productionRunId' : 'productionRunIds';
  throw invalid(path, `There is no production run ${first}. Choose another.`);
}
