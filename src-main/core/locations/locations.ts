import { DEFAULT_GEOFENCE_RADIUS_M, type Location } from '../../../src-shared/contract/locations.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';
import { type FencesChanged, followFences } from '../status/fences-in-time.ts';
import { shapesOf } from '../status/fences-in-time-store.ts';
import { type RefoldContext, refold } from '../status/refolds.ts';
import { refuseRunsUnderWay } from '../status/rules.ts';
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
import { type AskedShape, checkedShape } from './outlines.ts';

/** Names the city that a position is nearest to, as `Basel, CH`; null where there is none. Passed in, since the list of cities takes a second to load. */
export type NameCity = (longitude: number, latitude: number) => Promise<string | null>;

export type NewLocation = Omit<LocationFields, keyof AskedShape> & AskedShape & { finishedRunIds?: number[] };

/** Stores a new location. Throws AppError `validation-failed` for a run that is not there. */
export async function createLocation(
  tx: Transaction,
  kind: LocationKind,
  { finishedRunIds = [], ...asked }: NewLocation,
  context: RefoldContext,
  nameCity: NameCity,
): Promise<Location> {
  const { position, geofenceRadiusM = DEFAULT_GEOFENCE_RADIUS_M, outline = null, ...rest } = checkedShape(asked, null);
  if (position === undefined) throw invalid('position', 'Give the location a point or an outline.');
  const fields: LocationFields = { ...rest, position, geofenceRadiusM, outline };
  await refuseMissingRuns(tx, fields);
  await refuseRunsUnderWay(tx, finishedRunIds, context.now);
  const [longitude, latitude] = fields.position.coordinates;
  const id = await insertLocation(tx, kind, fields, await nameCity(longitude, latitude));
  await setLocationRuns(tx, id, fields.productionRunIds);
  const location = await getLocation(tx, kind, id);
  await refoldFences(tx, context, { locationIds: [id], since: null, finishedRunIds }, 'fence added', location);
  return location;
}

/**
 * Changes a location. History depends on where a fence was when, how large, whether it was in use, and for which runs
 * it counted: a change of any of these queues the trackers concerned to be folded again. Returns it before and after.
 */
export async function changeLocation(
  tx: Transaction,
  kind: LocationKind,
  id: number,
  { fenceChangedAt = null, finishedRunIds = [], ...asked }: Omit<LocationChange, 'outline'> & AskedShape & FenceChange,
  context: RefoldContext,
  nameCity: NameCity,
): Promise<{ before: Location; after: Location }> {
  await lockLocation(tx, kind, id);
  const before = await getLocation(tx, kind, id);
  const change: LocationChange = checkedShape(asked, before);
  await refuseMissingRuns(tx, change);
  await refuseRunsUnderWay(tx, finishedRunIds, context.now);
  const since = fenceChangedAt === null ? null : Date.parse(fenceChangedAt);
  if (since !== null) await refuseInstant(tx, id, since, context.now);
  const moved = change.position !== undefined && !samePlace(change.position, before.position);
  const nearestCity = moved ? await nameCity(...change.position!.coordinates) : undefined;
  await updateLocation(tx, id, { ...change, nearestCity }, context.now);
  if (change.productionRunIds) await setLocationRuns(tx, id, change.productionRunIds);
  const after = await getLocation(tx, kind, id);
  await refoldFences(tx, context, { locationIds: [id], since, finishedRunIds }, 'fence changed', after);
  return { before, after };
}

/** Says from when a change of point or radius holds, and for which runs that are over. */
export interface FenceChange {
  fenceChangedAt?: string | null;
  finishedRunIds?: number[];
}

/** The old shape must have had some time, and no fence changes ahead of the clock. */
export async function refuseInstant(tx: Queryable, locationId: number, at: number, now: Date): Promise<void> {
  if (at > now.getTime()) throw invalid('fenceChangedAt', 'Choose a time that is not in the future.');
  const [present] = await shapesOf(tx, locationId);
  if (present === undefined || at > present.from) return;
  const from = new Date(present.from).toISOString();
  throw invalid(
    'fenceChangedAt',
    `The present fence counts from ${from}. Choose a later time, or say that it was wrong.`,
  );
}

/** Carries a change over to what counts when, and has what follows folded again. Null when no tracker is concerned. */
async function refoldFences(
  tx: Transaction,
  context: RefoldContext,
  change: Omit<FencesChanged, 'now'>,
  reason: string,
  location: Location,
): Promise<void> {
  const effect = await followFences(tx, { ...change, now: context.now });
  if (effect === null) return;
  await refold(tx, context, {
    target: { productionRunIds: effect.productionRunIds },
    reason,
    label: location.name,
    resource: { type: `${location.kind}-location`, id: location.id },
    extent: effect.extent,
  });
}

const samePlace = (a: Location['position'], b: Location['position']) =>
  a.coordinates[0] === b.coordinates[0] && a.coordinates[1] === b.coordinates[1];

/** Throws AppError `validation-failed` for a run that is not there, or not this person's to see. */
export async function refuseMissingRuns(
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
