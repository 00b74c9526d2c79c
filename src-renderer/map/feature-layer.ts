import L from 'leaflet';
import type { MapFeature } from '../../src-shared/contract/map.ts';
import { statusNames } from '../strings/common.ts';
import { count } from '../strings/format.ts';
import { clusterIcon, trackerIcon } from './icons.ts';
import { stackOverlapping } from './stack.ts';
import { text } from './track.ts';
import { nearestCopy } from './view.ts';

/** Opacity of everything else while one tracker is looked at. */
const FAINT = 0.35;

/** Pixels below which two single trackers are drawn as one. */
const ICON_DISTANCE = 22;

interface Handlers {
  onTracker: (trackerId: number) => void;
  onCluster: (bounds: [number, number, number, number]) => void;
}

/** Names a feature so that one which stays is not drawn anew when the map moves. */
export function featureKey({ geometry, properties }: MapFeature): string {
  if (properties.kind === 'tracker')
    return `t${properties.trackerId} ${properties.status} ${geometry.coordinates.join()}`;
  return `c${geometry.coordinates.join()} ${properties.count} ${Object.values(properties.statusCounts).join()}`;
}

/**
 * Clusters and trackers as markers. `show` leaves alone what is already drawn, so that a moving map does not flicker
 * and only what is new costs time.
 */
export class FeatureLayer {
  readonly #map: L.Map;
  readonly #handlers: Handlers;
  readonly #markers = new Map<string, L.Marker>();

  constructor(map: L.Map, handlers: Handlers) {
    this.#map = map;
    this.#handlers = handlers;
  }

  show(features: readonly MapFeature[], chosenTrackerId: number | null): void {
    const center = this.#map.getCenter().lng;
    const wanted = new Set<string>();
    const zoom = this.#map.getZoom();
    const drawn = stackOverlapping(features, (x, y) => this.#map.project([y, x], zoom), ICON_DISTANCE);
    for (const feature of drawn) {
      const faint = chosenTrackerId !== null;
      const key = `${featureKey(feature)} ${faint}`;
      const [longitude, latitude] = feature.geometry.coordinates;
      const position = L.latLng(latitude, nearestCopy(longitude, center));
      wanted.add(key);
      const known = this.#markers.get(key);
      if (known) known.setLatLng(position);
      else this.#markers.set(key, this.#create(feature, position, faint).addTo(this.#map));
    }
    for (const [key, marker] of this.#markers)
      if (!wanted.has(key)) {
        marker.remove();
        this.#markers.delete(key);
      }
  }

  remove(): void {
    for (const marker of this.#markers.values()) marker.remove();
    this.#markers.clear();
  }

  #create({ properties }: MapFeature, position: L.LatLng, faint: boolean): L.Marker {
    // Not in the tab order: the list beside the map is, and holds the same.
    const options = { keyboard: false, riseOnHover: true, opacity: faint ? FAINT : 1 };
    if (properties.kind === 'cluster') {
      const marker = L.marker(position, { ...options, icon: clusterIcon(properties.count, properties.statusCounts) });
      return marker.on('click', () => this.#handlers.onCluster(properties.bounds));
    }
    const marker = L.marker(position, { ...options, icon: trackerIcon(properties.status) });
    const words = [
      properties.macAddress ?? count(properties.trackerId),
      statusNames[properties.status],
      properties.nearestCity,
    ];
    marker.bindTooltip(text(words.filter(Boolean).join(' · ')));
    return marker.on('click', () => this.#handlers.onTracker(properties.trackerId));
  }
}
