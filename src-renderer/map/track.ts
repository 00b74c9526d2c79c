import L from 'leaflet';
import type { OperationOutput } from '../api/client.ts';
import { formatInstant } from '../dates/format.ts';
import { distance } from '../strings/format.ts';
import { map as words } from '../strings/map.ts';
import { resolveColor, statusLooks } from '../theme/status.ts';
import { ArrowLayer } from './arrow-layer.ts';
import { ShapeMarker } from './shape-marker.ts';
import { StopLayer } from './stop-layer.ts';
import { text } from './text.ts';
import { legsOf } from './track-legs.ts';
import { stopsOf } from './track-stops.ts';

export type TrackPoint = OperationOutput<'getTrackerTrack'>['points'][number];

/** Positions with longitudes continued past the antimeridian, so that a line across it does not span the world. */
export function unwrap(points: readonly { longitude: number; latitude: number }[]): [number, number][] {
  let turn = 0;
  let before: number | null = null;
  return points.map(({ longitude, latitude }) => {
    if (before !== null && longitude - before > 180) turn -= 360;
    else if (before !== null && longitude - before < -180) turn += 360;
    before = longitude;
    return [latitude, longitude + turn];
  });
}

interface Options {
  accuracy: boolean;
  /** Index of the point to point out. */
  chosen?: number | null;
  onChoose?: (index: number) => void;
}

/**
 * A tracker's way: a line in the colours of its statuses with arrows, dotted where nothing was heard for long; visits with how
 * long they lasted; a point for each report in the shape and colour of the status it led to, and on demand the circle that the report's accuracy gives it.
 */
export function trackLayer(points: readonly TrackPoint[], { accuracy, chosen, onChoose }: Options): L.FeatureGroup {
  const group = L.featureGroup();
  const positions = unwrap(points);
  const ink = resolveColor('var(--map-ink)');
  const surface = resolveColor('var(--surface)');
  for (const { from, to, status, isGap } of legsOf(points))
    L.polyline(positions.slice(from, to + 1), {
      color: status ? resolveColor(statusLooks[status].color) : ink,
      weight: isGap ? 1.5 : 2.5,
      opacity: isGap ? 0.7 : 0.8,
      ...(isGap ? { dashArray: '1 6' } : {}),
      interactive: false,
    }).addTo(group);
  new ArrowLayer(positions, ink).addTo(group);
  const stops = stopsOf(points).map(({ from, to, status, stayMs }) => ({
    center: L.latLngBounds(positions.slice(from, to + 1)).getCenter(),
    status,
    stayMs,
  }));
  new StopLayer(stops).addTo(group);
  points.forEach((point, index) => {
    const look = statusLooks[point.status ?? 'UNKNOWN'];
    const color = resolveColor(look.color);
    const position = positions[index]!;
    const isChosen = index === chosen;
    if (accuracy || isChosen)
      L.circle(position, {
        radius: point.horizontalAccuracyM,
        color,
        weight: 1,
        opacity: 0.6,
        fillOpacity: 0.1,
        interactive: false,
      }).addTo(group);
    const marker = new ShapeMarker(position, point.status ? look.shape : 'ring', {
      radius: isChosen ? 8 : 5,
      color: isChosen ? ink : point.status ? surface : color,
      weight: isChosen || !point.status ? 2 : 1,
      fillColor: point.status ? color : surface,
      fillOpacity: 1,
    });
    marker.bindTooltip(
      text(
        words.point(
          formatInstant(point.reportedAt),
          point.status,
          distance(point.horizontalAccuracyM),
          point.nearestCity,
        ),
      ),
    );
    if (onChoose) marker.on('click', () => onChoose(index));
    marker.addTo(group);
  });
  return group;
}
