import { boxAround, type TileBox } from '../../../../src-shared/domain/map/tile-cover.ts';
import type { ReviewAreas } from '../../map/packs/packs-routes.ts';
import { notFound } from '../../platform/errors.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { listPins, reviewedLocations, reviewedTracks } from '../store/reviews-store.ts';
import type { Workstation } from '../workstation.ts';

/** Metres of streets that are shown around where a tracker was. */
const AROUND_M = 1_500;
/** Hundredths of a degree: about 1 km, so that a stop is one place. */
const GRID = 100;

/** Boxes for the map of a pinned review: its area, or where its trackers were and the fences that they are in. */
export const reviewAreas =
  ({ workstation }: { workstation: Workstation | null }): ReviewAreas =>
  (context, reviewPinId) => {
    const { userId, client } = requirePrincipal(context);
    const reviewer = { userId, clientId: client?.id ?? null };
    const pin = workstation && listPins(workstation.store, reviewer).find(({ id }) => id === reviewPinId);
    if (!pin) throw notFound('pinned review', reviewPinId);
    if (pin.target.kind === 'area') return [pin.target];
    const places = new Map<string, TileBox>();
    const add = (longitude: number, latitude: number, metres: number) => {
      const [x, y] = [Math.round(longitude * GRID), Math.round(latitude * GRID)];
      const key = `${x} ${y} ${metres}`;
      if (!places.has(key)) places.set(key, boxAround(x / GRID, y / GRID, metres));
    };
    for (const track of reviewedTracks(workstation.store, reviewPinId))
      for (const { longitude, latitude } of track) add(longitude, latitude, AROUND_M);
    for (const kind of ['storage', 'delivery'] as const)
      for (const { position, geofenceRadiusM, trackersInside } of reviewedLocations(workstation.store, reviewer, kind))
        if (trackersInside > 0) add(...position.coordinates, geofenceRadiusM + AROUND_M);
    return [...places.values()];
  };
