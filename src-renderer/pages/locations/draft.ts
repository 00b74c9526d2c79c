import { DEFAULT_GEOFENCE_RADIUS_M, type Location } from '../../../src-shared/contract/locations.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import {
  type Corner,
  checkOutline,
  middleOf,
  type Outline,
  type OutlineProblem,
} from '../../../src-shared/domain/fences/outline.ts';
import { openRings } from '../../map/outline/edit-outline.ts';
import type { LocationBody } from './operations.ts';

/** A location as the form holds it; a number field that is empty holds ''. */
export interface Draft extends Record<string, unknown> {
  name: string;
  address: string;
  latitude: number | string;
  longitude: number | string;
  geofenceRadiusM: number | string;
  /** Rings without the corner that closes them; null for a circle. */
  outline: Outline | null;
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
    outline: location?.outline ? openRings(location.outline.coordinates) : null,
    productionRunId: location?.productionRun?.id ?? null,
    productionRuns: location?.productionRuns ?? [],
  };
}

export interface DraftFenceShape {
  latitude: number;
  longitude: number;
  /** Of an outline its margin. */
  radius: number;
  outline: Outline | null;
}

/** The draft's fence where it is complete enough to draw and to be measured. */
export function fenceOf(draft: Draft): DraftFenceShape | null {
  const { latitude, longitude, geofenceRadiusM: radius, outline } = draft;
  if (typeof latitude !== 'number' || typeof longitude !== 'number' || typeof radius !== 'number') return null;
  if (outline && outlineProblem(outline)) return null;
  return { latitude, longitude, radius, outline };
}

const judged = new WeakMap<Outline, OutlineProblem | 'fine'>();

/** Why an outline can't be a fence yet; null where it can. Judged once for each outline. */
export function outlineProblem(outline: Outline): OutlineProblem | null {
  let known = judged.get(outline);
  if (!known) {
    const checked = checkOutline(outline);
    known = 'problem' in checked ? checked.problem : 'fine';
    judged.set(outline, known);
  }
  return known === 'fine' ? null : known;
}

/** What the form takes over with another outline: its middle is where it is shown. */
export function withOutline(outline: Outline): Pick<Draft, 'outline' | 'latitude' | 'longitude'> {
  const first = outline[0]?.[0] ?? [];
  if (first.length === 0) return { outline, latitude: '', longitude: '' };
  const [longitude, latitude] = middleOf([[[...first, first[0]!] as Corner[]]]).coordinates;
  return { outline, latitude, longitude };
}

/** The draft as the API takes it; call it only when `fenceOf` has a fence. */
export function bodyOf(draft: Draft): LocationBody {
  return {
    name: draft.name.trim(),
    address: draft.address.trim(),
    position: { type: 'Point', coordinates: [Number(draft.longitude), Number(draft.latitude)] },
    geofenceRadiusM: Number(draft.geofenceRadiusM),
    outline: draft.outline && { type: 'MultiPolygon', coordinates: draft.outline },
    productionRunId: draft.productionRunId,
    productionRunIds: draft.productionRuns.map((run) => run.id),
  };
}
