import L from 'leaflet';
import { text } from '../text.ts';
import { nearestCopy } from '../view.ts';
import type { FoundPlace } from './use-place-search.ts';

/** Flies to a place; whoever wants less motion is there at once. */
export function goTo(map: L.Map, { latitude, longitude, bounds, zoom }: FoundPlace): void {
  const turn = nearestCopy(longitude, map.getCenter().lng) - longitude;
  const center = L.latLng(latitude, longitude + turn);
  const box = bounds && L.latLngBounds([bounds[1], bounds[0] + turn], [bounds[3], bounds[2] + turn]);
  const target = box ? Math.min(map.getBoundsZoom(box), 17) : zoom;
  if (map.options.zoomAnimation) map.flyTo(center, target, { duration: 0.8 });
  else map.setView(center, target, { animate: false });
}

/** A pin with the name of a place beside it. */
export function placeMarker({ latitude, longitude, name }: FoundPlace): L.Marker {
  const icon = L.divIcon({
    className: 'map-pin',
    iconSize: [26, 34],
    iconAnchor: [13, 33],
    html: '<svg width="26" height="34" viewBox="0 0 26 34" aria-hidden="true"><path d="M13 1.5a11 11 0 0 1 11 11c0 8-11 20-11 20S2 20.500 2 12.500a11 11 0 0 1 11-11Z" /><circle cx="13" cy="12.500" r="4" /></svg>',
  });
  const marker = L.marker([latitude, longitude], { icon, keyboard: false, interactive: false, zIndexOffset: 2000 });
  return marker.bindTooltip(text(name), { permanent: true, direction: 'right', offset: [12, -20] });
}
