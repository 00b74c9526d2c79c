import L from 'leaflet';
import type { Location } from '../../src-shared/contract/locations.ts';
import { fenceSize } from '../strings/fences.ts';
import { map as words } from '../strings/map.ts';
import { resolveColor } from '../theme/status.ts';
import { fenceColors, locationIcon } from './icons.ts';
import { outlinePlaces } from './outline-places.ts';
import { text } from './text.ts';

export interface FenceOptions {
  /** `kind-id` of the one to point out; ids of the two kinds are counted apart. */
  chosen?: string | null;
  /** `kind-id` of those to draw attention to. */
  emphasized?: ReadonlySet<string>;
  onChoose?: (fence: Location) => void;
  /** Off while the map is clicked for something else; markers would swallow the click. */
  interactive?: boolean;
}

/** Circles and outlines of both kinds: storage dashed and blue, delivery solid and green, each with its icon in the middle. */
export function fenceLayer(
  fences: readonly Location[],
  { chosen, emphasized, onChoose, interactive = true }: FenceOptions = {},
): L.FeatureGroup {
  const group = L.featureGroup();
  for (const fence of fences) {
    const [longitude, latitude] = fence.position.coordinates;
    const isChosen = `${fence.kind}-${fence.id}` === chosen;
    const label = words.fence(fence.kind, fence.name, fenceSize(fence));
    const attention = emphasized?.has(`${fence.kind}-${fence.id}`) ? { color: resolveColor('var(--attention)') } : {};
    const weight = isChosen || 'color' in attention ? 3 : 1.5;
    const style = { ...fenceStyle(fence.kind), ...attention, weight, interactive: false };
    const shape = fence.outline
      ? L.polygon(outlinePlaces(fence.outline, longitude), style)
      : L.circle([latitude, longitude], { radius: fence.geofenceRadiusM, ...style });
    shape.addTo(group);
    const marker = L.marker([latitude, longitude], {
      icon: locationIcon(fence.kind, isChosen),
      keyboard: false,
      interactive,
      alt: label,
      zIndexOffset: isChosen ? 500 : -500,
    });
    marker.bindTooltip(text(label));
    if (onChoose) marker.on('click', () => onChoose(fence));
    marker.addTo(group);
  }
  return group;
}

/** Line and fill of a fence of a kind, in the colours of the scheme. */
export function fenceStyle(kind: Location['kind']): L.PathOptions {
  return {
    color: resolveColor(fenceColors[kind]),
    fillOpacity: 0.12,
    ...(kind === 'storage' ? { dashArray: '6 4' } : {}),
  };
}

/** The box of some positions with room around, or null when there are none. */
export function boundsOf(positions: readonly [number, number][]): L.LatLngBounds | null {
  return positions.length === 0 ? null : L.latLngBounds([...positions]).pad(0.15);
}
