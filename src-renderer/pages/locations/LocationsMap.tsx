import { Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import L from 'leaflet';
import { useEffect, useRef, useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { DraftFence } from '../../map/draft-fence.ts';
import { drawFences } from '../../map/draw-fences.ts';
import { zoomBeforeFence } from '../../map/fence-zoom.ts';
import { boundsOf } from '../../map/fences.ts';
import { MapSearch } from '../../map/place-search/MapSearch.tsx';
import { ShapeMarker } from '../../map/shape-marker.ts';
import { useLeafletMap } from '../../map/use-leaflet-map.ts';
import { locations as words } from '../../strings/locations.ts';
import { resolveColor, statusLooks } from '../../theme/status.ts';
import { useScheme } from '../../theme/use-scheme.ts';
import { type Draft, type Editing, fenceOf } from './draft.ts';
import classes from './Locations.module.css';
import { keyOf } from './operations.ts';
import type { FencePreview } from './use-fence-preview.ts';

interface Props {
  locations: Location[];
  /** Whether some are still to come; the map goes to where all of them are. */
  loading: boolean;
  chosen: Location | null;
  onChoose: (location: Location) => void;
  editing: Editing | null;
  form: UseFormReturnType<Draft>;
  /** The trackers that the fence under the mouse would hold. */
  preview: FencePreview | undefined;
}

/** All fences; while one is edited, that one can be set by a click and changed by dragging. */
export function LocationsMap({ locations, loading, chosen, onChoose, editing, form, preview }: Props) {
  const [ref, map] = useLeafletMap({ label: words.mapLabel });
  const scheme = useScheme();
  const chosenKey = chosen && keyOf(chosen);
  const editedKey = editing?.location ? keyOf(editing.location) : null;

  const fitted = useRef(false);
  useEffect(() => {
    if (!map || loading || fitted.current || locations.length === 0) return;
    fitted.current = true;
    const bounds = boundsOf(locations.map(({ position: { coordinates: c } }) => [c[1], c[0]]));
    if (bounds && !chosenKey) map.fitBounds(bounds, { maxZoom: 13, animate: false });
  }, [map, locations, loading, chosenKey]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours; the list is told apart by content
  useEffect(() => {
    if (!map) return;
    // An outline stays while its location is edited: the form holds circles.
    const shown = locations.filter((location) => keyOf(location) !== editedKey || location.outline !== null);
    return drawFences(map, shown, { chosen: chosenKey, onChoose, interactive: editing === null });
  }, [
    map,
    JSON.stringify(locations.map((l) => [keyOf(l), l.version])),
    chosenKey,
    editing === null,
    editedKey,
    scheme,
  ]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: goes to a location when it is chosen, not when it is renamed
  useEffect(() => {
    if (!map || !chosen) return;
    const [longitude, latitude] = chosen.position.coordinates;
    const bounds = L.latLng(latitude, longitude).toBounds(chosen.geofenceRadiusM * 6);
    if (!map.getBounds().contains([latitude, longitude]) || map.getZoom() < 10) map.fitBounds(bounds, { maxZoom: 15 });
  }, [map, chosenKey]);

  // Whether the last click was too far away to mean a point.
  const [nearer, setNearer] = useState(false);
  useDraftFence(map, editing, form, scheme, setNearer);
  usePreviewDots(map, editing ? preview : undefined, scheme);
  return (
    <>
      <div ref={ref} className={classes.map} data-editing={editing !== null || undefined} />
      <MapSearch map={map} />
      {editing !== null && nearer && (
        <Text size="sm" className={classes.hint ?? ''} role="status">
          {words.form.clickAgain}
        </Text>
      )}
    </>
  );
}

/** The trackers inside, each in the shape of its status. */
function usePreviewDots(map: L.Map | null, preview: FencePreview | undefined, scheme: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours that are drawn
  useEffect(() => {
    if (!map || !preview) return;
    const group = L.layerGroup();
    for (const { position, status } of preview.trackers) {
      const [longitude, latitude] = position.coordinates;
      const { shape, color } = statusLooks[status];
      new ShapeMarker([latitude, longitude], shape, {
        radius: 3.5,
        weight: 1,
        color: resolveColor('var(--surface)'),
        fillColor: resolveColor(color),
        fillOpacity: 1,
        interactive: false,
      }).addTo(group);
    }
    group.addTo(map);
    return () => {
      group.remove();
    };
  }, [map, preview, scheme]);
}

/** Ties the form to the fence under the mouse, both ways. */
function useDraftFence(
  map: L.Map | null,
  editing: Editing | null,
  form: UseFormReturnType<Draft>,
  scheme: string,
  onNearer: (zoomed: boolean) => void,
): void {
  const draft = useRef<DraftFence | null>(null);
  const latest = useRef(form);
  latest.current = form;
  const fence = editing ? fenceOf(form.values) : null;
  const exists = fence !== null;

  useEffect(() => {
    if (!map || !editing) return;
    const click = ({ latlng }: L.LeafletMouseEvent) => {
      const { geofenceRadiusM: radius } = latest.current.values;
      const nearer = zoomBeforeFence(
        latlng.lat,
        typeof radius === 'number' ? radius : 100,
        map.getZoom(),
        map.getMaxZoom(),
      );
      onNearer(nearer !== null);
      if (nearer !== null) return void map.setView(latlng, nearer);
      const { lat, lng } = latlng.wrap();
      latest.current.setFieldValue('latitude', Number(lat.toFixed(6)));
      latest.current.setFieldValue('longitude', Number(lng.toFixed(6)));
    };
    map.on('click', click);
    return () => {
      map.off('click', click);
    };
  }, [map, editing, onNearer]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: made when there is a fence to draw; followed by the effect below
  useEffect(() => {
    if (!map || !editing || !fence) return;
    draft.current = new DraftFence(map, editing.kind, fence, ({ latitude, longitude, radius }) => {
      latest.current.setFieldValue('latitude', latitude);
      latest.current.setFieldValue('longitude', longitude);
      latest.current.setFieldValue('geofenceRadiusM', radius);
    });
    return () => {
      draft.current?.remove();
      draft.current = null;
    };
  }, [map, editing, exists, scheme]);

  useEffect(() => {
    if (fence) draft.current?.show({ latitude: fence.latitude, longitude: fence.longitude, radius: fence.radius });
  }, [fence]);
}
