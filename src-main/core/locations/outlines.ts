import type { MultiPolygon, Point } from '../../../src-shared/contract/common.ts';
import { DEFAULT_GEOFENCE_RADIUS_M, type OutlineInput } from '../../../src-shared/contract/locations.ts';
import { checkOutline, middleOf } from '../../../src-shared/domain/fences/outline.ts';
import { invalid } from '../platform/db/conflicts.ts';

/** What of a fence is asked for; what is undefined stays as it is. */
export interface AskedShape {
  position?: Point | undefined;
  geofenceRadiusM?: number | undefined;
  outline?: OutlineInput | null | undefined;
}
type CheckedShape<T extends AskedShape> = Omit<T, keyof AskedShape> & {
  position?: Point | undefined;
  geofenceRadiusM?: number | undefined;
  outline?: MultiPolygon | null | undefined;
};

/**
 * What is asked for, with the outline as it is stored. `before` is null for a new location: that has no margin, and the
 * middle of its outline for a position, where nothing else is said. Of one that is there only what is named changes.
 * Throws AppError `validation-failed`.
 */
export function checkedShape<T extends AskedShape>(
  asked: T,
  before: { geofenceRadiusM: number; outline: MultiPolygon | null } | null,
): CheckedShape<T> {
  const outline = asked.outline && outlineOf(asked.outline);
  const isOutline = outline === undefined ? Boolean(before?.outline) : outline !== null;
  const usual = isOutline ? 0 : DEFAULT_GEOFENCE_RADIUS_M;
  const geofenceRadiusM = asked.geofenceRadiusM ?? (before === null ? usual : undefined);
  if (!isOutline && (geofenceRadiusM ?? before!.geofenceRadiusM) < 5)
    throw invalid('geofenceRadiusM', 'The radius of a circle is at least 5 m.');
  const middle = before === null && outline ? middleOf(outline.coordinates) : undefined;
  return { ...asked, position: asked.position ?? middle, geofenceRadiusM, outline };
}

/** An outline as it is stored. Throws AppError `validation-failed`, with what is wrong and where. */
export function outlineOf({ type, coordinates }: OutlineInput): MultiPolygon {
  const checked = checkOutline(type === 'Polygon' ? [coordinates] : coordinates);
  if ('problem' in checked) throw invalid('outline', checked.problem.message);
  return { type: 'MultiPolygon', coordinates: checked.outline };
}
