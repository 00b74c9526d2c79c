import type { Queryable } from '../platform/db/queryable.ts';
import {
  addShapes,
  beginShapes,
  type CountingShape,
  changedShapes,
  countFences,
  endShapes,
  followArchivals,
  followAttachments,
  replaceShapes,
} from './fences-in-time-store.ts';
import type { RefoldExtent } from './refold-queue-store.ts';

export interface FencesChanged {
  locationIds: readonly number[];
  /** Epoch milliseconds from when the present shapes hold; null where they correct the ones before. */
  since: number | null;
  /** Runs that are over and take the change up all the same. */
  finishedRunIds: readonly number[];
  now: Date;
}

/** What has to be folded again. */
export interface FencesEffect {
  productionRunIds: number[];
  extent: RefoldExtent;
}

/**
 * Carries what was changed of locations and of their runs over to their time: call it in the transaction of the change,
 * after it. The columns of a location hold its present shape; here is what counts when. Locations that are new count
 * from the beginning. Returns null where no report could be told otherwise.
 */
export async function followFences(
  tx: Queryable,
  { locationIds, since, finishedRunIds, now }: FencesChanged,
): Promise<FencesEffect | null> {
  await beginShapes(tx, locationIds);
  const changed = await changedShapes(tx, locationIds);
  const wrong = changed.filter(({ from }) => since === null || since <= from);
  const former = changed.filter((shape) => !wrong.includes(shape));
  const idsOf = (shapes: typeof changed) => shapes.map(({ shapeId }) => shapeId);
  if (wrong.length > 0) await replaceShapes(tx, idsOf(wrong), now);
  if (since !== null && former.length > 0) await endShapes(tx, idsOf(former), since);
  const present = changed.map((shape) => (wrong.includes(shape) ? shape : { ...shape, from: since! }));
  if (changed.length > 0) await addShapes(tx, present);
  await followAttachments(tx, locationIds, now);
  await followArchivals(tx, locationIds, now);
  return effectOf(await countFences(tx, { locationIds, finishedRunIds, now }));
}

/** A run that was over and isn't any more takes up the fences as they are. Null when it had kept no others. */
export const takeUpPresentFences = async (tx: Queryable, productionRunId: number): Promise<FencesEffect | null> =>
  effectOf(await countFences(tx, { productionRunId }));

/**
 * From where on history may be another. A held fence was entered by a report inside of it. So before the first instant at
 * which a stretch begins or ends only those count that reach back to the beginning, and only near them.
 */
function effectOf(stretches: readonly CountingShape[]): FencesEffect | null {
  if (stretches.length === 0) return null;
  const instants = stretches.flatMap(({ from, to }) => [from, to]).filter(Number.isFinite);
  const reach = [...new Set(stretches.filter(({ from }) => from === -Infinity).map(({ shapeId }) => shapeId))];
  return {
    productionRunIds: [...new Set(stretches.map(({ productionRunId }) => productionRunId))],
    extent: { from: Math.min(Infinity, ...instants), ...(reach.length > 0 ? { reach } : {}) },
  };
}
