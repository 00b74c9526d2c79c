import { Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import L from 'leaflet';
import { useEffect, useRef, useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import type { Corner } from '../../../src-shared/domain/fences/outline.ts';
import { DraftFence } from '../../map/draft-fence.ts';
import { drawFences } from '../../map/draw-fences.ts';
import { zoomBeforeFence } from '../../map/fence-zoom.ts';
import { boundsOf } from '../../map/fences.ts';
import { cornersIn } from '../../map/outline/edit-outline.ts';
import type { OutlineEditor } from '../../map/outline/outline-editor.ts';
import { MapSearch } from '../../map/place-search/MapSearch.tsx';
import { ShapeMarker } from '../../map/shape-marker.ts';
import { useLeafletMap } from '../../map/use-leaflet-map.ts';
import { nearestCopy } from '../../map/view.ts';
import { locations as words } from '../../strings/locations.ts';
import { resolveColor, statusLooks } from '../../theme/status.ts';
import { useScheme } from '../../theme/use-scheme.ts';
import { type Draft, type Editing, fenceOf, outlineProblem } from './draft.ts';
import classes from './Locations.module.css';
import { keyOf } from './operations.ts';
import type { OutlineDrawing } from './outline/use-outline-drawing.ts';
import type { FencePreview } from './use-fence-preview.ts';

/** Half the width, in metres, of what a first corner is set in: a yard, and not a country. */
const FIRST_LOOK_M = 100;

/** Pixels that the search field takes at the top. */
const BELOW_SEARCH = 56;

interface Props {
  locations: Location[];
  /** Whether some are still to come; the map goes to where all of them are. */
  loading: boolean;
  chosen: Location | null;
  onChoose: (location: Location) => void;
  editing: Editing | null;
  form: UseFormReturnType<Draft>;
  drawing: OutlineDrawing;
  /** The trackers that the fence under the mouse would hold. */
  preview: FencePreview | undefined;
  /** `kind-id` of the fences that it overlaps. */
  overlapping: readonly string[];
  /** A place to go to; a new array each time. */
  shown: Corner | null;
}

/** All fences; while one is edited, that one can be set by a click and changed by dragging. */
export function LocationsMap(props: Props) {
  const { locations, loading, chosen, onChoose, editing, form, drawing, preview, overlapping, shown } = props;
  const [ref, map] = useLeafletMap({ label: words.mapLabel });
  const scheme = useScheme();
  const chosenKey = chosen && keyOf(chosen);
  const editedKey = editing?.location ? keyOf(editing.location) : null;

  const fitted = useRef(false);
  useEffect(() => {
    if (!map || loading || fitted.current || locations.length === 0) return;
    fitted.current = true;
    const bounds = boundsOf(locations.map(({ position: { coordinates: c } }) => [c[1], c[0]]));
    if (bounds && !chosenKey) map.fitBounds(bounds, { maxZoom: 13, animate: false, paddingTopLeft: [0, BELOW_SEARCH] });
  }, [map, locations, loading, chosenKey]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours; the list is told apart by content
  useEffect(() => {
    if (!map) return;
    const others = locations.filter((location) => keyOf(location) !== editedKey);
    const emphasized = new Set(overlapping);
    return drawFences(map, others, { chosen: chosenKey, onChoose, interactive: editing === null, emphasized });
  }, [
    map,
    JSON.stringify(locations.map((l) => [keyOf(l), l.version])),
    chosenKey,
    editing === null,
    editedKey,
    overlapping.join(),
    scheme,
  ]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: goes to a location when it is chosen, not when it is renamed
  useEffect(() => {
    if (!map || !chosen) return;
    const [longitude, latitude] = chosen.position.coordinates;
    const bounds = L.latLng(latitude, longitude).toBounds(chosen.geofenceRadiusM * 6);
    if (!map.getBounds().contains([latitude, longitude]) || map.getZoom() < 10) map.fitBounds(bounds, { maxZoom: 15 });
  }, [map, chosenKey]);

  useEffect(() => {
    if (!map || !shown) return;
    const place = L.latLng(shown[1], nearestCopy(shown[0], map.getCenter().lng));
    if (map.getZoom() < 12) map.setView(place, 15);
    else if (!map.getBounds().pad(-0.1).contains(place)) map.panTo(place);
  }, [map, shown]);

  // Whether the last click was too far away to mean a point.
  const [nearer, setNearer] = useState(false);
  useDraftFence(map, editing, form, drawing, scheme, setNearer);
  useOutlineEditor(map, editing, drawing, scheme);
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
  drawing: OutlineDrawing,
  scheme: string,
  onNearer: (zoomed: boolean) => void,
): void {
  const draft = useRef<DraftFence | null>(null);
  const latest = useRef(form);
  latest.current = form;
  const append = useRef(drawing.append);
  append.current = drawing.append;
  const isOutline = form.values.outline !== null;
  const takesClicks = !isOutline || drawing.drawing !== null;
  const corners = form.values.outline ? cornersIn(form.values.outline) : 0;
  const fence = editing && !isOutline ? fenceOf(form.values) : null;
  const exists = fence !== null;

  useEffect(() => {
    if (!map || !editing || !takesClicks) return;
    const click = ({ latlng }: L.LeafletMouseEvent) => {
      const { geofenceRadiusM: radius } = latest.current.values;
      // Of an outline the first corner alone: where it is, the others are near.
      const size = isOutline ? FIRST_LOOK_M : typeof radius === 'number' ? radius : 100;
      const nearer = corners > 0 ? null : zoomBeforeFence(latlng.lat, size, map.getZoom(), map.getMaxZoom());
      onNearer(nearer !== null);
      if (nearer !== null) return void map.setView(latlng, nearer);
      const { lat, lng } = latlng.wrap();
      if (isOutline) return append.current([lng, lat]);
      latest.current.setFieldValue('latitude', Number(lat.toFixed(6)));
      latest.current.setFieldValue('longitude', Number(lng.toFixed(6)));
    };
    map.on('click', click);
    return () => {
      map.off('click', click);
    };
  }, [map, editing, takesClicks, isOutline, corners, onNearer]);

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

/** Ties the outline of the form to its corners on the map, both ways. */
function useOutlineEditor(map: L.Map | null, editing: Editing | null, drawing: OutlineDrawing, scheme: string): void {
  const editor = useRef<OutlineEditor | null>(null);
  const latest = useRef(drawing);
  latest.current = drawing;
  const { outline, chosen, drawing: drawn } = drawing;
  const isOutline = editing !== null && outline !== null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours
  useEffect(() => {
    if (!map || !editing || !isOutline) return;
    let wanted = true;
    // Loaded when it is wanted: most fences are circles.
    import('../../map/outline/outline-editor.ts').then(({ OutlineEditor }) => {
      if (!wanted) return;
      editor.current = new OutlineEditor(map, editing.kind, {
        onChange: (next) => latest.current.change(next),
        onChoose: (at) => latest.current.choose(at),
        onClose: () => latest.current.close(),
        onCrowded: (crowded) => latest.current.setCrowded(crowded),
      });
      show(editor.current, latest.current);
    }, console.error);
    return () => {
      wanted = false;
      editor.current?.remove();
      editor.current = null;
    };
  }, [map, editing, isOutline, scheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown of the drawing
  useEffect(() => {
    if (editor.current) show(editor.current, latest.current);
  }, [outline, chosen, drawn?.part, drawn?.ring]);
}

function show(editor: OutlineEditor, { outline, drawing, chosen }: OutlineDrawing): void {
  if (outline === null) return;
  editor.show({ outline, drawing, chosen, wrongAt: outlineProblem(outline)?.at ?? null });
}
