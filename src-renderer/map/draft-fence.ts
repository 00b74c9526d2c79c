import L from 'leaflet';
import type { LocationKind } from '../../src-shared/contract/status.ts';
import { fenceStyle } from './fences.ts';
import { locationIcon } from './icons.ts';

export interface DraftFenceValue {
  latitude: number;
  longitude: number;
  radius: number;
}

/** Metres to a degree of longitude at the equator (WGS 84 radius 6,378,137 m); enough to place a handle. */
const METRES_PER_DEGREE = (Math.PI * 6_378_137) / 180;

/**
 * A fence under the mouse: its point is dragged by the icon, its radius by the handle at the circle's eastern edge.
 * `onChange` is told of every step of a drag, so that what the fence would hold can be shown meanwhile.
 */
export class DraftFence {
  readonly #circle: L.Circle;
  readonly #center: L.Marker;
  readonly #handle: L.Marker;
  #dragged = false;

  constructor(map: L.Map, kind: LocationKind, value: DraftFenceValue, onChange: (value: DraftFenceValue) => void) {
    const at = L.latLng(value.latitude, value.longitude);
    this.#circle = L.circle(at, { radius: value.radius, ...fenceStyle(kind), weight: 2.5, interactive: false }).addTo(
      map,
    );
    this.#center = L.marker(at, {
      draggable: true,
      keyboard: false,
      icon: locationIcon(kind, true),
      zIndexOffset: 900,
    }).addTo(map);
    this.#handle = L.marker(at, {
      draggable: true,
      keyboard: false,
      icon: L.divIcon({ className: 'map-handle', iconSize: [14, 14] }),
      zIndexOffset: 1000,
    }).addTo(map);
    const tell = () => {
      const { lat, lng } = this.#center.getLatLng().wrap();
      onChange({ latitude: round(lat, 6), longitude: round(lng, 6), radius: Math.round(this.#circle.getRadius()) });
    };
    this.#center.on('drag', () => {
      this.#place(this.#center.getLatLng(), this.#circle.getRadius());
      tell();
    });
    this.#handle.on('drag', () => {
      const radius = this.#center.getLatLng().distanceTo(this.#handle.getLatLng());
      this.#circle.setRadius(Math.min(50_000, Math.max(5, radius)));
      tell();
    });
    for (const marker of [this.#center, this.#handle])
      marker.on('dragstart', () => {
        this.#dragged = true;
      });
    for (const marker of [this.#center, this.#handle])
      marker.on('dragend', () => {
        this.#dragged = false;
        this.#place(this.#center.getLatLng(), this.#circle.getRadius());
      });
    this.#place(at, value.radius);
  }

  /** Follows the form; while something is dragged, the mouse has the say. */
  show({ latitude, longitude, radius }: DraftFenceValue): void {
    if (this.#dragged) return;
    this.#center.setLatLng([latitude, longitude]);
    this.#place(L.latLng(latitude, longitude), radius);
  }

  remove(): void {
    for (const layer of [this.#circle, this.#center, this.#handle]) layer.remove();
  }

  #place(center: L.LatLng, radius: number): void {
    this.#circle.setLatLng(center).setRadius(radius);
    const degrees = radius / (METRES_PER_DEGREE * Math.max(0.01, Math.cos((center.lat * Math.PI) / 180)));
    this.#handle.setLatLng([center.lat, center.lng + degrees]);
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
