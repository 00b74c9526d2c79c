import { DEFAULT_GEOFENCE_RADIUS_M, type Location } from '../../../src-shared/contract/locations.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import type { LocationBody } from './operations.ts';

/** A location as the form holds it; a number field that is empty holds ''. */
export interface Draft extends Record<string, unknown> {
  name: string;
  address: string;
  latitude: number | string;
  longitude: number | string;
  geofenceRadiusM: number | string;
  productionRunId: number | null;
  productionRuns: { id: number; name: string }[];
}

export interface Editing {
  kind: LocationKind;
  /** Null while a new one is made. */
  location: Location | null;
}

export const MIN_RADIUS_M = 5;
export const MAX_RADIUS_M = 50_000;

export function draftOf(location: Location | null): Draft {
  return {
    name: location?.name ?? '',
    address: location?.address ?? '',
    latitude: location?.position.coordinates[1] ?? '',
    longitude: location?.position.coordinates[0] ?? '',
    geofenceRadiusM: location?.geofenceRadiusM ?? DEFAULT_GEOFENCE_RADIUS_M,
    productionRunId: location?.productionRun?.id ?? null,
    productionRuns: location?.productionRuns ?? [],
  };
}

/** The draft's fence where it is complete enough to draw. */
export function fenceOf(draft: Draft): { latitude: number; longitude: number; radius: number } | null {
  const { latitude, longitude, geofenceRadiusM: radius } = draft;
  if (typeof latitude !== 'number' || typeof longitude !== 'number' || typeof radius !== 'number') return null;
  return { latitude, longitude, radius };
}

/** The draft as the API takes it; call it only when `fenceOf` has a fence. */
export function bodyOf(draft: Draft): LocationBody {
  return {
    name: draft.name.trim(),
    address: draft.address.trim(),
    position: { type: 'Point', coordinates: [Number(draft.longitude), Number(draft.latitude)] },
    geofenceRadiusM: Number(draft.geofenceRadiusM),
    productionRunId: draft.productionRunId,
    productionRunIds: draft.productionRuns.map((run) => run.id),
  };
}
