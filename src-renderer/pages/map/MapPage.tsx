import { Text } from '@mantine/core';
import L from 'leaflet';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { FeatureLayer } from '../../map/feature-layer.ts';
import { boundsOf, fenceLayer } from '../../map/fences.ts';
import { trackerIcon } from '../../map/icons.ts';
import { trackLayer, unwrap } from '../../map/track.ts';
import { useFences } from '../../map/use-fences.ts';
import { useLeafletMap } from '../../map/use-leaflet-map.ts';
import { parseView, viewText } from '../../map/view.ts';
import { map as words } from '../../strings/map.ts';
import { useScheme } from '../../theme/use-scheme.ts';
import { ChosenTracker } from './ChosenTracker.tsx';
import { FeatureList } from './FeatureList.tsx';
import { mapKeys, toMapFilters } from './filters.ts';
import { Legend } from './Legend.tsx';
import { MapFilterBar } from './MapFilterBar.tsx';
import classes from './MapPage.module.css';
import { useMapFeatures } from './use-map-features.ts';

/** Below this zoom fences are smaller than a dot and would only cover the trackers. */
const FENCES_FROM_ZOOM = 7;
const WORLD = '-180,-90,180,90';

/** Where everything is: clusters from the server, single trackers as one comes closer, the list of the same beside. */
export default function MapPage() {
  const filters = useUrlFilters(mapKeys, ['tracker', 'at', 'fences']);
  const { values, set } = filters;
  const start = useRef(parseView(values.at));
  const [ref, map] = useLeafletMap({ label: words.label, ...(start.current ?? {}) });
  const mapFilters = useMemo(() => toMapFilters(values), [values]);
  const features = useMapFeatures(map, mapFilters);
  const trackerId = idOf(values.tracker) ?? null;
  const [accuracy, setAccuracy] = useState(false);
  const choose = useCallback((id: number | null) => set({ tracker: id }), [set]);
  const zoomInto = useCallback((bounds: Bounds) => map && zoomTo(map, bounds), [map]);

  // What the filters match in the whole world: where the map goes when it is asked to show all.
  const extent = useOperation('getMapTrackers', { query: { bbox: WORLD, zoom: 0, ...mapFilters } });
  const fitAll = useCallback(() => {
    const bounds = boundsOf((extent.data?.features ?? []).flatMap(corners));
    if (map && bounds) map.fitBounds(bounds, { maxZoom: 13 });
  }, [map, extent.data]);
  const fitted = useRef(start.current !== null || trackerId !== null);
  useEffect(() => {
    if (!map || !extent.data || fitted.current) return;
    fitted.current = true;
    fitAll();
  }, [map, extent.data, fitAll]);

  useFeatureMarkers(map, features.data?.features, trackerId, choose, zoomInto);
  useFenceCircles(map, values.fences !== 'off', mapFilters.productionRunId ?? null);
  useTrackLine(map, trackerId, accuracy);
  useEffect(() => {
    if (!map) return;
    const keep = () => set({ at: viewText(map) });
    map.on('moveend', keep);
    return () => {
      map.off('moveend', keep);
    };
  }, [map, set]);

  return (
    <Page title={words.title} fill actions={<MapFilterBar filters={filters} onFitAll={fitAll} />}>
      <div className={classes.root}>
        <section className={classes.side} aria-label={words.list}>
          {trackerId === null ? (
            <>
              <Text size="sm" fw={600} className={classes.sideHead ?? ''} role="status">
                {words.inView(features.data?.total)}
              </Text>
              <div className={classes.sideBody}>
                {features.data && (
                  <FeatureList features={features.data.features} onTracker={choose} onCluster={zoomInto} />
                )}
              </div>
            </>
          ) : (
            <div className={classes.sideBody}>
              <ChosenTracker
                trackerId={trackerId}
                accuracy={accuracy}
                onAccuracy={setAccuracy}
                onBack={() => choose(null)}
              />
            </div>
          )}
        </section>
        <div className={classes.holder}>
          <div ref={ref} className={classes.map} />
          <Legend />
          {features.isError && (
            <div className={classes.problem}>
              <ErrorState error={features.error} onRetry={() => void features.refetch()} />
            </div>
          )}
        </div>
      </div>
    </Page>
  );
}

type Bounds = [number, number, number, number];
type Feature = NonNullable<ReturnType<typeof useMapFeatures>['data']>['features'][number];

/** Zooms to what a cluster holds; closer, at least, when it is all at one place. */
function zoomTo(map: L.Map, [west, south, east, north]: Bounds): void {
  const bounds = L.latLngBounds([south, west], [north, east]);
  const zoom = Math.max(map.getBoundsZoom(bounds.pad(0.1)), map.getZoom() + 1);
  map.setView(bounds.getCenter(), Math.min(zoom, map.getMaxZoom()));
}

function corners({ geometry, properties }: Feature): [number, number][] {
  if (properties.kind === 'tracker') return [[geometry.coordinates[1], geometry.coordinates[0]]];
  const [west, south, east, north] = properties.bounds;
  return [
    [south, west],
    [north, east],
  ];
}

function useFeatureMarkers(
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
    if (!map || !features) return;
    const show = () => layer.current?.show(features, chosen);
    show();
    // What lies on top of each other depends on the zoom.
    map.on('zoomend', show);
    return () => {
      map.off('zoomend', show);
    };
  }, [map, features, chosen]);
}

function useFenceCircles(map: L.Map | null, shown: boolean, productionRunId: number | null): void {
  const fences = useFences(shown ? productionRunId : undefined);
  const scheme = useScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids stand for the list, the scheme for the colours
  useEffect(() => {
    if (!map || !shown) return;
    const layer = fenceLayer(fences);
    const draw = () => {
      if (map.getZoom() >= FENCES_FROM_ZOOM) layer.addTo(map);
      else layer.remove();
    };
    draw();
    map.on('zoomend', draw);
    return () => {
      map.off('zoomend', draw);
      layer.remove();
    };
  }, [map, shown, fences.map(({ id, kind }) => kind + id).join(), scheme]);
}

function useTrackLine(map: L.Map | null, trackerId: number | null, accuracy: boolean): void {
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
    if (bounds && fitted.current !== trackerId) map.fitBounds(bounds, { maxZoom: 13 });
    fitted.current = trackerId;
    return () => {
      layer.remove();
    };
  }, [map, points, accuracy, scheme]);
}
