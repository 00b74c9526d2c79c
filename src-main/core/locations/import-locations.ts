import type { ImportedLocation, ImportProblem } from '../../../src-shared/contract/fence-drafts.ts';
import { DEFAULT_GEOFENCE_RADIUS_M } from '../../../src-shared/contract/locations.ts';
import { type Corner, checkOutline, middleOf } from '../../../src-shared/domain/fences/outline.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { followFences } from '../status/fences-in-time.ts';
import { type RefoldContext, refold } from '../status/refolds.ts';
import { type NameCity, refuseMissingRuns } from './locations.ts';
import { insertLocation, type LocationFields, namesTaken, setLocationRuns } from './locations-store.ts';

export interface LocationImport {
  dryRun: boolean;
  locations: ImportedLocation[];
  productionRunIds: number[];
}

/** Problems that one answer names. */
const MOST_PROBLEMS = 500;

type Fields = Omit<LocationFields, 'productionRunIds'> & { kind: ImportedLocation['kind'] };

/**
 * Creates all of these locations, or none where one of them is wrong or it is a dry run. Trackers that they may concern are
 * folded again by one job. Throws AppError `validation-failed` for a run that is not there.
 */
export async function importLocations(
  tx: Transaction,
  { dryRun, locations, productionRunIds }: LocationImport,
  context: RefoldContext,
  nameCity: NameCity,
): Promise<{ created: number; problems: ImportProblem[]; jobId: number | null }> {
  await refuseMissingRuns(tx, { productionRunIds });
  const problems: ImportProblem[] = [];
  const taken = new Set((await namesTaken(tx, locations)).map(keyOf));
  const seen = new Map<string, number>();
  const checked: Fields[] = [];
  for (const location of locations) {
    const { row, name } = location;
    const key = keyOf(location);
    const earlier = seen.get(key);
    if (taken.has(key))
      problems.push({ row, field: 'name', message: `A ${location.kind} location ${name} already exists.`, at: null });
    else if (earlier !== undefined)
      problems.push({ row, field: 'name', message: `${name} is in the file twice; see row ${earlier}.`, at: null });
    seen.set(key, row);
    const fields = fieldsOf(location);
    if ('problem' in fields) problems.push(fields.problem);
    else checked.push(fields.fields);
  }
  if (dryRun || problems.length > 0) return { created: 0, problems: problems.slice(0, MOST_PROBLEMS), jobId: null };
  const ids: number[] = [];
  for (const { kind, ...fields } of checked) {
    const [longitude, latitude] = fields.position.coordinates;
    const id = await insertLocation(tx, kind, fields, await nameCity(longitude, latitude));
    if (productionRunIds.length > 0) await setLocationRuns(tx, id, productionRunIds);
    ids.push(id);
  }
  const effect = await followFences(tx, { locationIds: ids, since: null, finishedRunIds: [], now: context.now });
  const jobId =
    effect &&
    (await refold(tx, context, {
      target: { productionRunIds: effect.productionRunIds },
      reason: 'fence added',
      label: ids.length === 1 ? checked[0]!.name : `${ids.length} locations`,
      resource: null,
      extent: effect.extent,
    }));
  return { created: ids.length, problems: [], jobId };
}

const keyOf = ({ kind, name }: { kind: string; name: string }) => `${kind} ${name.toLowerCase()}`;

/** A location as it is stored, or what is wrong with its fence. */
function fieldsOf(asked: ImportedLocation): { fields: Fields } | { problem: ImportProblem } {
  const { row, kind, name, address = '', outline: given } = asked;
  const wrong = (field: ImportProblem['field'], message: string, at?: Corner) => ({
    problem: { row, field, message, at: at ? { type: 'Point' as const, coordinates: at } : null },
  });
  const rest = { kind, name, address, productionRunId: null };
  if (given) {
    const found = checkOutline(given.type === 'Polygon' ? [given.coordinates] : given.coordinates);
    if ('problem' in found) return wrong('outline', found.problem.message, found.problem.at);
    const outline = { type: 'MultiPolygon' as const, coordinates: found.outline };
    const position = asked.position ?? middleOf(found.outline);
    return { fields: { ...rest, position, geofenceRadiusM: asked.geofenceRadiusM ?? 0, outline } };
  }
  if (!asked.position) return wrong('position', 'It has neither a point nor an outline.');
  const geofenceRadiusM = asked.geofenceRadiusM ?? DEFAULT_GEOFENCE_RADIUS_M;
  if (geofenceRadiusM < 5) return wrong('geofenceRadiusM', 'The radius of a circle is at least 5 m.');
  return { fields: { ...rest, position: asked.position, geofenceRadiusM, outline: null } };
}
