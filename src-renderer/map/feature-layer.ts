import L from 'leaflet';
import type { MapFeature } from '../../src-shared/contract/map.ts';
import { statusNames } from '../strings/common.ts';
import { count } from '../strings/format.ts';
import { map as words } from '../strings/map.ts';
import { clusterName } from './cluster-words.ts';
import { clusterIcon, trackerIcon } from './icons.ts';
import { stackOverlapping } from './stack.ts';
import { text } from './text.ts';
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

/** Milliseconds of one go at drawing: what is left of a frame beside everything else that a moving map does. */
const BUDGET_MS = 8;

/**
 * Clusters and trackers as markers. `show` leaves alone what is already drawn, so that a moving map does not flicker
 * and only what is new costs time; that is drawn over as many frames as it takes, and what it replaces goes at the end.
 */
export class FeatureLayer {
  readonly #map: L.Map;
  readonly #handlers: Handlers;
  readonly #markers = new Map<string, L.Marker>();
  #frame = 0;

  constructor(map: L.Map, handlers: Handlers) {
    this.#map = map;
    this.#handlers = handlers;
  }

  show(features: readonly MapFeature[], chosenTrackerId: number | null): void {
    cancelAnimationFrame(this.#frame);
    const zoom = this.#map.getZoom();
    const drawn = stackOverlapping(features, (x, y) => this.#map.project([y, x], zoom), ICON_DISTANCE);
    const faint = chosenTrackerId !== null;
    const wanted = new Set<string>();
    const left = drawn[Symbol.iterator]();
    const draw = () => {
      const until = performance.now() + BUDGET_MS;
      const center = this.#map.getCenter().lng;
      for (let next = left.next(); !next.done; next = left.next()) {
        wanted.add(this.#place(next.value, center, faint));
        if (performance.now() < until) continue;
        this.#frame = requestAnimationFrame(draw);
        return;
      }
      for (const [key, marker] of this.#markers) if (!wanted.has(key)) this.#drop(key, marker);
    };
    draw();
  }

  remove(): void {
    cancelAnimationFrame(this.#frame);
    for (const [key, marker] of this.#markers) this.#drop(key, marker);
  }

  /** Draws a feature, or moves it to the copy of the world that is looked at. @returns its name among the markers */
  #place(feature: MapFeature, center: number, faint: boolean): string {
    const key = `${featureKey(feature)} ${faint}`;
    const [longitude, latitude] = feature.geometry.coordinates;
    const position = L.latLng(latitude, nearestCopy(longitude, center));
    const known = this.#markers.get(key);
    if (known) known.setLatLng(position);
    else this.#markers.set(key, this.#create(feature, position, faint).addTo(this.#map));
    return key;
  }

  #drop(key: string, marker: L.Marker): void {
    marker.remove();
    this.#markers.delete(key);
  }

  #create({ properties }: MapFeature, position: L.LatLng, faint: boolean): L.Marker {
    // Not in the tab order: the list beside the map is, and holds the same.
    const options = { keyboard: false, riseOnHover: true, opacity: faint ? FAINT : 1 };
    if (properties.kind === 'cluster') {
      const marker = L.marker(position, { ...options, icon: clusterIcon(properties.count, properties.statusCounts) });
      const name = clusterName(properties, []);
      marker.bindTooltip(text([name, words.cluster(properties.count)].filter(Boolean).join(' · ')));
      return marker.on('click', () => this.#handlers.onCluster(properties.bounds));
    }
    const marker = L.marker(position, { ...options, icon: trackerIcon(properties.status) });
    const parts = [
      properties.macAddress ?? count(properties.trackerId),
      statusNames[properties.status],
      properties.nearestCity,
    ];
    marker.bindTooltip(text(parts.filter(Boolean).join(' · ')));
    return marker.on('click', () => this.#handlers.onTracker(properties.trackerId));
  }
}
