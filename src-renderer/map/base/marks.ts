import L from 'leaflet';
import { Arrow } from '../arrow-layer.ts';
import type { Box } from './place-names.ts';

/** Whether a layer is something that no name may cover: a marker, a point of a track or an arrow on it. */
export const isMark = (layer: L.Layer): boolean =>
  layer instanceof L.Marker || layer instanceof Arrow || isPoint(layer);

/** A point, as large on screen at every zoom; a circle in metres is no mark, and neither is a line. */
const isPoint = (layer: L.Layer): layer is L.CircleMarker =>
  layer instanceof L.CircleMarker && !(layer instanceof L.Circle);

/** The boxes of the marks of a map that touch a rectangle of the given size, in pixels from its corner. */
export function boxesOfMarks(map: L.Map, corner: L.Point, size: L.Point): Box[] {
  const boxes: Box[] = [];
  map.eachLayer((layer) => {
    const box = boxOfMark(map, layer, corner);
    if (box && box.right > 0 && box.bottom > 0 && box.left < size.x && box.top < size.y) boxes.push(box);
  });
  return boxes;
}

function boxOfMark(map: L.Map, layer: L.Layer, corner: L.Point): Box | null {
  const at = (position: L.LatLng) => map.project(position).subtract(corner);
  if (layer instanceof L.Marker) {
    const { iconSize, iconAnchor } = layer.getIcon().options as L.IconOptions;
    const size = L.point((iconSize ?? [0, 0]) as L.PointTuple);
    const place = at(layer.getLatLng());
    // A label is as wide as its words, which the page alone knows.
    if (size.x === 0) return boxOfLabel(layer, place);
    return boxAround(place.subtract(iconAnchor ? L.point(iconAnchor as L.PointTuple) : size.divideBy(2)), size);
  }
  if (isPoint(layer)) {
    const radius = layer.getRadius();
    return boxAround(at(layer.getLatLng()).subtract([radius, radius]), L.point(2 * radius, 2 * radius));
  }
  if (!(layer instanceof Arrow)) return null;
  const { min, max } = L.bounds((layer.getLatLngs() as L.LatLng[]).map(at));
  return min && max ? boxAround(min, max.subtract(min)) : null;
}

const boxAround = ({ x, y }: L.Point, size: L.Point): Box => ({
  left: x,
  top: y,
  right: x + size.x,
  bottom: y + size.y,
});

/** Where the words of a marker stand from its point, whatever the page was moved or zoomed by. */
function boxOfLabel(marker: L.Marker, place: L.Point): Box | null {
  const element = marker.getElement();
  const label = element?.firstElementChild;
  // One that made room for another stands nowhere.
  if (!element || !label || element.style.visibility === 'hidden') return null;
  const [point, words] = [element.getBoundingClientRect(), label.getBoundingClientRect()];
  return boxAround(place.add([words.left - point.left, words.top - point.top]), L.point(words.width, words.height));
}
