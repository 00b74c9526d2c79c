import type { FenceSize } from '../../../src-shared/contract/fences.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { followFences } from '../status/fences-in-time.ts';
import { type RefoldContext, refold } from '../status/refolds.ts';
import { lockFences, updateLocation } from './locations-store.ts';

export interface ResizedFences {
  /** Ids of locations. */
  changed: number[];
  refused: { locationId: number; name: string; reason: string }[];
  /** Null when no tracker is concerned. */
  jobId: number | null;
}

/** Corrects the radii of several fences, and has the trackers that they may concern folded again by one job. */
export async function resizeFences(
  tx: Transaction,
  sizes: readonly FenceSize[],
  context: RefoldContext,
  finishedRunIds: readonly number[] = [],
): Promise<ResizedFences> {
  const fences = new Map(
    (
      await lockFences(
        tx,
        sizes.map(({ locationId }) => locationId),
      )
    ).map((one) => [one.id, one]),
  );
  const refused: ResizedFences['refused'] = [];
  const changed = new Map<number, FenceSize>();
  for (const size of sizes) {
    const { locationId } = size;
    const fence = fences.get(locationId);
    const reason = !fence
      ? 'It no longer exists.'
      : fence.archived
        ? 'It is archived.'
        : fence.geofenceRadiusM !== size.currentRadiusM
          ? `Its radius is now ${fence.geofenceRadiusM} m. Check the fences again.`
          : changed.has(locationId)
            ? 'It is listed twice.'
            : null;
    if (reason === null) changed.set(locationId, size);
    else refused.push({ locationId, name: fence?.name ?? `Location ${locationId}`, reason });
  }
  for (const { locationId, geofenceRadiusM } of changed.values())
    await updateLocation(tx, locationId, { geofenceRadiusM }, context.now);
  const ids = [...changed.keys()];
  const effect = await followFences(tx, { locationIds: ids, since: null, finishedRunIds, now: context.now });
  if (effect === null) return { changed: ids, refused, jobId: null };
  const jobId = await refold(tx, context, {
    target: { productionRunIds: effect.productionRunIds },
    reason: 'fence changed',
    label: ids.length === 1 ? fences.get(ids[0]!)!.name : `${ids.length} fences`,
    resource: null,
    extent: effect.extent,
  });
  return { changed: ids, refused, jobId };
}
