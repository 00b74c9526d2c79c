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

/** What the map shows now, asked for anew when it has moved; a request that a further move overtakes is aborted. */
export function useMapFeatures(
  map: L.Map | null,
  filters: MapFilters,
): UseQueryResult<OperationOutput<'getMapTrackers'>, Error> {
  const [view, setView] = useState<{ bbox: string; zoom: number } | null>(null);
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
  return useOperation(
    'getMapTrackers',
    { query: { bbox: view?.bbox ?? '', zoom: view?.zoom ?? 0, ...filters } },
    { enabled: view !== null, placeholderData: keepPreviousData, gcTime: 60_000 },
  );
}
