import L from 'leaflet';
import type { Location } from '../../src-shared/contract/locations.ts';
import { map as words } from '../strings/map.ts';
import { type FenceOptions, fenceLayer } from './fences.ts';
import { groupFences } from './group-fences.ts';
import { text } from './text.ts';
import { nearestCopy } from './view.ts';

/** Metres to a pixel at zoom 0 on the equator (WGS 84, 256-pixel tiles). */
const METRES_PER_PIXEL = (2 * Math.PI * 6_378_137) / 256;

/**
 * Draws the fences that a map shows, also near the antimeridian and on a world dragged round: each on the copy of the world
 * that is looked at. Where they are too small to be told apart they are one mark, which says how many and zooms in.
 * @returns takes them off again
 */
export function drawFences(
  map: L.Map,
  fences: readonly Location[],
  options: FenceOptions & { fromZoom?: number },
): () => void {
  const drawn = L.layerGroup().addTo(map);
  const draw = () => {
    drawn.clearLayers();
    const zoom = map.getZoom();
    if (zoom < (options.fromZoom ?? 0)) return;
    const center = map.getCenter().lng;
    const view = map.getBounds().pad(0.3);
    const near = fences.map((fence) => copyNear(fence, center)).filter((fence) => reaches(fence, view));
    const nameOf = ({ kind, id }: Location) => `${kind}-${id}`;
    const isChosen = (fence: Location) => nameOf(fence) === options.chosen || options.emphasized?.has(nameOf(fence));
    const { single, groups } = groupFences(
      near.filter((fence) => !isChosen(fence)),
      (longitude, latitude) => map.project([latitude, longitude], zoom),
      METRES_PER_PIXEL / 2 ** zoom,
    );
    fenceLayer([...single, ...near.filter(isChosen)], options).addTo(drawn);
    for (const group of groups) {
      const marker = L.marker([group.latitude, group.longitude], {
        icon: L.divIcon({ className: 'map-fences', iconSize: [26, 22], html: String(group.fences.length) }),
        keyboard: false,
        interactive: options.interactive ?? true,
        zIndexOffset: -500,
      });
      marker.bindTooltip(text(words.fences(group.fences.map(({ name }) => name))));
      marker.on('click', () => {
        const box = L.latLngBounds(group.fences.map(({ position: { coordinates: c } }) => [c[1], c[0]]));
        map.setView(box.getCenter(), Math.min(17, Math.max(zoom + 2, map.getBoundsZoom(box.pad(0.3)))));
      });
      marker.addTo(drawn);
    }
  };
  draw();
  map.on('moveend', draw);
  return () => {
    map.off('moveend', draw);
    drawn.remove();
  };
}

function copyNear(fence: Location, center: number): Location {
  const [longitude, latitude] = fence.position.coordinates;
  const copy = nearestCopy(longitude, center);
  return copy === longitude ? fence : { ...fence, position: { type: 'Point', coordinates: [copy, latitude] } };
}

const reaches = ({ position: { coordinates: c }, geofenceRadiusM, outline }: Location, view: L.LatLngBounds): boolean =>
  // An outline may be far larger than the distance of its point tells.
  outline !== null || view.intersects(L.latLng(c[1], c[0]).toBounds(2 * geofenceRadiusM));
