import L from 'leaflet';
import { useEffect, useRef } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { drawFences } from '../../map/draw-fences.ts';
import { FeatureLayer } from '../../map/feature-layer.ts';
import { boundsOf } from '../../map/fences.ts';
import { type Heat, HeatLayer } from '../../map/heat/heat-layer.ts';
import { trackerIcon } from '../../map/icons.ts';
import { trackLayer, unwrap } from '../../map/track.ts';
import { useFences } from '../../map/use-fences.ts';
import { roomLeft } from '../../map/view.ts';
import { useScheme } from '../../theme/use-scheme.ts';
import type { useMapFeatures } from './use-map-features.ts';

/** Below this zoom fences are smaller than a dot and would only cover the trackers. */
const FENCES_FROM_ZOOM = 7;

export type Bounds = [number, number, number, number];
type Feature = NonNullable<ReturnType<typeof useMapFeatures>['data']>['features'][number];

/** Zooms to what a cluster holds; closer, at least, when it is all at one place. */
export function zoomTo(map: L.Map, [west, south, east, north]: Bounds): void {
  const bounds = L.latLngBounds([south, west], [north, east]);
  const zoom = Math.max(map.getBoundsZoom(bounds.pad(0.1)), map.getZoom() + 1);
  map.setView(bounds.getCenter(), Math.min(zoom, map.getMaxZoom()));
}

export function corners({ geometry, properties }: Feature): [number, number][] {
  if (properties.kind === 'tracker') return [[geometry.coordinates[1], geometry.coordinates[0]]];
  const [west, south, east, north] = properties.bounds;
  return [
    [south, west],
    [north, east],
  ];
}

/** Clusters and single trackers; nothing while `features` is undefined. */
export function useFeatureMarkers(
  map: L.Map | null,
  features: Feature[] | undefined,
  chosen: number | null,
  onTracker: (id: number) => void,
  onCluster: (bounds: Bounds) => void,
): void {
  const layer = useRef<FeatureLayer | null>(null);
  useEffect(() => {
    if (!map) return;
    layer.current = new FeatureLayer(map, { onTracker, onCluster });
    return () => layer.current?.remove();
  }, [map, onTracker, onCluster]);
  useEffect(() => {
    if (!map) return;
    if (!features) return layer.current?.show([], chosen);
    const show = () => layer.current?.show(features, chosen);
    show();
    // What lies on top of each other depends on the zoom.
    map.on('zoomend', show);
    return () => {
      map.off('zoomend', show);
    };
  }, [map, features, chosen]);
}

/** The fences of a run, or of all, from close enough. */
export function useFenceCircles(map: L.Map | null, shown: boolean, productionRunId: number | null): void {
  const fences = useFences(shown ? productionRunId : undefined);
  const scheme = useScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids stand for the list, the scheme for the colours
  useEffect(() => {
    if (!map || !shown) return;
    return drawFences(map, fences, { fromZoom: FENCES_FROM_ZOOM });
  }, [map, shown, fences.map(({ id, kind }) => kind + id).join(), scheme]);
}

/** The way of the chosen tracker. */
export function useTrackLine(map: L.Map | null, trackerId: number | null, accuracy: boolean, narrow: boolean): void {
  const track = useOperation(
    'getTrackerTrack',
    { params: { trackerId: trackerId ?? 0 } },
    { enabled: trackerId !== null },
  );
  const points = trackerId === null ? undefined : track.data?.points;
  const scheme = useScheme();
  const fitted = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours that are drawn
  useEffect(() => {
    if (!map || !points) return;
    const layer = trackLayer(points, { accuracy }).addTo(map);
    const end = unwrap(points).at(-1);
    if (end)
      L.marker(end, { icon: trackerIcon(points.at(-1)?.status ?? 'UNKNOWN', true), keyboard: false }).addTo(layer);
    const bounds = boundsOf(unwrap(points));
    if (bounds && fitted.current !== trackerId)
      map.fitBounds(bounds, { maxZoom: 13, ...roomLeft(narrow, map.getSize().y / 2) });
    fitted.current = trackerId;
    return () => {
      layer.remove();
    };
  }, [map, points, accuracy, scheme]);
}

/** Where trackers crowd; nothing while `heat` is undefined. */
export function useHeat(map: L.Map | null, shown: boolean, heat: Heat | undefined): void {
  const layer = useRef<HeatLayer | null>(null);
  useEffect(() => {
    if (!map || !shown) return;
    const own = new HeatLayer().addTo(map);
    layer.current = own;
    return () => {
      own.remove();
      layer.current = null;
    };
  }, [map, shown]);
  useEffect(() => {
    if (shown && heat) layer.current?.show(heat);
  }, [shown, heat]);
}
