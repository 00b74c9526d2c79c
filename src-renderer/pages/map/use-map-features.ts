import { keepPreviousData, type UseQueryResult } from '@tanstack/react-query';
import type L from 'leaflet';
import { useEffect, useState } from 'react';
import type { OperationOutput } from '../../api/client.ts';
import { useOperation } from '../../api/use-operation.ts';
import { bboxText } from '../../map/view.ts';
import type { MapFilters } from './filters.ts';

/** How far beyond the view is asked for, so that a small move shows no empty edge. */
const MARGIN = 0.15;
const SETTLE_MS = 60;

export interface MapView {
  bbox: string;
  zoom: number;
}

/** What the map shows now, once it has come to rest. */
export function useMapView(map: L.Map | null): MapView | null {
  const [view, setView] = useState<MapView | null>(null);
  useEffect(() => {
    if (!map) return;
    let timer: number | undefined;
    const read = () => setView({ bbox: bboxText(map.getBounds().pad(MARGIN)), zoom: Math.round(map.getZoom()) });
    const settle = () => {
      clearTimeout(timer);
      timer = window.setTimeout(read, SETTLE_MS);
    };
    read();
    map.on('moveend', settle);
    return () => {
      clearTimeout(timer);
      map.off('moveend', settle);
    };
  }, [map]);
  return view;
}

const inputOf = (view: MapView | null, filters: MapFilters) => ({
  query: { bbox: view?.bbox ?? '', zoom: view?.zoom ?? 0, ...filters },
});

/** The trackers of a view, asked for anew when it has moved; a request that a further move overtakes is aborted. */
export const useMapFeatures = (
  view: MapView | null,
  filters: MapFilters,
): UseQueryResult<OperationOutput<'getMapTrackers'>, Error> =>
  useOperation('getMapTrackers', inputOf(view, filters), {
    enabled: view !== null,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });

/** The same trackers as counts on a fine grid. */
export const useMapHeat = (
  view: MapView | null,
  filters: MapFilters,
  wanted: boolean,
): UseQueryResult<OperationOutput<'getMapHeat'>, Error> =>
  useOperation('getMapHeat', inputOf(view, filters), {
    enabled: wanted && view !== null,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
