import { Skeleton } from '@mantine/core';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { useOperation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { PartNote } from '../../components/PartNote.tsx';
import { useNarrow } from '../../hooks/use-phone.ts';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { boundsOf } from '../../map/fences.ts';
import { MapSearch } from '../../map/place-search/MapSearch.tsx';
import type { FoundPlace } from '../../map/place-search/use-place-search.ts';
import { changesOf } from '../../map/replay/timeline.ts';
import { useLeafletMap } from '../../map/use-leaflet-map.ts';
import { parseView, viewText, WORLD } from '../../map/view.ts';
import { map as words } from '../../strings/map.ts';
import { ChosenTracker } from './ChosenTracker.tsx';
import { FeatureList } from './FeatureList.tsx';
import { mapKeys, replayedIds, toMapFilters } from './filters.ts';
import { firstMap } from './first-map.ts';
import { Legend } from './Legend.tsx';
import { MapControls } from './MapControls.tsx';
import { MapDrawer } from './MapDrawer.tsx';
import { MapFilterBar } from './MapFilterBar.tsx';
import classes from './MapPage.module.css';
import { MapSide } from './MapSide.tsx';
import {
  type Bounds,
  corners,
  useFeatureMarkers,
  useFenceCircles,
  useHeat,
  useTrackLine,
  zoomTo,
} from './map-layers.ts';
import { ReplayBar } from './ReplayBar.tsx';
import { ReplayPanel } from './ReplayPanel.tsx';
import { StreetsNote } from './StreetsNote.tsx';
import { useJourneys } from './use-journeys.ts';
import { useMapFeatures, useMapHeat, useMapView } from './use-map-features.ts';
import { useReplay } from './use-replay.ts';

/**
 * Where everything is: clusters from the server, single trackers as one comes closer, the list of the same beside; or
 * where they crowd, or how some of them travelled.
 */
export default function MapPage() {
  const narrow = useNarrow();
  const filters = useUrlFilters(mapKeys, ['tracker', 'at', 'fences', 'layer', 'replay']);
  const { values, set } = filters;
  const start = useRef(parseView(values.at));
  // From the jump field, which is above every page.
  const sought = (useLocation().state as { place?: FoundPlace } | null)?.place ?? null;
  const [ref, map, { isBundled }] = useLeafletMap({ label: words.label, ...(start.current ?? {}) });
  const mapFilters = useMemo(() => toMapFilters(values), [values]);
  const replayed = useMemo(() => replayedIds(values.replay), [values.replay]);
  const replaying = replayed.length > 0;
  const trackerId = replaying ? null : (idOf(values.tracker) ?? null);
  const heatShown = !replaying && trackerId === null && values.layer === 'heat';

  const view = useMapView(map);
  const features = useMapFeatures(view, mapFilters);
  const heat = useMapHeat(view, mapFilters, heatShown);
  const shown = heatShown && !features.isError ? heat : features;
  // Drawn when there is time for it, so that the list never holds the map up.
  const listed = useDeferredValue(features.data);
  const [accuracy, setAccuracy] = useState(false);
  const choose = useCallback((id: number | null) => set({ tracker: id }), [set]);
  const zoomInto = useCallback((bounds: Bounds) => map && zoomTo(map, bounds), [map]);

  // The map goes to what the filters match: at first, and whenever it is asked to show all. A view of the whole world
  // has it already.
  const [wantsAll, setWantsAll] = useState(start.current === null && trackerId === null && !replaying && !sought);
  const worldwide = view?.bbox === WORLD;
  const extent = useOperation('getMapTrackers', firstMap(mapFilters), { enabled: wantsAll && !worldwide });
  const everything = worldwide ? features : extent;
  const found = everything.isPlaceholderData ? undefined : everything.data?.features;
  useEffect(() => {
    if (!map || !wantsAll || !found) return;
    setWantsAll(false);
    const bounds = boundsOf(found.flatMap(corners));
    if (bounds) map.fitBounds(bounds, { maxZoom: 13 });
  }, [map, wantsAll, found]);
  const fitAll = useCallback(() => setWantsAll(true), []);

  useFeatureMarkers(map, replaying || heatShown ? undefined : features.data?.features, trackerId, choose, zoomInto);
  useHeat(map, heatShown, heat.data);
  useFenceCircles(map, values.fences !== 'off', mapFilters.productionRunId ?? null);
  useTrackLine(map, trackerId, accuracy, narrow);
  const { journeys, loading } = useJourneys(replayed);
  const known = useMemo(() => journeys.filter((journey) => journey !== null), [journeys]);
  const replay = useReplay(map, known, narrow);
  const ticks = useMemo(() => changesOf(known), [known]);
  useEffect(() => {
    if (!map) return;
    const keep = () => set({ at: viewText(map) });
    // A place that was sought from elsewhere was gone to before this listens.
    if (sought) keep();
    map.on('moveend', keep);
    return () => {
      map.off('moveend', keep);
    };
  }, [map, set, sought]);

  const side = (
    <MapSide
      head={
        replaying
          ? words.replay.title(replayed.length)
          : trackerId
            ? words.chosen
            : features.isLoadingError
              ? words.list
              : words.inView(features.data?.total)
      }
      chosen={replaying || trackerId !== null}
      plays={replaying}
    >
      {replaying ? (
        <ReplayPanel
          trackerIds={replayed}
          journeys={journeys}
          loading={loading}
          at={replay.at}
          map={map}
          onChange={(ids) => set({ replay: ids.join() })}
          onClose={() => set({ replay: null })}
        />
      ) : trackerId === null ? (
        <>
          <PartNote />
          {listed && <FeatureList features={listed.features} onTracker={choose} onCluster={zoomInto} />}
          {!listed && !features.isLoadingError && <Skeleton height={220} m="sm" w="auto" />}
        </>
      ) : (
        <ChosenTracker
          trackerId={trackerId}
          accuracy={accuracy}
          onAccuracy={setAccuracy}
          onBack={() => choose(null)}
          onReplay={() => set({ replay: trackerId, tracker: null })}
        />
      )}
    </MapSide>
  );

  return (
    <Page title={words.title} fill edge actions={!narrow && <MapFilterBar filters={filters} />}>
      <div className={classes.root}>
        {!narrow && side}
        <div className={classes.holder}>
          <div ref={ref} className={classes.map} />
          <MapSearch map={map} start={sought} />
          {narrow && <MapDrawer map={map} filters={filters} heat={heatShown} onFitAll={fitAll} />}
          {!narrow && !replaying && <MapControls map={map} filters={filters} onFitAll={fitAll} />}
          {replaying ? <ReplayBar replay={replay} ticks={ticks} /> : !narrow && <Legend heat={heatShown} />}
          {!replaying && <StreetsNote map={map} isBundled={isBundled} />}
          {shown.isError && (
            <div className={classes.problem}>
              <ErrorState error={shown.error} onRetry={() => void shown.refetch()} />
            </div>
          )}
          {narrow && side}
        </div>
      </div>
    </Page>
  );
}
