import type { Location } from '../../src-shared/contract/locations.ts';

export interface FenceGroup {
  fences: Location[];
  latitude: number;
  longitude: number;
}

/** Pixels within which the icons of two fences would lie on each other. */
const NEAR = 34;
/** A circle of this radius on screen is seen beside its icon, and stays a fence of its own. */
const SEEN = 14;

/**
 * Parts fences into those that are drawn, and groups of those too small to be told apart at this zoom. By a grid of pixels,
 * so that a group stays where it is while the map moves.
 * @param project place of a point in pixels of the present zoom
 * @param metresPerPixel at the equator
 */
export function groupFences(
  fences: readonly Location[],
  project: (longitude: number, latitude: number) => { x: number; y: number },
  metresPerPixel: number,
): { single: Location[]; groups: FenceGroup[] } {
  const single: Location[] = [];
  const cells = new Map<string, Location[]>();
  for (const fence of fences) {
    const [longitude, latitude] = fence.position.coordinates;
    const shrink = Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
    // The radius of an outline is its margin and says nothing of its size.
    if (fence.outline || fence.geofenceRadiusM / (metresPerPixel * shrink) >= SEEN) {
      single.push(fence);
      continue;
    }
    const { x, y } = project(longitude, latitude);
    const cell = `${Math.floor(x / NEAR)} ${Math.floor(y / NEAR)}`;
    const there = cells.get(cell);
    if (there) there.push(fence);
    else cells.set(cell, [fence]);
  }
  const groups: FenceGroup[] = [];
  for (const there of cells.values()) {
    if (there.length === 1) single.push(there[0]!);
    else groups.push({ fences: there, latitude: mean(there, 1), longitude: mean(there, 0) });
  }
  return { single, groups };
}

const mean = (fences: readonly Location[], axis: 0 | 1): number =>
  fences.reduce((sum, { position }) => sum + position.coordinates[axis], 0) / fences.length;
